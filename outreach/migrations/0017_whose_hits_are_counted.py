"""Whose opens and clicks are counted, and on which domain."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0016_versions_and_reviews"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrackingPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("is_on", models.BooleanField(default=True, verbose_name="count opens and clicks")),
                (
                    "countries_off",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                    ),
                ),
                ("domain", models.CharField(blank=True, max_length=190)),
                (
                    "domain_seen_at",
                    models.DateTimeField(blank=True, help_text="When the domain last led to us.", null=True),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "verbose_name_plural": "tracking policies",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant",), name="tracking_policy_once")],
            },
        ),
        migrations.CreateModel(
            name="Uncounted",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("said_by", models.CharField(max_length=120)),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="talent.candidate"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "verbose_name_plural": "uncounted",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant", "candidate"), name="uncounted_once")],
            },
        ),
        Fence("TrackingPolicy"),
        Fence("Uncounted"),
    ]
