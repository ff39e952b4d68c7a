"""Everything the profile page shows of one person, read in one statement whatever there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import QuerySet

from crm import together
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from crm.together import Asked
from talent.choices import BanScope, ContactKind, FactKind
from talent.identity import skill_key
from talent.models import (
    Candidate,
    CandidateFact,
    CandidateLabel,
    CandidateSkill,
    CandidateTag,
    ContactBan,
    ContactPoint,
    ContactPreference,
    Document,
    Education,
    Employment,
    FieldDefinition,
    FieldValue,
    Note,
    PoolMembership,
    Provenance,
    SourceTouch,
)
from talent.services import documents, freshness

# A row of provenance names what its source called the value; the page asks by the column or kind.
ALSO_CALLED = {"linkedin": "link", "github": "link", "website": "link"}
MOST_ORIGINS = 2000
MOST_PINNED = 10


@dataclass(frozen=True)
class Fact:
    """A value with where it came from (nothing when nobody remembers); `stale` when that is more than a year ago."""

    value: str
    origins: Sequence[Provenance] = ()
    stale: bool = False


@dataclass(frozen=True)
class Told:
    """A row of its own (contact point, skill, job, school) with where it came from."""

    row: ContactPoint | CandidateSkill | Employment | Education
    origins: Sequence[Provenance] = ()
    stale: bool = False


@dataclass(frozen=True)
class Own:
    """What one of the workspace's own fields says."""

    field: FieldDefinition
    value: Any
    origins: Sequence[Provenance] = ()
    stale: bool = False


@dataclass(frozen=True)
class Dossier:
    """One person, whole, as one member may see them."""

    candidate: Candidate
    facts: dict[str, Fact]
    contact_points: Sequence[Told]
    skills: Sequence[Told]
    jobs: Sequence[Told]
    schools: Sequence[Told]
    tags: Sequence[CandidateTag]
    labels: Sequence[CandidateLabel]
    custom: Sequence[Own]
    bans: Sequence[ContactBan]
    pools: Sequence[PoolMembership]
    documents: Sequence[tuple[Document, Sequence[Document]]]
    statements: Sequence[CandidateFact]
    preference: ContactPreference | None
    touches: Sequence[SourceTouch]
    known_by: Sequence[Member]
    pinned: Sequence[Note]
    local_time: datetime | None  # the time of day where they are, without a zone

    @property
    def work_email(self) -> str:
        """The address to write to: the primary one that works."""
        rows = [told.row for told in self.contact_points]
        working = [r for r in rows if isinstance(r, ContactPoint) and r.kind == ContactKind.EMAIL and not r.bounced_at]
        return working[0].value if working else ""

    @property
    def is_banned(self) -> bool:
        """Whether some ban is on all contact, and not on mailings or a channel alone."""
        return any(ban.scope == BanScope.ALL for ban in self.bans)

    @property
    def headline_repeats(self) -> bool:
        """Whether the headline says no more than title and company do."""
        one = self.candidate
        return one.headline in (f"{one.current_title} at {one.current_company}", one.current_title)

    @property
    def said(self) -> list[CandidateFact]:
        """What is neither promised nor asked."""
        return [fact for fact in self.statements if fact.kind == FactKind.FACT]

    @property
    def promises(self) -> list[CandidateFact]:
        """What we promised and have not kept yet."""
        return [fact for fact in self.statements if fact.kind == FactKind.PROMISE]

    @property
    def questions(self) -> list[CandidateFact]:
        """What we would like to know."""
        return [fact for fact in self.statements if fact.kind == FactKind.QUESTION]


