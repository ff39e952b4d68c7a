"""Before a mail goes: the days of the week, a colleague who rejects its person, a domain that takes no mail."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import crm.tenancy.models
from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence, Unfence

MONDAY_TO_FRIDAY = "UPDATE outreach_sequence SET weekdays = '{1,2,3,4,5}' WHERE weekdays_only"
REASONS = [
    ("replied", "They replied"),
    ("unsubscribed", "They unsubscribed"),
    ("bounced", "Their address bounced"),
    ("complained", "They reported our mail as spam"),
    ("refused", "Their mail server refused the mail"),
    ("by_hand", "A colleague stopped it"),
    ("rejected", "A colleague who read the mail decided against them"),
    ("excluded", "They may no longer be contacted"),
    ("step_gone", "The step was removed"),
    ("not_now", "They said: not now"),
    ("left_segment", "They left the segment"),
    ("booked", "They booked a meeting"),
]


class Migration(AtOnce):
    dependencies = [("crm", "0006_what_members_sign_with"), ("outreach", "0034_rules_for_all_and_leaving")]

    operations = [
        migrations.AddField(
            model_name="sequence",
            name="weekdays",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                blank=True,
                default=list,
                help_text="ISO 8601: 1 Monday; none: every day.",
                size=None,
                verbose_name="on these days",
            ),
        ),
        migrations.RunSQL(MONDAY_TO_FRIDAY, migrations.RunSQL.noop),
        Unfence("Sequence"),
        migrations.RemoveField(model_name="sequence", name="weekdays_only"),
        migrations.AddConstraint(
            model_name="sequence",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekdays__contained_by", [1, 2, 3, 4, 5, 6, 7])),
                name="sequence_weekdays_are_days",
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="stop_reason",
            field=models.CharField(blank=True, choices=REASONS, max_length=16),
        ),
        migrations.CreateModel(
            name="RecipientDomain",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=crm.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("domain", models.CharField(max_length=255)),
                ("takes_mail", models.BooleanField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("silent_since", models.DateTimeField(blank=True, null=True)),
                (
                    "tenant",
                    crm.tenancy.models.TenantField(on_delete=django.db.models.deletion.CASCADE, to="crm.tenant"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant", "domain"), name="recipient_domain_once")],
            },
        ),
        Fence("Sequence", dispatch_columns=("tenant_id", "id", "following_since")),
        Fence("RecipientDomain"),
    ]
