"""Keeps the passages of people: marks whose texts changed, cuts the texts, has the pieces made into vectors."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from crm.background import is_first, wake
from crm.models import Tenant
from crm.tenancy.context import current_tenant_id, dispatch
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.keys import cache_key
from talent.choices import PassageKind
from talent.models import Candidate, CandidateSkill, Document, Employment, Note, Passage, StaleText
from talent.search import embedding
from talent.search.embedding import Vector
from talent.search.masking import mask

NUDGED = "passages-nudged"
KEEP_TASK = "talent.tasks.keep_passages"
SOON = 0.5  # seconds until marks are taken: those that come meanwhile go with them
LETTERS = 600  # of a passage, about
MOST_PASSAGES = 80  # of one document or note
BATCH = 100  # people at a time
ROUNDS = 50
MOST_ATTEMPTS = 5
PAUSE = timedelta(minutes=1)  # before the second attempt; doubled for each further one
GRACE = timedelta(seconds=20)  # a fresh mark has a wake-up of its own on the way
logger = logging.getLogger(__name__)


class Place(NamedTuple):
    """Where a passage stands."""

    candidate: UUID
    kind: str
    origin: UUID
    number: int


# --- marking


def mark_stale(ids: Collection[UUID]) -> None:
    """These people's texts have changed. The marks are rows of the same transaction; a worker is woken after it."""
    StaleText.objects.bulk_create(marks(ids), batch_size=1000)


def marks(ids: Collection[UUID]) -> list[StaleText]:
    """The same marks, not yet written: who calls writes them in this transaction."""
    if not ids:
        return []
    now = timezone.now()
    transaction.on_commit(partial(_ask, current_tenant_id()))
    return [StaleText(candidate_id=pk, due_at=now) for pk in ids]


def _ask(tenant_id: UUID) -> None:
    if is_first(tenant_id, NUDGED, lasts=2, begins=SOON):
        wake(KEEP_TASK, "bulk", tenant_id, countdown=SOON)


def waiting_tenants(now: datetime) -> list[UUID]:
    """Tenants with marks that nobody has taken; asked as the dispatch role, which sees keys and times only."""
    with dispatch(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tenant_id FROM talent_staletext WHERE due_at < %s AND attempts < %s",
            [now - GRACE, MOST_ATTEMPTS],
        )
        return [row[0] for row in cursor.fetchall()]


def are_waiting() -> bool:
    """Are there people of the current tenant whose newest words cannot be found by meaning yet?"""
    return StaleText.objects.filter(attempts__lt=MOST_ATTEMPTS).exists()


# --- cutting

_BREAK = re.compile(r"\n\s*\n|\n(?=\s*[-•*–])|(?<=[.!?])\s+(?=[^\W\d_a-z])|\n")


def cut(text: str) -> list[str]:
    """Pieces of about LETTERS letters that end where a sentence, a line or a paragraph does; blanks are made one."""
    pieces: list[str] = []
    for sentence in _BREAK.split(text):
        for words in _in_lengths(" ".join(sentence.split())):
            if pieces and len(pieces[-1]) + len(words) < LETTERS:
                pieces[-1] = f"{pieces[-1]} {words}" if pieces[-1][-1:] in ".!?:;," else f"{pieces[-1]}; {words}"
            else:
                pieces.append(words)
            if len(pieces) > MOST_PASSAGES:
                return pieces[:MOST_PASSAGES]
    return pieces


def _in_lengths(sentence: str) -> Iterator[str]:
    """A sentence, in parts when it is endless."""
    while len(sentence) > LETTERS:
        end = sentence.rfind(" ", 1, LETTERS)
        end = LETTERS if end < 0 else end
        yield sentence[:end].strip()
        sentence = sentence[end:].strip()
    if sentence:
        yield sentence


def _profile(person: Candidate, skills: Sequence[str], jobs: Sequence[str]) -> list[str]:
    """What the profile says: the work in one passage, the summary in its own."""
    work = [person.headline, person.current_title, *jobs]
    first = ". ".join(dict.fromkeys(part for part in work if part))
    if skills:
        first = f"{first}. Skills: {', '.join(skills)}" if first else f"Skills: {', '.join(skills)}"
    return [*([first[: 3 * LETTERS]] if first else []), *cut(person.summary)]


def _texts(ids: Sequence[UUID]) -> dict[Place, str]:
    """Every passage that these people should have."""
    skills, jobs = defaultdict(list), defaultdict(list)
    for person, name in CandidateSkill.objects.filter(candidate__in=ids).values_list("candidate_id", "skill__name"):
        skills[person].append(name)
    for job in Employment.objects.filter(candidate__in=ids):
        jobs[job.candidate_id].append(" at ".join(p for p in (job.title, job.company) if p))
    found: dict[Place, str] = {}
    for person in Candidate.objects.filter(pk__in=ids):
        pieces = _profile(person, skills[person.pk], jobs[person.pk])
        found |= {Place(person.pk, PassageKind.PROFILE, person.pk, n): text for n, text in enumerate(pieces)}
    notes = Note.objects.open_to_all().filter(candidate__in=ids).values_list("candidate_id", "pk", "text")
    documents = Document.objects.filter(candidate__in=ids).values_list("candidate_id", "pk", "text")
    for kind, rows in ((PassageKind.NOTE, notes), (PassageKind.DOCUMENT, documents)):
        for person_id, origin, text in rows:
            found |= {Place(person_id, kind, origin, n): piece for n, piece in enumerate(cut(text))}
    return found


