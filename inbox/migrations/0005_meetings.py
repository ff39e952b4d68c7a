"""Meetings with people."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence

STATES = [
    ("booked", "Booked"),
    ("held", "Took place"),
    ("missed", "They did not come"),
    ("cancelled", "Called off"),
]


def _maybe(to: str) -> crm.tenancy.models.TenantForeignKey:
    return crm.tenancy.models.TenantForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=to
    )


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("talent", "0029_touchpoints"),
        ("inbox", "0004_classes_of_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("booked_at", models.DateTimeField()),
                ("booked_by", models.CharField(max_length=120)),
                ("state", models.CharField(choices=STATES, default="booked", max_length=12)),
                ("source", models.CharField(blank=True, max_length=40)),
                ("uid", models.CharField(blank=True, max_length=255)),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="talent.candidate",
                    ),
                ),
                ("member", _maybe("crm.member")),
                ("touchpoint", _maybe("talent.touchpoint")),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["-starts_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "candidate", "-starts_at"], name="meeting_by_person"),
                    models.Index(fields=["ends_at", "tenant"], condition=Q(state="booked"), name="meeting_over"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"
                    ),
                    models.UniqueConstraint(
                        fields=["tenant", "candidate", "source", "uid"],
                        condition=~Q(uid=""),
                        name="meeting_of_calendar_once",
                    ),
                ],
            },
        ),
        Fence("Meeting", dispatch_columns=("tenant_id", "id", "state", "ends_at")),
    ]
