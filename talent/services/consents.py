"""The consent ledger: what a person said is written down once and read as it stands now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from crm import events
from crm.actors import SYSTEM, Actor
from crm.events import Subject
from crm.models import Event
from crm.services import audit
from crm.services.everywhere import in_each
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ConsentState, LawfulBasis
from talent.events import CONSENT_EXPIRED, CONSENT_GIVEN, CONSENT_WITHDRAWN
from talent.models import Candidate, ConsentRecord, ConsentWording, PurposeBasis

MONTH = timedelta(days=30.4375)
RECORD = "talent.consentrecord"


class NotAConsent(ValueError):
    """What was to be written down makes no sense; the message says why."""


STANDINGS = {**dict(ConsentState.choices), "expired": "Expired"}


@dataclass(frozen=True)
class Said:
    """What a person said of one purpose. `channel` empty: of all; `expires_at` None: as the purpose has it."""

    purpose: str
    state: str
    origin: str
    channel: str = ""
    evidence: str = ""
    wording: ConsentWording | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """What holds for one person, purpose and channel. `state` is a ConsentState, "expired", or "" for nothing said."""

    state: str = ""
    record: ConsentRecord | None = None

    @property
    def is_given(self) -> bool:
        return self.state == ConsentState.GIVEN

    @property
    def is_denied(self) -> bool:
        return self.state in (ConsentState.WITHDRAWN, ConsentState.REFUSED)

    @property
    def label(self) -> str:
        return STANDINGS.get(self.state, "Not asked")


def standing(record: ConsentRecord | None, now: datetime) -> Standing:
    """What a newest record means at `now`."""
    if record is None:
        return Standing()
    if record.state == ConsentState.GIVEN and record.expires_at is not None and record.expires_at <= now:
        return Standing("expired", record)
    return Standing(record.state, record)


def state_of(people: Collection[UUID], purpose: str, channel: str, now: datetime) -> dict[UUID, Standing]:
    """{person: what holds for this purpose and channel at `now`} for all of `people`, in one query."""
    found = ConsentRecord.objects.of_people(people).filter(purpose=purpose).newest(channel)
    newest = {record.candidate_id: record for record in found}
    return {person: standing(newest.get(person), now) for person in people}


def history(candidate_id: UUID, limit: int = 200) -> list[ConsentRecord]:
    """Everything that a person said, newest first."""
    rows = ConsentRecord.objects.of_people([candidate_id]).newest_first().select_related("wording")
    return list(rows[:limit])


# --- what purposes rest on


@dataclass(frozen=True)
class Basis:
    """What a purpose rests on in this tenant."""

    lawful: LawfulBasis = LawfulBasis.LEGITIMATE_INTEREST
    valid_months: int | None = None


def bases() -> dict[str, Basis]:
    """{purpose: what it rests on}, for every purpose; one query."""
    rows = {r.purpose: Basis(LawfulBasis(r.basis), r.valid_months) for r in PurposeBasis.objects.all()}
    return {p: rows.get(p, Basis()) for p in ConsentPurpose.values}


@transaction.atomic
def rest_on(*, purpose: str, basis: str, valid_months: int | None, by: Actor) -> PurposeBasis:
    """Say what a purpose rests on in this tenant."""
    row, _ = PurposeBasis.objects.update_or_create(
        purpose=ConsentPurpose(purpose), defaults={"basis": LawfulBasis(basis), "valid_months": valid_months}
    )
    facts = {"purpose": purpose, "basis": basis, "months": valid_months}
    audit.record(action="consent.basis", by=by, object_type="talent.purposebasis", object_id=row.pk, facts=facts)
    return row


@transaction.atomic
def word(*, purpose: str, language: str, text: str, by: Actor) -> ConsentWording:
    """Put what people are shown into new words: the next version; the same words are no new version."""
    language = language.strip().lower() or "en"
    newest = current_wording(purpose, language)
    if newest is not None and newest.text == text.strip():
        return newest
    row = ConsentWording.objects.create(
        purpose=ConsentPurpose(purpose),
        language=language,
        version=newest.version + 1 if newest else 1,
        text=text.strip(),
        written_by=by.label,
    )
    audit.record(action="consent.word", by=by, object_type="talent.consentwording", object_id=row.pk)
    return row


def current_wording(purpose: str, language: str = "en") -> ConsentWording | None:
    return ConsentWording.objects.filter(purpose=purpose, language=language).order_by("-version").first()


def wordings() -> list[ConsentWording]:
    """The words in force, and those before them."""
    return list(ConsentWording.objects.all())


def wordings_of(purpose: str) -> list[ConsentWording]:
    """All versions of one purpose's words: by language, the newest first."""
    return list(ConsentWording.objects.filter(purpose=purpose))


def overview() -> list[tuple[ConsentPurpose, Basis, list[ConsentWording]]]:
    """Each purpose, what it rests on, and the words in force, one for each language."""
    resting = bases()
    newest: dict[tuple[str, str], ConsentWording] = {}
    for row in wordings():
        newest.setdefault((row.purpose, row.language), row)
    return [(p, resting[p], [row for (about, _), row in newest.items() if about == p]) for p in ConsentPurpose]


