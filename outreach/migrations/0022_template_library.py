"""Folders and tags of templates, and snippets."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0021_variants_and_hold_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="messagetemplate",
            name="folder",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="messagetemplate",
            name="is_private",
            field=models.BooleanField(default=False, verbose_name="only for me"),
        ),
        migrations.AddField(
            model_name="messagetemplate",
            name="tags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), blank=True, default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="Snippet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "name",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9-]*\\Z", "Small letters, digits and hyphens only."
                            )
                        ],
                    ),
                ),
                ("body", models.TextField(max_length=5000)),
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
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant", "name"), name="snippet_name_once")],
            },
        ),
        Fence("MessageTemplate"),
        Fence("Snippet"),
    ]
