"""Passages of texts with their vectors, marks of what is to be made anew, searches for a job."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgvector.django.bit
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence

# Faster where it is there, and needed nowhere: bit(256) and bit_count() are PostgreSQL's own.
VECTOR = """
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS vector;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
  RAISE NOTICE 'search by meaning goes without the extension vector: %', SQLERRM;
END $$
"""


class Migration(AtOnce):
    dependencies = [
        ("crm", "0003_demo_filling"),
        ("talent", "0006_engagement"),
    ]

    operations = [
        migrations.RunSQL(VECTOR, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="FencedPassage",
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
                        choices=[("profile", "Profile"), ("note", "Note"), ("document", "Document")], max_length=8
                    ),
                ),
                ("origin", models.UUIDField(help_text="Key of the note or document; of the person, for the profile.")),
                ("number", models.PositiveSmallIntegerField(help_text="Place within its origin.")),
                ("text", models.TextField()),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("text"), function="app.words"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                ("bits", pgvector.django.bit.BitField(editable=False, length=256, null=True)),
                ("code", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "talent_passage_fenced",
                "abstract": False,
                "managed": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Passage",
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
                        choices=[("profile", "Profile"), ("note", "Note"), ("document", "Document")], max_length=8
                    ),
                ),
                ("origin", models.UUIDField(help_text="Key of the note or document; of the person, for the profile.")),
                ("number", models.PositiveSmallIntegerField(help_text="Place within its origin.")),
                ("text", models.TextField()),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("text"), function="app.words"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                ("bits", pgvector.django.bit.BitField(editable=False, length=256, null=True)),
                ("code", models.BinaryField(null=True)),
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
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["tenant", "search"], name="passage_search"),
                    models.Index(fields=["tenant", "candidate"], include=("id", "bits"), name="passage_signs"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "candidate", "kind", "origin", "number"), name="passage_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RediscoverySearch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=120)),
                ("text", models.TextField(blank=True, help_text="The job's text as it was pasted.", max_length=20000)),
                ("requirements", models.JSONField(default=list)),
                ("rule", models.JSONField(default=dict)),
                (
                    "found",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, editable=False, size=None
                    ),
                ),
                (
                    "looked_at",
                    models.PositiveIntegerField(default=0, help_text="How many people the hard filters let through."),
                ),
                ("run_at", models.DateTimeField(blank=True, null=True)),
                ("run_by", models.CharField(blank=True, max_length=200)),
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
                "ordering": ["-run_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "-run_at", "-id"], name="rediscovery_by_run")],
            },
        ),
        migrations.CreateModel(
            name="StaleText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("problem", models.CharField(blank=True, max_length=300)),
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
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "due_at"], name="stale_text_by_time"),
                    models.Index(fields=["tenant", "candidate"], name="stale_text_by_person"),
                ],
            },
        ),
        Fence("Passage"),
        Fence("RediscoverySearch"),
        Fence("StaleText", dispatch_columns=("tenant_id", "due_at", "attempts")),
    ]
