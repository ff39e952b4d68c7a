"""Everything the profile page shows of one person, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import QuerySet

from talent.choices import ContactKind
from talent.identity import skill_key
from talent.models import (
    Candidate,
    CandidateSkill,
    CandidateTag,
    ContactBan,
    ContactPoint,
    Document,
    Education,
    Employment,
    Note,
    PoolMembership,
    Provenance,
)

# A row of provenance names what its source called the value; the page asks by the column or kind.
ALSO_CALLED = {"linkedin": "link", "github": "link", "website": "link"}


@dataclass(frozen=True)
class Fact:
    """A value with where it came from (nothing when nobody remembers)."""

    value: str
    origins: Sequence[Provenance] = ()


@dataclass(frozen=True)
class Told:
    """A row of its own (contact point, skill, job, school) with where it came from."""

    row: ContactPoint | CandidateSkill | Employment | Education
    origins: Sequence[Provenance] = ()


@dataclass(frozen=True)
class Dossier:
    """One person, whole."""

    candidate: Candidate
    facts: dict[str, Fact]
    contact_points: Sequence[Told]
    skills: Sequence[Told]
    jobs: Sequence[Told]
    schools: Sequence[Told]
    tags: Sequence[CandidateTag]
    bans: Sequence[ContactBan]
    pools: Sequence[PoolMembership]
    documents: Sequence[Document]
    local_time: datetime | None

    @property
    def work_email(self) -> str:
        """The address to write to: the primary one that works."""
        rows = [told.row for told in self.contact_points]
        working = [r for r in rows if isinstance(r, ContactPoint) and r.kind == ContactKind.EMAIL and not r.bounced_at]
        return working[0].value if working else ""


class _Origins:
    """The provenance of one person by field and value, equal when case, spaces and signs do not count."""

    def __init__(self, candidate: Candidate) -> None:
        self.known: dict[tuple[str, str], list[Provenance]] = defaultdict(list)
        for row in Provenance.objects.filter(candidate=candidate).select_related("document__file")[:2000]:
            self.known[row.field, self._same(row.value)].append(row)

    @staticmethod
    def _same(value: str) -> str:
        plain = skill_key(value.removeprefix("https://").removeprefix("http://").removeprefix("www."))
        return plain.rstrip("/").replace(" ", "") or value

    def of(self, field: str, value: str) -> list[Provenance]:
        found = self.known.get((field, self._same(value)), [])
        return found or self.known.get((ALSO_CALLED.get(field, field), self._same(value)), [])


def _local_time(zone: str, now: datetime) -> datetime | None:
    try:
        known: tzinfo | None = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        known = None
    return now.astimezone(known) if known else None


def _facts(candidate: Candidate, origins: _Origins) -> dict[str, Fact]:
    columns = ("name", "headline", "location", "summary", "current_title", "current_company", "time_zone")
    facts = {c: Fact(getattr(candidate, c), origins.of(c, getattr(candidate, c))) for c in columns}
    return facts | {"title_line": _title_line(candidate, origins)}


def _title_line(candidate: Candidate, origins: _Origins) -> Fact:
    """What the person does now: by a hand, or because it is the newest current job that somebody told."""
    said = {name: getattr(candidate, name) for name in ("current_title", "current_company")}
    typed = [origin for name, value in said.items() if value for origin in origins.of(name, value)]
    job = " · ".join(value for value in said.values() if value)
    return Fact(job, typed or origins.of("employment", job))


def of(candidate: Candidate, now: datetime) -> Dossier:
    """The dossier of a person of the current tenant."""
    origins = _Origins(candidate)
    skills = CandidateSkill.objects.filter(candidate=candidate).select_related("skill")
    return Dossier(
        candidate=candidate,
        facts=_facts(candidate, origins),
        contact_points=[Told(p, origins.of(p.kind, p.value)) for p in points(candidate)],
        skills=[Told(s, origins.of("skill", s.skill.name)) for s in skills],
        jobs=[Told(j, origins.of("employment", str(j))) for j in jobs(candidate)],
        schools=[Told(s, origins.of("education", str(s))) for s in Education.objects.filter(candidate=candidate)],
        tags=list(CandidateTag.objects.filter(candidate=candidate).select_related("tag")),
        bans=list(ContactBan.objects.in_force().filter(candidate=candidate)),
        pools=list(PoolMembership.objects.filter(candidate=candidate).select_related("pool", "stage")),
        documents=list(Document.objects.filter(candidate=candidate).select_related("file").defer("text")),
        local_time=_local_time(candidate.time_zone, now),
    )


def people() -> QuerySet[Candidate]:
    """Candidates with the names that a profile shows beside them."""
    return Candidate.objects.select_related("owner__user", "source")


def latest_notes(candidate: Candidate, limit: int) -> list[Note]:
    """The newest notes, with their authors."""
    return list(Note.objects.filter(candidate=candidate).select_related("author__user")[:limit])


def names(candidate: Candidate) -> dict[str, list[str]]:
    """The names of a person's skills and tags."""
    skills = CandidateSkill.objects.filter(candidate=candidate).values_list("skill__name", flat=True)
    tags = CandidateTag.objects.filter(candidate=candidate).values_list("tag__name", flat=True)
    return {"skills": list(skills), "tags": list(tags)}


def points(candidate: Candidate) -> list[ContactPoint]:
    return list(ContactPoint.objects.filter(candidate=candidate))


def jobs(candidate: Candidate) -> list[Employment]:
    return list(Employment.objects.filter(candidate=candidate))


def claims(candidate: Candidate) -> list[CandidateSkill]:
    """What a person can do, with the skills."""
    return list(CandidateSkill.objects.filter(candidate=candidate).select_related("skill"))
