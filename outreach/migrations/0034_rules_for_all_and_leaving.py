"""Automation rules run for all people of a cause, in the background."""

import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0032_what_follows"),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleBacklog",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("cause", models.UUIDField()),
                ("event", models.UUIDField(blank=True, null=True)),
                ("since", models.DateField(blank=True, null=True)),
                ("happened_at", models.DateTimeField()),
                ("done_to", models.UUIDField(help_text="For whom it ran last, in the order of keys.")),
                (
                    "rule",
                    crm.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="backlogs",
                        to="outreach.automationrule",
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
                "constraints": [models.UniqueConstraint(fields=("tenant", "rule", "cause"), name="rule_backlog_once")],
            },
        ),
        Fence("RuleBacklog", dispatch_columns=("tenant_id", "created_at")),
    ]