class _Origins:
    """The provenance of one person by field and value, equal when case, spaces and signs do not count."""

    def __init__(self, rows: Sequence[Provenance], now: datetime) -> None:
        self.now = now
        self.known: dict[tuple[str, str], list[Provenance]] = defaultdict(list)
        for row in rows:
            self.known[row.field, self._same(row.value)].append(row)

    @staticmethod
    def _same(value: str) -> str:
        plain = skill_key(value.removeprefix("https://").removeprefix("http://").removeprefix("www."))
        return plain.rstrip("/").replace(" ", "") or value

    def of(self, field: str, value: str) -> list[Provenance]:
        found = self.known.get((field, self._same(value)), [])
        return found or self.known.get((ALSO_CALLED.get(field, field), self._same(value)), [])

    def stale(self, origins: Sequence[Provenance]) -> bool:
        return freshness.is_stale(max((o.created_at for o in origins), default=None), self.now)

    def told(self, row: Any, field: str, value: str) -> Told:
        origins = self.of(field, value)
        return Told(row, origins, self.stale(origins))

    def fact(self, value: str, origins: Sequence[Provenance]) -> Fact:
        return Fact(value, origins, self.stale(origins))


@dataclass(frozen=True)
class Questions:
    """What a dossier is read from: asked in one statement, each answered by its name."""

    origins: Asked[Provenance]
    points: Asked[ContactPoint]
    claims: Asked[CandidateSkill]
    jobs: Asked[Employment]
    schools: Asked[Education]
    tags: Asked[CandidateTag]
    labels: Asked[CandidateLabel]
    definitions: Asked[FieldDefinition]
    values: Asked[FieldValue]
    bans: Asked[ContactBan]
    pools: Asked[PoolMembership]
    documents: Asked[Document]
    statements: Asked[CandidateFact]
    preference: Asked[ContactPreference]
    touches: Asked[SourceTouch]
    known_by: Asked[Member]
    pinned: Asked[Note]


def asks(candidate: Candidate, member: Member, today: date) -> Questions:
    """The questions about a person, as that member may ask them."""
    return _asks(candidate.pk, member.pk, member.role, today)


@together.planned
def _asks(person: UUID, member_id: UUID, role: str, today: date) -> Questions:
    mine = {"candidate_id": person}
    origins = Provenance.objects.filter(**mine).select_related("document__file")[:MOST_ORIGINS]
    authors = Note.objects.filter(**mine, author__isnull=False).order_by().values("author")
    return Questions(
        origins=origins,
        points=ContactPoint.objects.filter(**mine),
        claims=CandidateSkill.objects.filter(**mine).select_related("skill"),
        jobs=Employment.objects.filter(**mine),
        schools=Education.objects.filter(**mine),
        tags=CandidateTag.objects.filter(**mine).select_related("tag"),
        labels=CandidateLabel.objects.of(member_id).filter(**mine).select_related("label"),
        definitions=FieldDefinition.objects.in_use().seen_by(role),
        values=FieldValue.objects.filter(**mine),
        bans=ContactBan.objects.unlifted().filter(**mine),
        pools=PoolMembership.objects.filter(**mine).select_related("pool", "stage"),
        documents=Document.objects.filter(**mine).select_related("file").defer("text"),
        statements=CandidateFact.objects.standing(today).filter(**mine),
        preference=ContactPreference.objects.filter(**mine),
        touches=SourceTouch.objects.filter(**mine).select_related("source"),
        known_by=Member.objects.of_tenant(current_tenant_id()).filter(pk__in=authors).select_related("user")[:5],
        pinned=Note.objects.filter(**mine).pinned().select_related("author__user")[:MOST_PINNED],
    )


@together.planned
def team() -> Asked[Member]:
    """The colleagues who work here now."""
    return Member.objects.of_tenant(current_tenant_id()).active()


def _local_time(zone: str, now: datetime) -> datetime | None:
    try:
        known: tzinfo | None = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        known = None
    return now.astimezone(known).replace(tzinfo=None) if known else None  # naive: templates convert what is aware


def _facts(candidate: Candidate, origins: _Origins) -> dict[str, Fact]:
    columns = ("name", "headline", "location", "summary", "current_title", "current_company", "time_zone")
    facts = {c: origins.fact(getattr(candidate, c), origins.of(c, getattr(candidate, c))) for c in columns}
    return facts | {"title_line": _title_line(candidate, origins)}


