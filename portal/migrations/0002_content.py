"""What a workspace publishes, and forms for its files that wait to be handled."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("portal", "0001_portal"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContentItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("post", "Article"),
                            ("asset", "Download"),
                            ("news", "News"),
                            ("event", "Event"),
                        ],
                        max_length=8,
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("slug", models.SlugField(db_index=False, editable=False, max_length=80)),
                ("summary", models.CharField(blank=True, max_length=400)),
                ("body", models.TextField(blank=True, help_text="Plain paragraphs.", max_length=50000)),
                ("link", models.URLField(blank=True, help_text="Where the whole of it is, elsewhere.", max_length=500)),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                ("event_on", models.DateField(blank=True, null=True)),
                (
                    "is_gated",
                    models.BooleanField(default=False, help_text="The file is given to those who say who they are."),
                ),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("announced_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("download_count", models.PositiveIntegerField(default=0, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "created_by",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.member",
                    ),
                ),
                (
                    "file",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="content",
                        to="crm.storedfile",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AssetRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=200)),
                ("email", models.CharField(max_length=320)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
                (
                    "wording",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talent.consentwording",
                    ),
                ),
                (
                    "item",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="portal.contentitem"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="contentitem",
            index=models.Index(fields=["tenant", "kind", "-published_at"], name="content_by_kind"),
        ),
        migrations.AddConstraint(
            model_name="contentitem",
            constraint=models.UniqueConstraint(fields=("tenant", "slug"), name="content_slug_once"),
        ),
        migrations.AddConstraint(
            model_name="contentitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "asset"), models.Q(("file", None), ("is_gated", False)), _connector="OR"),
                name="content_file_of_assets",
            ),
        ),
        migrations.AddConstraint(
            model_name="contentitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "event"), ("event_on", None), _connector="OR"), name="content_day_of_events"
            ),
        ),
        migrations.AddConstraint(
            model_name="contentitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("published_at", None), ("announced_at__isnull", False), _connector="OR"),
                name="content_announced",
            ),
        ),
        migrations.AddIndex(
            model_name="assetrequest",
            index=models.Index(fields=["created_at"], name="asset_request_waiting"),
        ),
        Fence("ContentItem"),
        Fence("AssetRequest", dispatch_columns=("tenant_id", "id", "created_at")),
    ]
