"""Acts on many people, and what became of each person."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0003_demo_filling"),
        ("talent", "0007_passages"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkOperation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("act", models.CharField(max_length=32)),
                ("parameters", models.JSONField(default=dict)),
                ("title", models.CharField(help_text="What is done, in words.", max_length=200)),
                ("selection", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("failed", "Failed"),
                            ("done", "Done"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                (
                    "worked",
                    models.PositiveIntegerField(default=0, help_text="People whom the running pass has come to."),
                ),
                ("changed", models.PositiveIntegerField(default=0)),
                ("already", models.PositiveIntegerField(default=0, help_text="It was so before.")),
                (
                    "skipped",
                    models.PositiveIntegerField(
                        default=0, help_text="It could not be done; the reason is with each person."
                    ),
                ),
                ("undone", models.PositiveIntegerField(default=0)),
                (
                    "kept",
                    models.PositiveIntegerField(default=0, help_text="Not undone: somebody has changed it since."),
                ),
                ("position", models.UUIDField(editable=False, null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_label", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "undo_until",
                    models.DateTimeField(blank=True, help_text="Empty when it cannot be undone.", null=True),
                ),
                ("undone_by", models.CharField(blank=True, max_length=120)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "-created_at", "-id"], name="bulk_operation_recent"),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running", "undoing"])),
                        fields=["state", "tenant"],
                        name="bulk_operation_open",
                    ),
                ],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("candidate_id", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("changed", "Changed"),
                            ("already", "It was so before"),
                            ("skipped", "Left out"),
                            ("undone", "Undone"),
                            ("kept", "Not undone"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=160)),
                ("before", models.JSONField(help_text="What an undo puts back.", null=True)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
                (
                    "operation",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="talent.bulkoperation"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["skipped", "kept"])),
                        fields=["tenant", "operation", "state", "candidate_id"],
                        name="bulk_item_left_out",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "operation", "candidate_id"), name="bulk_item_once")
                ],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        Fence("BulkOperation", dispatch_columns=("tenant_id", "id", "state")),
        Fence("BulkItem"),
    ]
