"""Automation rules run for all people of a cause; sequences say what becomes of people who leave their segment."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence, Unfence

FOLLOWED = [
    ("status", "Status"),
    ("priority", "Priority"),
    ("mailbox", "Mailbox"),
    ("version", "Version"),
    ("leaving", "What happens when they leave the segment"),
]
# What was a yes or a no before: it ends, or it goes on.
AS_BEFORE = "UPDATE outreach_sequence SET on_leaving = CASE WHEN exits_on_leaving THEN 'remove' ELSE 'continue' END"
AND_BACK = "UPDATE outreach_sequence SET exits_on_leaving = on_leaving <> 'continue'"


def following(model: str) -> migrations.AlterField:
    return migrations.AlterField(
        model_name=model,
        name="following",
        field=django.contrib.postgres.fields.ArrayField(
            base_field=models.CharField(choices=FOLLOWED, max_length=8),
            blank=True,
            default=list,
            editable=False,
            help_text="With what it is brought in line.",
            size=None,
        ),
    )


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0033_booked_meetings"),
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
        Unfence("Sequence"),
        migrations.AddField(
            model_name="sequence",
            name="on_leaving",
            field=models.CharField(
                choices=[
                    ("continue", "It goes on"),
                    ("remove", "It ends"),
                    ("pause", "It waits until they are in it again"),
                ],
                default="remove",
                max_length=8,
                verbose_name="when they leave the segment they came from",
            ),
        ),
        migrations.RunSQL(AS_BEFORE, AND_BACK),
        migrations.RemoveField(model_name="sequence", name="exits_on_leaving"),
        following("sequence"),
        following("broadcast"),
        migrations.AddField(
            model_name="enrolment",
            name="outside_since",
            field=models.DateTimeField(
                blank=True, help_text="Since when it waits for them to be in their segment again.", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("outside_since", None), ("state", "paused"), _connector="OR"),
                name="enrolment_outside_is_paused",
            ),
        ),
        Fence("Sequence", dispatch_columns=("tenant_id", "id", "following_since")),
        Fence(
            "Enrolment",
            dispatch_columns=("tenant_id", "state", "paused_until", "outside_since", "waiting_for", "next_due_at"),
        ),
    ]
