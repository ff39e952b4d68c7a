"""A booked meeting ends a sequence as a reply does."""

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce

REASONS = [
    ("replied", "They replied"),
    ("unsubscribed", "They unsubscribed"),
    ("bounced", "Their address bounced"),
    ("complained", "They reported our mail as spam"),
    ("refused", "Their mail server refused the mail"),
    ("by_hand", "A colleague stopped it"),
    ("excluded", "They may no longer be contacted"),
    ("step_gone", "The step was removed"),
    ("not_now", "They said: not now"),
    ("left_segment", "They left the segment"),
    ("booked", "They booked a meeting"),
]


class Migration(AtOnce):
    dependencies = [
        ("outreach", "0032_what_follows"),
    ]

    operations = [
        migrations.AlterField(
            model_name="enrolment",
            name="stop_reason",
            field=models.CharField(blank=True, choices=REASONS, max_length=16),
        ),
        migrations.AlterField(
            model_name="sequence",
            name="stops_on_reply",
            field=models.BooleanField(default=True, verbose_name="stop when they reply or book a meeting"),
        ),
    ]