def _title_line(candidate: Candidate, origins: _Origins) -> Fact:
    """What the person does now: by a hand, or because it is the newest current job that somebody told."""
    said = {name: getattr(candidate, name) for name in ("current_title", "current_company")}
    typed = [origin for name, value in said.items() if value for origin in origins.of(name, value)]
    job = " · ".join(value for value in said.values() if value)
    return origins.fact(job, typed or origins.of("employment", job))


def _own(ask: Questions, origins: _Origins) -> list[Own]:
    said = {row.definition_id: row.value for row in together.rows(ask.values)}
    found = []
    for field in together.rows(ask.definitions):
        if field.pk in said:
            told = origins.of(field.provenance_name, str(said[field.pk])[:400])
            found.append(Own(field, said[field.pk], told, origins.stale(told)))
    return found


def of(candidate: Candidate, now: datetime, member: Member) -> Dossier:
    """The dossier of a person of the current tenant, as a member may see it."""
    ask = asks(candidate, member, now.date())
    with together.reading_if_alone(vars(ask).values()):
        return _read(candidate, ask, now)


def _read(candidate: Candidate, ask: Questions, now: datetime) -> Dossier:
    origins = _Origins(together.rows(ask.origins), now)
    return Dossier(
        candidate=candidate,
        facts=_facts(candidate, origins),
        contact_points=[origins.told(p, p.kind, p.value) for p in together.rows(ask.points)],
        skills=[origins.told(s, "skill", s.skill.name) for s in together.rows(ask.claims)],
        jobs=[origins.told(j, "employment", str(j)) for j in together.rows(ask.jobs)],
        schools=[origins.told(s, "education", str(s)) for s in together.rows(ask.schools)],
        tags=together.rows(ask.tags),
        labels=together.rows(ask.labels),
        custom=_own(ask, origins),
        bans=[ban for ban in together.rows(ask.bans) if ban.holds(now)],
        pools=together.rows(ask.pools),
        documents=documents.with_versions(together.rows(ask.documents)),
        statements=together.rows(ask.statements),
        preference=next(iter(together.rows(ask.preference)), None),
        touches=together.rows(ask.touches),
        known_by=together.rows(ask.known_by),
        pinned=together.rows(ask.pinned),
        local_time=_local_time(candidate.time_zone, now),
    )


def people() -> QuerySet[Candidate]:
    """Candidates with the names that a profile shows beside them."""
    return Candidate.objects.select_related("owner__user", "source")


@together.planned
def _person(pk: UUID) -> Asked[Candidate]:
    return people().filter(pk=pk)


def person(pk: UUID) -> Candidate | None:
    """The candidate with this key, if there is one, with those names."""
    return next(iter(together.rows(_person(pk))), None)


def latest_notes(candidate: Candidate, limit: int, *, with_pinned: bool = True) -> list[Note]:
    """The newest notes, with their authors; the pinned ones among them, where they are not shown besides."""
    rows = Note.objects.filter(candidate=candidate).select_related("author__user")
    return list((rows if with_pinned else rows.filter(pinned_at=None))[:limit])


def names(candidate: Candidate) -> dict[str, list[str]]:
    """The names of a person's skills and tags."""
    skills = CandidateSkill.objects.filter(candidate=candidate).values_list("skill__name", flat=True)
    tags = CandidateTag.objects.filter(candidate=candidate).values_list("tag__name", flat=True)
    return {"skills": list(skills), "tags": list(tags)}


def points(candidate: Candidate) -> list[ContactPoint]:
    return list(ContactPoint.objects.filter(candidate=candidate))


def jobs(candidate: Candidate) -> list[Employment]:
    return list(Employment.objects.filter(candidate=candidate))


def schools(candidate: Candidate) -> list[Education]:
    return list(Education.objects.filter(candidate=candidate))


def claims(candidate: Candidate) -> list[CandidateSkill]:
    """What a person can do, with the skills."""
    return list(CandidateSkill.objects.filter(candidate=candidate).select_related("skill"))
