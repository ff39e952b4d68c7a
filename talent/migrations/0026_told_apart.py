"""Records that look alike and are two people."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("talent", "0025_employment_by_company"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotTheSame",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("said_by", models.CharField(max_length=120)),
                ("said_at", models.DateTimeField()),
                (
                    "first",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="told_apart_first",
                        to="talent.candidate",
                    ),
                ),
                (
                    "second",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="told_apart_second",
                        to="talent.candidate",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "verbose_name": "pair that was told apart",
                "verbose_name_plural": "pairs that were told apart",
                "ordering": ["-said_at", "-id"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "second"], name="told_apart_by_second")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "first", "second"), name="told_apart_once")],
            },
        ),
        Fence("NotTheSame"),
    ]
