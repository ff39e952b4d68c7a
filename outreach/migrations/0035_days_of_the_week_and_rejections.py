"""Sequences name the days of the week on which their mails go; a colleague who reads a mail may reject its person."""

import django.contrib.postgres.fields
from django.db import migrations, models

from crm.tenancy.at_once import AtOnce

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
]


class Migration(AtOnce):
    dependencies = [("outreach", "0032_what_follows")]

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
    ]
