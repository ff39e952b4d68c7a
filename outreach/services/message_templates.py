"""Writes message templates."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Row
from dataclasses import dataclass
from itertools import count

from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError, Q

from crm.actors import Actor
from crm.models import Member
from crm.permissions import Permission
from crm.services import audit
from outreach.choices import ACCEPTED_STATES, MessageEventKind
from outreach.models import MessageEvent, MessageTemplate, OutboundMessage, TemplateTranslation
from outreach.services import intervals
from outreach.services.intervals import Interval


class NameTaken(ValueError):
    """Another template has that name."""


class Locked(PermissionError):
    """A company template: only administrators change it."""


class InUse(ValueError):
    """A sequence writes with this template."""


@dataclass(frozen=True)
class Shelf:
    """Where a template stands in the library; a private one is seen by whoever made it alone."""

    folder: str = ""
    tags: Row[str] = ()
    is_private: bool = False
    is_locked: bool = False
    language: str = ""


@dataclass(frozen=True)
class Entry:
    """A template in the library, with what came of the mails that were written with it."""

    template: MessageTemplate
    sent: int = 0
    replied: int = 0

    @property
    def rate(self) -> Interval:
        return intervals.share(self.replied, self.sent)


def in_library(*, folder: str = "", tag: str = "", words: str = "") -> list[Entry]:
    """The templates that whoever looks may see, with sends and replies, people counted once a mail: three queries."""
    rows = MessageTemplate.objects.visible().order_by("folder", "name")
    rows = rows.filter(folder=folder) if folder else rows
    rows = rows.filter(tags__contains=[tag]) if tag else rows
    rows = rows.filter(Q(name__icontains=words) | Q(subject__icontains=words)) if words else rows
    return entries(list(rows))


def entries(rows: Row[MessageTemplate]) -> list[Entry]:
    """What came of the mails of these templates."""
    mails = OutboundMessage.objects.filter(template__in=rows, state__in=ACCEPTED_STATES).order_by()
    sent = dict(mails.values_list("template").annotate(n=Count("pk")))
    answers = MessageEvent.objects.filter(kind=MessageEventKind.REPLIED, message__template__in=rows).order_by()
    replied = dict(answers.values_list("message__template").annotate(n=Count("message", distinct=True)))
    return [Entry(row, sent.get(row.pk, 0), replied.get(row.pk, 0)) for row in rows]


def folders() -> list[tuple[str, int]]:
    """(folder, templates in it) that whoever looks may see, those without a folder left out."""
    rows = MessageTemplate.objects.visible().exclude(folder="").order_by("folder").values_list("folder")
    return list(rows.annotate(n=Count("pk")))


def all_tags() -> list[str]:
    """The tags of the library, in order."""
    rows = MessageTemplate.objects.visible().values_list("tags", flat=True)
    return sorted({tag for tags in rows for tag in tags})


@transaction.atomic
def save(
    *,
    name: str,
    subject: str,
    body: str,
    by: Actor,
    shelf: Shelf | None = None,
    template: MessageTemplate | None = None,
    author: Member | None = None,
) -> MessageTemplate:
    """Make a template or change one; a text with problems may be stored, but is never sent. Raises NameTaken."""
    row = template or MessageTemplate(created_by=author)
    row.name, row.subject, row.body = name, subject, body
    if shelf is not None:
        row.folder, row.tags, row.is_private = shelf.folder, list(shelf.tags), shelf.is_private
        row.is_locked, row.language = shelf.is_locked, shelf.language
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NameTaken(f"There is a template called “{name}” already.") from error
    action = "template.change" if template else "template.create"
    audit.record(action=action, by=by, object_type="outreach.messagetemplate", object_id=row.pk)
    return row


LOCKED = "This is a company template: only administrators change it. Copy it, and change the copy."


def may_change(template: MessageTemplate, held: Collection[str]) -> bool:
    """Whether somebody with these permissions may change it: a locked one, only administrators."""
    return not template.is_locked or Permission.TENANT_MANAGE in held


def require(template: MessageTemplate, shelf: Shelf | None, held: Collection[str]) -> None:
    """Raise Locked for a change that only administrators make: of a locked template, or of the lock."""
    locks = shelf is not None and shelf.is_locked != template.is_locked
    if Permission.TENANT_MANAGE not in held and (template.is_locked or locks):
        raise Locked(LOCKED)


@transaction.atomic
def copy(*, template: MessageTemplate, by: Actor, author: Member | None) -> MessageTemplate:
    """The same words, and those in other languages, under a name of its own; nobody's lock is on the copy."""
    taken = set(MessageTemplate.objects.values_list("name", flat=True))
    stem = f"{template.name[:100]} (copy"
    name = next(one for n in count(1) if (one := f"{stem})" if n == 1 else f"{stem} {n})") not in taken)
    shelf = Shelf(template.folder, template.tags, template.is_private, language=template.language)
    made = save(name=name, subject=template.subject, body=template.body, by=by, shelf=shelf, author=author)
    rows = TemplateTranslation.objects.filter(template=template)
    words = [
        TemplateTranslation(template=made, language=row.language, subject=row.subject, body=row.body) for row in rows
    ]
    TemplateTranslation.objects.bulk_create(words)
    return made


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
