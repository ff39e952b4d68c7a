"""Merges of two records of one person, and their journal."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0004_hand_over"),
        ("talent", "0010_saved_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="MergeOperation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("merged_id", models.UUIDField()),
                ("merged_name", models.CharField(blank=True, max_length=200)),
                ("merged_by", models.CharField(max_length=120)),
                ("merged_at", models.DateTimeField()),
                ("undone_by", models.CharField(blank=True, max_length=120)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "survivor",
                    crm.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merges",
                        to="talent.candidate",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "survivor", "-merged_at"], name="merge_by_survivor"),
                    models.Index(fields=["tenant", "merged_id"], name="merge_by_merged"),
                ],
                "ordering": ["-merged_at", "-id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="MergeJournalEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("position", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("moved", "Moved"),
                            ("changed", "Changed"),
                            ("dropped", "Dropped"),
                            ("handed", "Handed over"),
                        ],
                        max_length=8,
                    ),
                ),
                ("table", models.CharField(max_length=63)),
                ("column", models.CharField(blank=True, max_length=63)),
                (
                    "row_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                (
                    "before",
                    models.JSONField(default=list, help_text="Whole rows as they were, or {id, old value}, as JSON."),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
                (
                    "operation",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="journal", to="talent.mergeoperation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "operation", "position"), name="merge_journal_order")
                ],
                "ordering": ["position"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        Fence("MergeOperation"),
        Fence("MergeJournalEntry"),
    ]
