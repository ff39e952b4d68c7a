"""An index of the events that engagement is summed up from."""

from __future__ import annotations

from django.db import migrations, models

from crm.tenancy.at_once import AtOnce

KINDS = (
    "address_bounced",
    "contact_banned",
    "event_attended",
    "event_unmarked",
    "meeting_booked",
    "message_classed",
    "message_clicked",
    "message_complained",
    "message_opened",
    "message_received",
    "portal_visited",
    "profile_edited",
    "text_received",
    "touchpoint_logged",
)


class Migration(AtOnce):
    dependencies = [("crm", "0006_what_members_sign_with")]

    operations = [
        migrations.AddIndex(
            "event",
            models.Index(
                condition=models.Q(("kind__in", KINDS)),
                fields=["tenant", "candidate_id", "kind", "-occurred_at"],
                name="event_of_engagement",
            ),
        )
    ]
