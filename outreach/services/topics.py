"""The topics of a workspace: what mails are about, for people to turn on and off."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from crm.actors import Actor
from crm.services import audit
from outreach.models import OutboundMessage, Topic
from talent.choices import ConsentPurpose

USUAL = (
    ("Jobs that fit", "A role opened that may be for you.", ConsentPurpose.CONTACT),
    ("News from the teams", "What our people build and write about.", ConsentPurpose.NEWS),
    ("Events", "Invitations to talks, meet-ups and open days.", ConsentPurpose.NEWS),
)


class NameTaken(ValueError):
    """Another topic has that name."""


def in_use() -> list[Topic]:
    """The topics to choose from, in their order. A workspace without any gets the usual three."""
    if not Topic.objects.exists():
        rows = [Topic(name=n, description=d, purpose=p, position=at) for at, (n, d, p) in enumerate(USUAL)]
        Topic.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Topic.objects.in_use())


def of(message: OutboundMessage) -> Topic | None:
    """What a message was about when it left, or would be about if it left now.

    None for a single one, and where its broadcast or sequence named nothing.
    """
    return message.topic if message.handed_over_at is not None else planned(message)


def planned(message: OutboundMessage) -> Topic | None:
    """What the broadcast or sequence of a message is about now."""
    plan = message.broadcast or (message.enrolment.sequence if message.enrolment else None)
    return plan.topic if plan is not None else None


@transaction.atomic
def save(*, values: dict[str, Any], by: Actor, topic: Topic | None = None) -> Topic:
    """Make a topic or change one: `name`, `description`, `purpose`, `position`, `is_archived`. Raises NameTaken."""
    row = topic or Topic(position=Topic.objects.count())
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NameTaken(f"There is a topic called “{row.name}” already.") from error
    action = "topic.change" if topic else "topic.create"
    audit.record(action=action, by=by, object_type="outreach.topic", object_id=row.pk, fields=values.keys())
    return row
