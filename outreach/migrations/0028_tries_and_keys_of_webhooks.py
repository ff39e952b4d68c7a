"""What the last try of a webhook met with, and keys to sign with that can be changed."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0027_languages_of_templates"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhookcall",
            name="answer_code",
            field=models.PositiveSmallIntegerField(blank=True, help_text="HTTP status of the last answer.", null=True),
        ),
        migrations.AddField(
            model_name="webhookcall",
            name="tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="webhookcall",
            index=models.Index(fields=["tenant", "state", "-id"], name="webhook_call_by_state"),
        ),
        migrations.CreateModel(
            name="WebhookSecret",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("sealed_key", models.TextField(editable=False)),
                ("sealed_previous", models.TextField(editable=False)),
                ("previous_until", models.DateTimeField(help_text="Both keys sign until then.")),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=120)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant",), name="webhook_secret_once")],
            },
        ),
        Fence("WebhookCall", dispatch_columns=("tenant_id", "state", "next_at")),
        Fence("WebhookSecret"),
    ]