# --- keeping


def _passage(place: Place, text: str, vector: Vector | None) -> Passage:
    row = Passage(candidate_id=place.candidate, kind=place.kind, origin=place.origin, number=place.number, text=text)
    if vector is not None:
        row.bits, row.code = vector.bits, vector.code
    return row


def vectors(texts: Iterable[tuple[str, str]]) -> list[Vector | None]:
    """Vectors of (text, the person's name) pairs, without the name and whatever the law protects."""
    return embedding.encode([mask(text, [name]).text for text, name in texts])


def rebuild(ids: Sequence[UUID]) -> int:
    """Bring the passages of these people in line with their texts; returns how many were written.

    A passage whose text is the same stays as it is, unless it still lacks a vector.
    """
    wanted = _texts(ids)
    names = dict(Candidate.objects.filter(pk__in=ids).values_list("pk", "name"))
    is_ready = embedding.is_ready()
    gone = []
    for row in Passage.objects.filter(candidate__in=ids).defer("search", "bits"):
        place = Place(row.candidate_id, row.kind, row.origin, row.number)
        if wanted.get(place) == row.text and (row.code is not None or not is_ready):
            del wanted[place]
        else:
            gone.append(row.pk)
    Passage.objects.filter(pk__in=gone).delete()
    made = vectors((text, names.get(place.candidate, "")) for place, text in wanted.items())
    rows = [_passage(place, text, vector) for (place, text), vector in zip(wanted.items(), made, strict=True)]
    Passage.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def forget_note(candidate_id: UUID, note_id: UUID) -> None:
    """At once: a note that is no longer for everybody must not wait for the sweep."""
    Passage.objects.filter(candidate_id=candidate_id, kind=PassageKind.NOTE, origin=note_id).delete()


def _lock() -> bool:
    """One worker a tenant at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"passages:{current_tenant_id()}"])
        return bool(cursor.fetchone()[0])


def _hold(people: Collection[UUID]) -> set[UUID]:
    """Those of these people whom nobody is deleting or joining right now; who begins to, waits for us.

    Else a passage written meanwhile would be about nobody. We never wait: the marks of the others stay for later.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM talent_candidate WHERE tenant_id = %s AND id = ANY(%s) FOR KEY SHARE SKIP LOCKED",
            [current_tenant_id(), list(people)],
        )
        return {pk for (pk,) in cursor.fetchall()}


def _try(marks: Sequence[StaleText], now: datetime) -> None:
    """Rebuild whom the marks name. Who fails is tried alone, then later, then no more."""
    people = list({mark.candidate_id for mark in marks})
    try:
        with transaction.atomic():
            rebuild(people)
    except Exception as error:
        if len(people) > 1:
            for person in people:
                _try([mark for mark in marks if mark.candidate_id == person], now)
            return
        logger.exception("the passages of candidate %s could not be made", people[0])
        for mark in marks:
            mark.attempts, mark.problem = mark.attempts + 1, repr(error)[:300]
            mark.due_at = now + PAUSE * 2**mark.attempts
        StaleText.objects.bulk_update(marks, ["attempts", "problem", "due_at"])
    else:
        StaleText.objects.filter(pk__in=[mark.pk for mark in marks]).delete()


@transaction.atomic
def keep(*, now: datetime) -> int:
    """Take the oldest marks of the current tenant, BATCH people at a time; returns how many marks were looked at."""
    if not _lock():
        return 0
    due = StaleText.objects.filter(due_at__lte=now, attempts__lt=MOST_ATTEMPTS).order_by("due_at")
    marks = list(due.select_for_update(skip_locked=True)[:BATCH])
    here = _hold({mark.candidate_id for mark in marks})
    marks = [mark for mark in marks if mark.candidate_id in here]
    if marks:
        _try(marks, now)
    return len(marks)


def keep_all(*, tenant: Tenant) -> None:
    """Take marks until there are none, a transaction for each batch; what comes after ROUNDS is another task's."""
    cache.delete(cache_key(tenant.pk, NUDGED))  # before reading: what commits from now on asks for a run of its own
    for _ in range(ROUNDS):
        with open_tenant(tenant):
            if not keep(now=timezone.now()):
                return
    wake(KEEP_TASK, "bulk", tenant.pk)


def mark_everybody() -> int:
    """Have all passages of the current tenant looked at again: after a bulk load, or when the model has come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO talent_staletext (id, tenant_id, created_at, candidate_id, attempts, due_at, problem) "
            "SELECT gen_random_uuid(), c.tenant_id, now(), c.id, 0, now(), '' FROM talent_candidate c "
            "WHERE c.tenant_id = %s",
            [current_tenant_id()],
        )
        return int(cursor.rowcount)