# --- writing down


def _expiry(said: Said, basis: Basis, occurred_at: datetime) -> datetime | None:
    if said.state != ConsentState.GIVEN:
        return None
    if said.expires_at is not None:
        if said.expires_at <= occurred_at:
            raise NotAConsent("A consent cannot end before it was given.")
        return said.expires_at
    return occurred_at + basis.valid_months * MONTH if basis.valid_months else None


@transaction.atomic
def record(
    *, candidate: Candidate | UUID, said: Said, by: Actor, now: datetime, occurred_at: datetime | None = None
) -> ConsentRecord:
    """Write down what a person said at `occurred_at` (now, when None). Raises NotAConsent.

    A withdrawal runs the hooks `consent_withdrawn` in the same transaction: what is planned on it goes with it.
    """
    happened = occurred_at or now
    if happened > now:
        raise NotAConsent("This moment lies in the future.")
    if said.wording is not None and said.wording.purpose != said.purpose:
        raise NotAConsent("These words are about another purpose.")
    row = _write(candidate.pk if isinstance(candidate, Candidate) else candidate, said, by, happened, now)
    if said.state != ConsentState.GIVEN:
        facts = {"candidate": row.candidate_id, "purpose": said.purpose, "channel": said.channel}
        events.before_commit("consent_withdrawn", **facts, by=by, now=now)
    return row


def _write(candidate_id: UUID, said: Said, by: Actor, happened: datetime, now: datetime) -> ConsentRecord:
    row = _row(candidate_id, said, by, happened)
    row.save(force_insert=True)
    events.publish_many([_event(row, by, now)])
    facts = {"purpose": said.purpose, "state": said.state, "channel": said.channel, "origin": said.origin}
    audit.record(
        action="consent.record", by=by, object_type="talent.candidate", object_id=row.candidate_id, facts=facts
    )
    return row


def _row(candidate_id: UUID, said: Said, by: Actor, happened: datetime) -> ConsentRecord:
    return ConsentRecord(
        candidate_id=candidate_id,
        purpose=ConsentPurpose(said.purpose),
        channel=Channel(said.channel) if said.channel else "",
        state=ConsentState(said.state),
        wording=said.wording,
        origin=ConsentOrigin(said.origin),
        recorded_by=by.label[:120],
        evidence=said.evidence.strip()[:300],
        occurred_at=happened,
        expires_at=_expiry(said, bases()[said.purpose], happened),
    )


def _event(row: ConsentRecord, by: Actor, now: datetime) -> Event:
    kind = CONSENT_GIVEN if row.state == ConsentState.GIVEN else CONSENT_WITHDRAWN
    data = {"purpose": str(row.purpose), "state": str(row.state), "origin": str(row.origin)}
    about = Subject(RECORD, row.pk)
    return events.build(kind, candidate=row.candidate_id, occurred_at=now, actor=by, subject=about, data=data)


@transaction.atomic
def own_word(*, candidate: Candidate, state: str, origin: str, evidence: str, by: Actor, now: datetime) -> None:
    """The person stops, or allows, being written to: the ledger says so for both purposes that write to people.

    Nothing is written where the ledger says that already. What was planned is stopped by the ban that this goes with.
    """
    for purpose in (ConsentPurpose.CONTACT, ConsentPurpose.NEWS):
        before = state_of([candidate.pk], purpose, Channel.EMAIL, now)[candidate.pk]
        if before.state != state and not (state == ConsentState.WITHDRAWN and before.is_denied):
            said = Said(purpose, state, origin, evidence=evidence, wording=current_wording(purpose))
            _write(candidate.pk, said, by, now, now)


# --- time


def expiring(*, purpose: str, days: int, now: datetime, limit: int = 500) -> list[ConsentRecord]:
    """Consents that hold and run out within `days`, the first to end first, with their people."""
    soon = ConsentRecord.objects.newest().valid(now).filter(expires_at__lte=now + timedelta(days=days))
    rows = soon.filter(purpose=purpose) if purpose else soon
    return list(rows.select_related("candidate").order_by("expires_at", "pk")[:limit])


@transaction.atomic
def tell_expired(*, now: datetime, limit: int = 1000) -> int:
    """Publish, once each, that consents ran out in the current tenant; returns how many events were written."""
    told = Event.objects.filter(kind=CONSENT_EXPIRED, candidate_id=OuterRef("candidate_id"), subject_id=OuterRef("pk"))
    gone = ConsentRecord.objects.newest().filter(~Exists(told), state=ConsentState.GIVEN, expires_at__lte=now)
    rows = list(gone.order_by("expires_at", "pk")[:limit])
    events.publish_many([_expired(row) for row in rows])
    return len(rows)


def tell_expired_everywhere(*, now: datetime) -> int:
    """The same in every active tenant, each in a transaction of its own."""
    return in_each(lambda: tell_expired(now=now))


def _expired(row: ConsentRecord) -> Event:
    assert row.expires_at is not None
    return events.build(
        CONSENT_EXPIRED,
        candidate=row.candidate_id,
        occurred_at=row.expires_at,
        actor=SYSTEM,
        subject=Subject(RECORD, row.pk),
        data={"purpose": row.purpose},
    )
