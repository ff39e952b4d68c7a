"""Who reads a note, what it said before, whether it is pinned and may be shown to the person."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("talent", "0021_off_limits_strength"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="note",
            options={"base_manager_name": "whole_table", "ordering": ["-created_at"]},
        ),
        migrations.AlterModelManagers(
            name="note",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("whole_table", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="note",
            name="edited_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="note",
            name="may_be_shown",
            field=models.BooleanField(default=False, help_text="May be seen by the candidate."),
        ),
        migrations.AddField(
            model_name="note",
            name="pinned_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="note",
            name="visibility",
            field=models.CharField(
                choices=[("team", "Everybody in the workspace"), ("me", "Only me"), ("chosen", "Chosen colleagues")],
                default="team",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="NoteReader",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "member",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.member"
                    ),
                ),
                (
                    "note",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readers", to="talent.note"
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
                "constraints": [models.UniqueConstraint(fields=("tenant", "note", "member"), name="note_reader_once")],
            },
        ),
        migrations.CreateModel(
            name="NoteVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("text", models.TextField(max_length=10000)),
                ("written_at", models.DateTimeField(help_text="Since when it said so.")),
                ("replaced_at", models.DateTimeField()),
                (
                    "note",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="talent.note"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["-replaced_at"],
                "abstract": False,
                "base_manager_name": "whole_table",
                "indexes": [models.Index(fields=["tenant", "note", "-replaced_at"], name="note_version_by_note")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("whole_table", django.db.models.manager.Manager()),
            ],
        ),
        Fence("Note"),
        Fence("NoteReader"),
        Fence("NoteVersion"),
    ]
