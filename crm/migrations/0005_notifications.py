"""What members should look at."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [("crm", "0004_hand_over")]

    operations = [
        migrations.CreateModel(
            "Notification",
            [
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(max_length=32)),
                ("text", models.CharField(max_length=300)),
                ("url", models.CharField(max_length=300)),
                ("by_label", models.CharField(blank=True, max_length=120)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notifications", to="crm.member"
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "member", "-created_at", "-id"], name="notification_newest_first"),
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["tenant", "member"], name="notification_unread"
                    ),
                ],
            },
        ),
        Fence("Notification"),
    ]
