"""People kept in a segment, or left out of it, by name."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("talent", "0018_jobs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="segmentmembership",
            name="entered_by",
            field=models.CharField(
                choices=[
                    ("rule", "The rule changed"),
                    ("data", "The person's data changed"),
                    ("time", "Time passed"),
                    ("hand", "By hand"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="segmentmembership",
            name="left_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rule", "The rule changed"),
                    ("data", "The person's data changed"),
                    ("time", "Time passed"),
                    ("hand", "By hand"),
                ],
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="SegmentPlacement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("placing", models.CharField(choices=[("out", "Left out"), ("in", "Kept in")], max_length=3)),
                ("reason", models.CharField(max_length=300)),
                ("placed_by", models.CharField(max_length=120)),
                ("placed_at", models.DateTimeField()),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="segment_placements",
                        to="talent.candidate",
                    ),
                ),
                (
                    "segment",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="placements", to="talent.segment"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "candidate"], name="segment_placement_by_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "segment", "candidate"), name="segment_placed_once")
                ],
            },
        ),
        Fence("SegmentPlacement"),
    ]
