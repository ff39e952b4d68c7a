"""Short dated statements about people: facts, promises of ours, open questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from crm.unseen import one_line
from talent.choices import FactKind
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, CandidateFact
from talent.services import search_text


@transaction.atomic
def add(
    *,
    candidate: Candidate,
    text: str,
    by: Actor,
    now: datetime,
    kind: str = FactKind.FACT,
    stated_on: date | None = None,
    valid_until: date | None = None,
    subject: Subject | None = None,
) -> CandidateFact:
    """Write one down. `subject` is the note or message that it was read from; without `stated_on`, it is today's."""
    fact = CandidateFact.objects.create(
        candidate=candidate,
        kind=kind,
        text=one_line(text)[:280],
        stated_on=stated_on or now.date(),
        valid_until=valid_until,
        subject_type=subject.type if subject else "",
        subject_id=subject.id if subject else None,
        origin=by.label[:120],
    )
    _tell("fact.add", fact, by, now)
    return fact


@transaction.atomic
def change(
    *, fact: CandidateFact, text: str, kind: str, stated_on: date, valid_until: date | None, by: Actor, now: datetime
) -> None:
    """Correct one."""
    fact.text, fact.kind, fact.stated_on, fact.valid_until = one_line(text)[:280], kind, stated_on, valid_until
    fact.save(update_fields=["text", "kind", "stated_on", "valid_until"])
    _tell("fact.change", fact, by, now)


@transaction.atomic
def settle(*, fact: CandidateFact, by: Actor, now: datetime, settled: bool = True) -> None:
    """A promise is kept, a question answered, a fact no longer true; or, `settled` false, it stands again."""
    fact.settled_at = now if settled else None
    fact.save(update_fields=["settled_at"])
    _tell("fact.settle" if settled else "fact.reopen", fact, by, now)


@transaction.atomic
def remove(*, fact: CandidateFact, by: Actor, now: datetime) -> None:
    """Take one back."""
    key = fact.pk
    fact.delete()
    fact.pk = key
    _tell("fact.remove", fact, by, now)


def _tell(action: str, fact: CandidateFact, by: Actor, now: datetime) -> None:
    search_text.rebuild([fact.candidate_id])
    events.publish(
        CANDIDATE_CHANGED, candidate=fact.candidate_id, occurred_at=now, actor=by, data={"fields": ["facts"]}
    )
    audit.record(action=action, by=by, object_type="talent.candidatefact", object_id=fact.pk)


def standing(candidate: Candidate, today: date) -> list[CandidateFact]:
    """What holds today, the newest first."""
    return list(CandidateFact.objects.standing(today).filter(candidate=candidate))


def newest(candidate_ids: Sequence[UUID], today: date) -> dict[UUID, CandidateFact]:
    """{person: their newest standing fact}, for a column of a list."""
    rows = CandidateFact.objects.standing(today).filter(candidate__in=candidate_ids)
    return {
        row.candidate_id: row for row in rows.order_by("candidate_id", "-stated_on", "-pk").distinct("candidate_id")
    }
