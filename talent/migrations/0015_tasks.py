"""Tasks, and calendars of them."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("talent", "0014_pool_stage_needed"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("secret_hash", models.CharField(editable=False, max_length=64)),
                (
                    "member",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.member"
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
                "indexes": [models.Index(fields=["tenant", "secret_hash"], name="calendar_feed_by_secret")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "member"), name="calendar_feed_once")],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("title", models.CharField(max_length=200)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("due_time", models.TimeField(blank=True, null=True)),
                (
                    "time_zone",
                    models.CharField(
                        blank=True, help_text="IANA name; what date and time are meant in.", max_length=64
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("manual", "By hand"),
                            ("sequence", "From a sequence"),
                            ("promise", "A promise"),
                            ("application", "From an application"),
                        ],
                        default="manual",
                        max_length=12,
                    ),
                ),
                ("created_by", models.CharField(max_length=120)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", models.CharField(blank=True, max_length=120)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "assignee",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.member",
                    ),
                ),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="talent.candidate",
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
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["tenant", "assignee", "due_at"],
                        name="task_open_by_member",
                    ),
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["tenant", "due_at"], name="task_open_by_date"
                    ),
                    models.Index(fields=["tenant", "candidate"], name="task_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", True), ("due_on__isnull", True), ("due_time__isnull", True)),
                            models.Q(("due_at__isnull", False), ("due_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="task_due_whole",
                    )
                ],
            },
        ),
        Fence("Task"),
        Fence("CalendarFeed"),
    ]
