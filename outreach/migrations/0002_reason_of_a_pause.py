"""A pause is a reason why a mail does not go yet."""

from __future__ import annotations

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce

REASONS = [
    ("unknown_person", "No longer in the workspace"),
    ("no_address", "No e-mail address"),
    ("bounced_address", "The address bounced"),
    ("banned", "Must not be contacted"),
    ("already_sent", "Already has this message"),
    ("already_enrolled", "Already in this sequence"),
    ("replied", "They replied"),
    ("enrolment_over", "The enrolment ended"),
    ("enrolment_paused", "Their sequence waits"),
    ("sending_stopped", "All sending is stopped"),
    ("sequence_paused", "The sequence is not active"),
    ("in_conversation", "In conversation with a colleague"),
    ("too_much_contact", "Heard from us too recently"),
    ("blank_tag", "A merge tag would be blank"),
    ("template_broken", "The text cannot be rendered"),
    ("step_gone", "The step was removed"),
    ("cancelled", "Cancelled by a colleague"),
]


class Migration(AtOnce):
    dependencies = [("outreach", "0001_outreach")]

    operations = [
        migrations.AlterField(
            "outboundmessage", "excluded_reason", models.CharField(max_length=20, choices=REASONS, blank=True)
        ),
    ]
