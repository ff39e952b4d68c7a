"""Text messages that came in."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("inbox", "0001_inbox"),
        ("outreach", "0020_text_messages"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="TextMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("sid", models.CharField(max_length=64)),
                ("sender", models.CharField(help_text="E.164.", max_length=32)),
                ("body", models.TextField(blank=True, max_length=1600)),
                ("keyword", models.CharField(blank=True, max_length=8)),
                ("received_at", models.DateTimeField()),
                (
                    "account",
                    crm.tenancy.models.TenantForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outreach.mailbox"
                    ),
                ),
                (
                    "candidate",
                    crm.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="text_messages",
                        to="talent.candidate",
                    ),
                ),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "ordering": ["-received_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "candidate", "-received_at"], name="text_by_person")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "account", "sid"), name="text_message_once")],
            },
        ),
        Fence("TextMessage"),
    ]
