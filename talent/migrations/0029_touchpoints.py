"""Contacts that leave no message here, and tasks that are such contacts."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence

HEARD = "When they last heard from us."
KINDS = [("call", "Phone call"), ("linkedin", "LinkedIn message"), ("meeting", "Meeting")]


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        *(
            migrations.AlterField(
                model_name=model,
                name="last_contacted_at",
                field=models.DateTimeField(blank=True, help_text=HEARD, null=True),
            )
            for model in ("candidate", "fencedcandidate")
        ),
        migrations.AddField(
            model_name="task",
            name="touch_kind",
            field=models.CharField(
                blank=True,
                choices=KINDS,
                help_text="It is a contact of this kind; done, it counts as one.",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Touchpoint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(choices=KINDS, max_length=8)),
                ("occurred_at", models.DateTimeField()),
                ("reached", models.BooleanField(blank=True, null=True)),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("recorded_by", models.CharField(max_length=120)),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="touchpoints",
                        to="talent.candidate",
                    ),
                ),
                (
                    "member",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.member",
                    ),
                ),
                (
                    "task",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="talent.task",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["-occurred_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "candidate", "-occurred_at"], name="touchpoint_by_person")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "task"), name="touchpoint_of_task_once")],
            },
        ),
        Fence("Task"),
        Fence("Touchpoint"),
    ]
