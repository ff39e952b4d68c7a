"""What surrounds people, by chance: their word on consent, bans, documents, tasks, applications, sequences.

Where the database judges by its own clock, moments lie some days from now, not from `NOW`.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from crm import events
from crm.actors import SYSTEM
from crm.events import Subject
from crm.models import StoredFile
from crm.tenancy.models import uuid7
from outreach.models import Enrolment
from portal.choices import ContentKind
from portal.events import ASSET_DOWNLOADED
from portal.models import ContentItem
from talent.choices import BanReason, BanScope, ConsentOrigin, ConsentPurpose, ConsentState, OffLimitsKind
from talent.choices_events import AttendanceState
from talent.choices_jobs import DeclinedBy, Outcome
from talent.models import (
    Application,
    ApplicationStage,
    Attendance,
    Candidate,
    ConsentRecord,
    ContactBan,
    DispositionReason,
    Document,
    Job,
    OffLimitsCompany,
    RecruitingEvent,
    Source,
    SourceTouch,
    Task,
)
from talent.services import off_limits
from tests.factories.outreach import a_sequence
from tests.factories.talent import NOW

DOMAINS = ["example.com", "example.org", "mail.example.org", "notexample.org"]
REACHES = [(BanScope.ALL, ""), (BanScope.MARKETING, ""), (BanScope.CHANNEL, "email"), (BanScope.CHANNEL, "text")]
ENROLLED = [("active", ""), ("paused", ""), ("finished", ""), ("stopped", "replied"), ("stopped", "bounced")]
DAYS = [None, -3, 10, 20, 45, 75, 200]  # until a consent runs out; None: never
GATHERINGS = ("event_registered", "event_attended", "event_no_show")
SEQUENCES = ("sequence", "sequence_ever", "sequence_finished", "sequence_answered")


def put_off_limits() -> None:
    """A company, one with whoever worked there before, a domain; one that was lifted, and one whose time is over."""
    company, domain, now = OffLimitsKind.COMPANY, OffLimitsKind.DOMAIN, timezone.now()
    listed: list[tuple[OffLimitsKind, str, dict[str, Any]]] = [
        (company, "Mälar Data AB", {}),
        (company, "Acme", {"also_past": True}),
        (company, "100% Go", {"lifted_at": NOW}),
        (company, "python.org", {"until": now - timedelta(days=1)}),
        (domain, "example.org", {"until": now + timedelta(days=30)}),
    ]
    OffLimitsCompany.objects.bulk_create(
        OffLimitsCompany(kind=kind, value=value, normal=off_limits.normal(kind, value), reason="R", **more)
        for kind, value, more in listed
    )


def labels() -> dict[str, list[UUID]]:
    """Jobs with stages, reasons to decline and sequences: the ids that rules can name, by field."""
    made = [Job.objects.create(title=title) for title in ("Engineer", "Nurse", "Nobody applied")]
    for job in made:
        for position, name in enumerate(["Talk", "Offer"]):
            ApplicationStage.objects.create(job=job, name=name, position=position, is_final=name == "Offer")
    reasons = [
        ("Strong, later", DeclinedBy.US, True),
        ("No match", DeclinedBy.US, False),
        ("Pay", DeclinedBy.THEM, True),
    ]
    declined = [DispositionReason.objects.create(name=n, declined_by=who, is_positive=good) for n, who, good in reasons]
    written = [a_sequence(name=name).pk for name in ("Hello", "Again")]
    files = [ContentItem.objects.create(kind=ContentKind.ASSET, title=title, slug=title).pk for title in ("pay", "map")]
    begin = [NOW - timedelta(days=days) for days in (2, 200, 5)]
    gatherings = [
        RecruitingEvent.objects.create(name="Fair", starts_at=at, ends_at=at + timedelta(hours=2), time_zone="UTC").pk
        for at in begin
    ]
    ids = {"job": [job.pk for job in made], "disposition": [reason.pk for reason in declined], "downloaded": files}
    return ids | dict.fromkeys(SEQUENCES, written) | dict.fromkeys(GATHERINGS, gatherings)


def surround(chance: random.Random, person: Candidate, ids: dict[str, list[UUID]]) -> None:
    """Everything of this module about one person."""
    if chance.random() < 0.5:
        scope, channel = chance.choice(REACHES)
        days = chance.choice([None, -2, 20, 30])
        until = days and timezone.now() + timedelta(days=days)
        ban = {"scope": scope, "channel": channel, "until": until, "lifted_at": chance.choice([None, None, NOW])}
        ContactBan.objects.create(candidate=person, reason=chance.choice(BanReason.values), banned_at=NOW, **ban)
    for number in range(chance.randrange(4)):
        _consent(chance, person, NOW + timedelta(hours=number))
    if chance.random() < 0.4:
        done_at = chance.choice([None, NOW])
        Task.objects.create(candidate=person, title="Call", created_by="Test", done_at=done_at)
    for file in chance.sample(ids["downloaded"], chance.randrange(3)):
        about = Subject("portal.contentitem", file)
        events.publish(ASSET_DOWNLOADED, candidate=person.pk, occurred_at=NOW, actor=SYSTEM, subject=about)
    for source in Source.objects.filter(pk__in=chance.sample(ids["source"], chance.randrange(3))):
        SourceTouch.objects.create(candidate=person, source=source, touched_at=NOW)
    for sequence in chance.sample(ids["sequence"], chance.randrange(3)):
        state, stopped = chance.choice(ENROLLED)
        Enrolment.objects.create(
            candidate=person, sequence_id=sequence, state=state, stop_reason=stopped, enrolled_by="T", enrolled_at=NOW
        )
    for job in chance.sample(ids["job"][:2], chance.randrange(3)):
        _application(chance, person, job, ids["disposition"])
    for event in chance.sample(ids["event_registered"][:2], chance.randrange(3)):
        state = chance.choice(AttendanceState.values)
        marked_at = None if state == AttendanceState.REGISTERED else NOW
        registered_at = NOW - timedelta(days=chance.choice([1, 8, 300]))
        Attendance.objects.create(
            candidate=person, event_id=event, state=state, registered_at=registered_at, marked_at=marked_at
        )


def _consent(chance: random.Random, person: Candidate, occurred_at: Any) -> None:
    state, days = chance.choice(ConsentState.values), chance.choice(DAYS)
    ends = timezone.now() + timedelta(days=days) if days and state == ConsentState.GIVEN else None
    ConsentRecord.objects.create(
        candidate=person,
        purpose=chance.choice(ConsentPurpose.values),
        channel=chance.choice(["", "", "email", "text"]),
        state=state,
        origin=ConsentOrigin.FORM,
        recorded_by="Test",
        occurred_at=occurred_at,
        expires_at=ends,
    )


def _application(chance: random.Random, person: Candidate, job: UUID, reasons: list[UUID]) -> None:
    outcome = chance.choice([Outcome.OPEN, Outcome.HIRED, Outcome.REJECTED, Outcome.REJECTED, Outcome.WITHDRAWN])
    is_open = outcome == Outcome.OPEN
    Application.objects.create(
        candidate=person,
        job_id=job,
        stage=chance.choice(list(ApplicationStage.objects.filter(job_id=job))),
        outcome=outcome,
        disposition_id=None if is_open else chance.choice([None, *reasons]),
        is_finalist=chance.random() < 0.6,
        applied_at=NOW,
        moved_at=NOW,
        decided_at=None if is_open else NOW,
    )


def a_file() -> StoredFile:
    """A file that stands for any."""
    key = str(uuid7())
    return StoredFile.objects.create(key=key, name="cv.txt", content_type="text/plain", size=1, sha256=key)


def write_documents(chance: random.Random, person: Candidate, file: StoredFile, words: list[str]) -> None:
    """Up to two documents, some of them replaced by a newer version, some without a text."""
    for _ in range(chance.randrange(3)):
        text, kind = chance.choice(["", *words]), chance.choice(["resume", "other"])
        replaced_at = chance.choice([None, None, NOW])
        Document.objects.create(candidate=person, file=file, kind=kind, text=text, replaced_at=replaced_at)
