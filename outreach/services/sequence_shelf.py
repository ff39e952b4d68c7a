"""Sequences as things on a shelf: another one like it, out of the way and back, and thrown away before its time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from crm.models import Member
from crm.services import audit
from outreach.choices import SequenceStatus
from outreach.models import AutomationRule, Enrolment, Sequence, StepVariant, VariantTest
from outreach.services import drafts
from outreach.services.steps import NotReady, lock

OBJECT = "outreach.sequence"
# A copy begins its own history.
ITS_OWN = {"id", "created_at", "updated_at", "name", "status", "version", "draft", "activated_at", "archived_at"}
ITS_OWN |= {"created_by", "following_since", "followed_to", "following"}
COPIED = [field.attname for field in Sequence._meta.concrete_fields if field.name not in ITS_OWN]


def _free_name(name: str) -> str:
    stem = name[:100]
    taken = set(Sequence.objects.filter(name__startswith=stem).values_list("name", flat=True))
    return next(found for n in range(2, len(taken) + 3) if (found := f"{stem} ({n})") not in taken)


@transaction.atomic
def copy(*, sequence: Sequence, by: Actor, author: Member | None) -> Sequence:
    """A new draft with the steps that the editor shows, their wordings, and the same rules. Nobody is in it."""
    like = lock(sequence)
    values = {name: getattr(like, name) for name in COPIED}
    made = Sequence.objects.create(name=_free_name(like.name), created_by=author, **values)
    keys = drafts.copy_to(like, made)
    for test in VariantTest.objects.filter(sequence=like, step_key__in=keys).prefetch_related("variants"):
        _copy_wordings(test, made, keys[test.step_key])
    audit.record(action="sequence.create", by=by, object_type=OBJECT, object_id=made.pk, facts={"like": str(like.pk)})
    return made


def _copy_wordings(test: VariantTest, to: Sequence, step_key: UUID) -> None:
    """What it found out stays where it was found out."""
    fresh = VariantTest.objects.create(sequence=to, step_key=step_key, least_people=test.least_people)
    rows = list(test.variants.all())
    same = [StepVariant(test=fresh, letter=one.letter, subject=one.subject, body=one.body) for one in rows]
    StepVariant.objects.bulk_create(same)


def _fed_by(sequence: Sequence, **which: bool) -> str:
    """An automation rule that puts people into it: its name, or ""."""
    rules = AutomationRule.objects.filter(actions__contains=[{"sequence": str(sequence.pk)}], **which)
    return rules.order_by("name").values_list("name", flat=True).first() or ""


@transaction.atomic
def archive(*, sequence: Sequence, by: Actor, now: datetime) -> Sequence:
    """Out of the list; who got what stays. Raises NotReady while people are in it, or a rule that is on feeds it."""
    row = lock(sequence)
    if row.archived_at is not None:
        return row
    people = Enrolment.objects.open().filter(sequence=row).count()
    if people:
        who = "1 person is" if people == 1 else f"{people:,} people are"
        raise NotReady(f"{who} under way in it. Let them come to its end, or take them out first.")
    if name := _fed_by(row, is_active=True):
        raise NotReady(f"The automation “{name}” puts people into it. Turn that off first.")
    row.archived_at = now
    row.status = SequenceStatus.PAUSED if row.is_active else row.status
    row.save(update_fields=["archived_at", "status", "updated_at"])
    audit.record(action="sequence.archive", by=by, object_type=OBJECT, object_id=row.pk)
    return row


@transaction.atomic
def restore(*, sequence: Sequence, by: Actor) -> Sequence:
    """Back in the list, as it was but not active."""
    row = lock(sequence)
    if row.archived_at is not None:
        row.archived_at = None
        row.save(update_fields=["archived_at", "updated_at"])
        audit.record(action="sequence.restore", by=by, object_type=OBJECT, object_id=row.pk)
    return row


@transaction.atomic
def delete(*, sequence: Sequence, by: Actor) -> None:
    """Throw away what was never started. Raises NotReady for one that was, and for one that a rule names."""
    row = lock(sequence)
    if row.activated_at is not None:
        raise NotReady("It was started: what it sent stays in the ledger. Archive it instead.")
    if name := _fed_by(row):
        raise NotReady(f"The automation “{name}” puts people into it. Change or delete that first.")
    audit.record(action="sequence.delete", by=by, object_type=OBJECT, object_id=row.pk, facts={"name": row.name})
    row.delete()
