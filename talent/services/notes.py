"""Notes of the team about a person: written, edited, pinned, taken back; who reads them, and whom they mention."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.models import Member, Tenant
from crm.services import audit, notifications
from crm.tenancy.context import current_tenant_id
from talent.choices_notes import NoteVisibility, Unread
from talent.events import NOTE_ADDED, NOTE_DELETED, NOTE_EDITED, NOTE_PINNED
from talent.models import Candidate, Note, NoteReader, NoteVersion
from talent.services import mentions, passages, search_text


class NotTheAuthor(PermissionError):
    """Only who wrote a note changes it."""


class NotANote(ValueError):
    """A note that makes no sense; the message says why."""


class MentionsUnread(ValueError):
    """The note mentions colleagues who may not read it, and nobody said what to do about that."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        names = " and ".join(str(m) for m in members)
        super().__init__(f"{names} may not read this note. Let them read it, or save it without telling them.")


@dataclass(frozen=True)
class Sharing:
    """Who reads a note. `readers` count for chosen colleagues; `unread` decides about mentions of those who do not.

    `is_quotable`: mails to the person may name its first line; only of a note that the whole team reads.
    """

    visibility: str = NoteVisibility.TEAM
    readers: Collection[Member] = field(default=())
    may_be_shown: bool = False
    unread: str = ""
    is_quotable: bool = False


TEAM = Sharing()


def colleagues() -> list[Member]:
    """Those who can be mentioned and chosen."""
    return list(Member.objects.of_tenant(current_tenant_id()).active())


def _settled(text: str, sharing: Sharing, author_id: UUID | None) -> tuple[str, set[UUID], list[Member]]:
    """(visibility, readers, whom the text mentions and may be told). Raises MentionsUnread or NotANote."""
    if sharing.is_quotable and sharing.visibility != NoteVisibility.TEAM:
        raise NotANote("Only a note that everybody in the workspace reads can be quoted in mails.")
    if author_id is None and sharing.visibility != NoteVisibility.TEAM:
        raise NotANote("Only a member can keep a note from others: this one has no author who could read it.")
    named = mentions.found(text, colleagues()) if "@" in text else []
    if sharing.visibility == NoteVisibility.TEAM:
        return NoteVisibility.TEAM, set(), named
    is_chosen = sharing.visibility == NoteVisibility.CHOSEN
    readers = {m.pk for m in sharing.readers} - {author_id} if is_chosen else set()
    unread = [m for m in named if m.pk not in readers and m.pk != author_id]
    if not unread:
        return sharing.visibility, readers, named
    if sharing.unread == Unread.GRANT:
        return NoteVisibility.CHOSEN, readers | {m.pk for m in unread}, named
    if sharing.unread == Unread.LEAVE:
        return sharing.visibility, readers, [m for m in named if m not in unread]
    raise MentionsUnread(unread)


def _set_readers(note: Note, readers: Iterable[UUID]) -> None:
    NoteReader.objects.filter(note_id=note.pk).delete()
    NoteReader.objects.bulk_create(NoteReader(note=note, member_id=pk) for pk in sorted(readers))


def _tell(note: Note, members: Sequence[Member], by: Actor) -> None:
    if not members:
        return
    slug = Tenant.objects.values_list("slug", flat=True).get(pk=note.tenant_id)
    notifications.tell(
        members=[m.pk for m in members],
        kind="mention",
        text=f"{by.label} mentioned you in a note about {note.candidate.name}",
        url=reverse("talent:note-detail", args=[slug, note.pk]),
        by=by,
    )


def _publish(kind: str, note: Note, by: Actor, now: datetime, **facts: bool) -> None:
    """Who has the profile open sees it at once, and who may not read the note learns nothing (`visibility`)."""
    about = Subject("talent.note", note.pk)
    events.publish(kind, candidate=note.candidate_id, occurred_at=now, actor=by, subject=about, data=facts)


@transaction.atomic
def add(
    *, candidate: Candidate, text: str, by: Actor, author_id: UUID | None, now: datetime, sharing: Sharing = TEAM
) -> Note:
    """Write a note; whom it mentions is told. Raises MentionsUnread or NotANote."""
    visibility, readers, named = _settled(text, sharing, author_id)
    note = Note.objects.create(
        candidate=candidate,
        author_id=author_id,
        text=text.strip(),
        visibility=visibility,
        may_be_shown=sharing.may_be_shown,
        is_quotable=sharing.is_quotable,
    )
    _set_readers(note, readers)
    search_text.rebuild([candidate.pk])
    _publish(NOTE_ADDED, note, by, now)
    _tell(note, named, by)
    return note


@transaction.atomic
def edit(*, note: Note, text: str, by: Actor, now: datetime, sharing: Sharing) -> None:
    """Change the words of a note, or who reads it; what it said stays in its versions, who is newly named is told.

    Raises NotTheAuthor, MentionsUnread or NotANote.
    """
    if not note.may_be_changed_by(by.id):
        raise NotTheAuthor("Only who wrote a note changes it.")
    note = Note.objects.select_for_update().get(pk=note.pk)
    visibility, readers, named = _settled(text, sharing, note.author_id)
    knew = {m.pk for m in mentions.found(note.text, colleagues())} if "@" in note.text else set()
    if text.strip() != note.text:
        since = note.edited_at or note.created_at
        NoteVersion.objects.create(note=note, text=note.text, written_at=since, replaced_at=now)
        note.text, note.edited_at = text.strip(), now
    note.visibility, note.may_be_shown, note.is_quotable = visibility, sharing.may_be_shown, sharing.is_quotable
    note.save(update_fields=["text", "edited_at", "visibility", "may_be_shown", "is_quotable"])
    _set_readers(note, readers)
    if not note.is_open:
        passages.forget_note(note.candidate_id, note.pk)
    search_text.rebuild([note.candidate_id])
    facts = {"visibility": str(visibility), "may_be_shown": note.may_be_shown, "is_quotable": note.is_quotable}
    audit.record(action="note.edit", by=by, object_type="talent.note", object_id=note.pk, facts=facts)
    _publish(NOTE_EDITED, note, by, now)
    _tell(note, [m for m in named if m.pk not in knew], by)


def readers(note: Note) -> list[Member]:
    """The chosen colleagues of a note."""
    keys = NoteReader.objects.filter(note_id=note.pk).values("member_id")
    return list(Member.objects.of_tenant(note.tenant_id).filter(pk__in=keys))


def sharing_of(note: Note) -> Sharing:
    """Who reads a note, as it is; its mentions stay as they were settled."""
    return Sharing(note.visibility, readers(note), note.may_be_shown, Unread.LEAVE, note.is_quotable)


def versions(note: Note) -> list[NoteVersion]:
    """What it said before, the latest first."""
    return list(NoteVersion.objects.filter(note_id=note.pk))


@transaction.atomic
def pin(*, note: Note, pinned: bool, by: Actor, now: datetime) -> None:
    """Keep it on top of the profile, or no longer; nothing where it is so already."""
    if pinned != bool(note.pinned_at):
        note.pin(now if pinned else None)
        _publish(NOTE_PINNED, note, by, now, pinned=pinned)


@transaction.atomic
def delete(*, note: Note, by: Actor, now: datetime) -> None:
    """Take a note back, with its versions."""
    key, candidate_id = note.pk, note.candidate_id
    _publish(NOTE_DELETED, note, by, now)
    note.delete()
    passages.forget_note(candidate_id, key)
    search_text.rebuild([candidate_id])
    audit.record(action="note.delete", by=by, object_type="talent.note", object_id=key)
