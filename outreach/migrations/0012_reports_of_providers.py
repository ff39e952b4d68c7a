"""What providers report, each call and each event once; why a mail came back."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0011_topics_and_frequency"),
    ]

    operations = [
        migrations.AddField(
            model_name="messageevent",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("hard", "The address is dead"),
                    ("soft", "It could not be taken then"),
                    ("policy", "Their server does not want mail like this from us"),
                ],
                help_text="Of a bounce.",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="messageevent",
            name="by",
            field=models.CharField(
                choices=[
                    ("unknown", "Unknown"),
                    ("human", "Likely a person"),
                    ("proxy", "A mail program's proxy"),
                    ("bot", "A scanner"),
                ],
                default="unknown",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="messageevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("delivered", "Delivered"),
                    ("opened", "Opened"),
                    ("clicked", "Clicked"),
                    ("replied", "Replied"),
                    ("auto_replied", "Automatic answer"),
                    ("deferred", "Delayed"),
                    ("bounced", "Bounced"),
                    ("complained", "Reported as spam"),
                    ("unsubscribed", "Unsubscribed"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="ProviderCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("provider", models.CharField(max_length=16)),
                ("body", models.BinaryField()),
                ("content_type", models.CharField(blank=True, max_length=120)),
                ("headers", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("stored", "Waiting"), ("read", "Read"), ("failed", "Unreadable")],
                        default="stored",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "mailbox",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="outreach.mailbox"
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
                        condition=models.Q(("state", "stored")), fields=["received_at"], name="provider_call_waiting"
                    ),
                    models.Index(fields=["tenant", "received_at"], name="provider_call_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "mailbox", "digest"), name="provider_call_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("key", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
                ("occurred_at", models.DateTimeField()),
                (
                    "mailbox",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="outreach.mailbox"
                    ),
                ),
                (
                    "message",
                    crm.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="outreach.outboundmessage",
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
                "indexes": [models.Index(fields=["tenant", "occurred_at"], name="provider_event_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "mailbox", "key"), name="provider_event_once")
                ],
            },
        ),
        Fence("ProviderCall", dispatch_columns=("tenant_id", "id", "state", "received_at")),
        Fence("ProviderEvent"),
        Fence("MessageEvent"),
    ]
