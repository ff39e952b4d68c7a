"""Writes message templates."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from crm.actors import Actor
from crm.models import Member
from crm.services import audit
from outreach.models import MessageTemplate


class NameTaken(ValueError):
    """Another template has that name."""


class InUse(ValueError):
    """A sequence writes with this template."""


@transaction.atomic
def save(
    *,
    name: str,
    subject: str,
    body: str,
    by: Actor,
    template: MessageTemplate | None = None,
    author: Member | None = None,
) -> MessageTemplate:
    """Make a template or change one; a text with problems may be stored, but is never sent. Raises NameTaken."""
    row = template or MessageTemplate(created_by=author)
    row.name, row.subject, row.body = name, subject, body
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NameTaken(f"There is a template called “{name}” already.") from error
    action = "template.change" if template else "template.create"
    audit.record(action=action, by=by, object_type="outreach.messagetemplate", object_id=row.pk)
    return row


@transaction.atomic
def delete(*, template: MessageTemplate, by: Actor) -> None:
    """Remove a template. Raises InUse while a sequence writes with it."""
    pk = template.pk
    try:
        template.delete()
    except ProtectedError as error:
        raise InUse("A sequence writes with this template. Give its step other words first.") from error
    audit.record(action="template.delete", by=by, object_type="outreach.messagetemplate", object_id=pk)


def somebody_wrote_one() -> bool:
    """Whether the current tenant has a template."""
    return MessageTemplate.objects.exists()
