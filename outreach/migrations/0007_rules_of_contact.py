"""The rules of contact of a workspace, and why a planned message waits."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence

REASONS = [
    ("unknown_person", "No longer in the workspace"),
    ("no_address", "No e-mail address"),
    ("bounced_address", "The address bounced"),
    ("banned", "Must not be contacted"),
    ("no_consent", "No consent"),
    ("off_limits", "Their company is off limits"),
    ("already_sent", "Already has this message"),
    ("already_enrolled", "Already in this sequence"),
    ("replied", "They replied"),
    ("enrolment_over", "The enrolment ended"),
    ("person_paused", "Outreach to them is paused"),
    ("enrolment_paused", "Their sequence waits"),
    ("sending_stopped", "All sending is stopped"),
    ("sequence_paused", "The sequence is not active"),
    ("in_conversation", "In conversation with a colleague"),
    ("applied", "Their application is open"),
    ("other_sequence", "In another sequence"),
    ("too_much_contact", "Heard from us too recently"),
    ("sender_spacing", "A colleague wrote to them lately"),
    ("quiet_hours", "Outside the hours they asked for"),
    ("blank_tag", "A merge tag would be blank"),
    ("template_broken", "The text cannot be rendered"),
    ("step_gone", "The step was removed"),
    ("cancelled", "Cancelled by a colleague"),
]


class Migration(AtOnce):
    dependencies = [
        ("crm", "0005_notifications"),
        ("outreach", "0006_automation"),
        ("talent", "0028_narrower_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="SendingPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "most_per_week",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                    ),
                ),
                (
                    "most_per_month",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="In 30 days.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(200),
                        ],
                    ),
                ),
                (
                    "gap_hours",
                    models.PositiveSmallIntegerField(
                        default=20, validators=[django.core.validators.MaxValueValidator(720)]
                    ),
                ),
                (
                    "sender_gap_days",
                    models.PositiveSmallIntegerField(
                        default=3, validators=[django.core.validators.MaxValueValidator(60)]
                    ),
                ),
                (
                    "conversation_days",
                    models.PositiveSmallIntegerField(
                        default=14, validators=[django.core.validators.MaxValueValidator(180)]
                    ),
                ),
                (
                    "cool_down_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        help_text="After somebody said: not now.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(730),
                        ],
                    ),
                ),
                ("allows_several", models.BooleanField(default=True, verbose_name="allow several sequences at once")),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("updated_by", models.CharField(blank=True, max_length=120)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "verbose_name_plural": "sending policies",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant",), name="sending_policy_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("most_per_month__gte", models.F("most_per_week")), ("most_per_week__gte", 1)
                        ),
                        name="sending_policy_budgets",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="put_off_reason",
            field=models.CharField(blank=True, choices=REASONS, max_length=20),
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="put_off_words",
            field=models.CharField(blank=True, help_text="Why a planned message waits: the gate's.", max_length=300),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="stop_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("replied", "They replied"),
                    ("unsubscribed", "They unsubscribed"),
                    ("bounced", "Their address bounced"),
                    ("complained", "They reported our mail as spam"),
                    ("refused", "Their mail server refused the mail"),
                    ("by_hand", "A colleague stopped it"),
                    ("excluded", "They may no longer be contacted"),
                    ("step_gone", "The step was removed"),
                    ("not_now", "They said: not now"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="outboundmessage",
            name="excluded_reason",
            field=models.CharField(blank=True, choices=REASONS, max_length=20),
        ),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("state", "planned"), models.Q(("put_off_reason", ""), _negated=True)),
                fields=["tenant", "put_off_reason", "candidate"],
                name="outbound_put_off",
            ),
        ),
        Fence("SendingPolicy"),
        Fence("OutboundMessage", dispatch_columns=("tenant_id", "id", "state", "is_held", "due_at", "lease_until")),
    ]
