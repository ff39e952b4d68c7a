"""What counts how much in the engagement score."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import APPEND_ONLY, Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0003_demo_filling"),
        ("talent", "0005_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="EngagementProgress",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.PositiveIntegerField()),
                ("after", models.UUIDField(help_text="The last person done.", null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "verbose_name_plural": "engagement progress",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant",), name="engagement_progress_once")],
            },
        ),
        migrations.CreateModel(
            name="EngagementWeights",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.PositiveIntegerField()),
                ("half_life_days", models.PositiveIntegerField()),
                ("points", models.JSONField(help_text="Points by class of evidence.")),
                ("levels", models.JSONField(help_text="The least scores of cool, warm and highly engaged.")),
                (
                    "changed_by",
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
                "verbose_name_plural": "engagement weights",
                "ordering": ["-version"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant", "version"), name="engagement_weights_once")],
            },
        ),
        Fence("EngagementWeights", grants=APPEND_ONLY),
        Fence("EngagementProgress"),
    ]
