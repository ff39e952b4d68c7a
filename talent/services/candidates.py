"""Creates and changes candidates. Every way in ends here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from crm import events, together
from crm.actors import Actor
from crm.models import Event, Member
from crm.services import audit, files
from crm.tenancy import many
from crm.together import Asked, Question, Word
from crm.unseen import is_seen
from talent import identity
from talent.choices import IDENTIFYING_KINDS, ContactKind, SourceKind
from talent.events import CANDIDATE_CHANGED, CANDIDATE_CREATED, CANDIDATE_DELETED
from talent.identity import Identified, NotAContactPoint
from talent.models import (
    Candidate,
    ContactPoint,
    Document,
    Education,
    Employment,
    Provenance,
    Skill,
    Source,
)
from talent.profile import Profile
from talent.services import (
    contact,
    derived,
    labels,
    newcomers,
    passages,
    profile_rows,
    search_text,
    seniority,
    skills,
    sources,
)
from talent.services.newcomers import Brought

UNNAMED = "Unnamed person"
TITLE_LINE = ("current_title", "current_company")  # only hands leave provenance of these: files leave that of the job


class NothingKnown(ValueError):
    """A profile without a name, an address or a link describes nobody."""


class CandidateInUse(ValueError):
    """Something that must be kept refers to the person; the message says what."""


@dataclass(frozen=True)
class Origin:
    """What a profile came from, for provenance: the words people read, and the document if there is one."""

    name: str
    kind: str = SourceKind.MANUAL
    source: str = ""  # the source's name where it is a wider one than `name`
    document: Document | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a profile; of somebody new, what was written."""

    candidate: Candidate
    created: bool
    changed: Sequence[str] = ()
    problems: Sequence[str] = field(default=())
    brought: Brought | None = None


def source_named(name: str, kind: str) -> Source:
    """The source of that name; made when it is new."""
    source, _ = Source.objects.get_or_create(name=name[:80], defaults={"kind": kind})
    return source


def identified(profile: Profile) -> tuple[list[Identified], list[str]]:
    """The contact points of a profile in normal form, and sentences about those that could not be read."""
    points, problems = [], []
    region = profile.place.country if profile.place else ""
    claims = [(ContactKind.EMAIL, c) for c in profile.emails]
    claims += [(ContactKind.PHONE, c) for c in profile.phones]
    claims += [(ContactKind.WEBSITE, c) for c in profile.links]
    for kind, claim in claims:
        try:
            points.append(identity.contact_point(kind, claim.value, region))
        except NotAContactPoint as error:
            problems.append(str(error))
    return points, problems


def save(
    *,
    profile: Profile,
    origin: Origin,
    by: Actor,
    now: datetime,
    into: Candidate | None = None,
    also: Sequence[Question] = (),
) -> Outcome:
    """Create a person from a profile, or add it to one who is known.

    The same e-mail address or profile link names the same person. What is known is never overwritten: empty fields
    are filled, lists grow. Only the title line follows the newest current job, unless a hand has written it. Every
    value taken over keeps its provenance. What the caller wants to know `also` is asked on the way. Raises NothingKnown
    for an empty profile.
    """
    points, problems = identified(profile)
    if into is None:
        _require_somebody(profile, points)
    with transaction.atomic(savepoint=False):  # an error of the database is nothing to go on from
        contact.hold(points)
        known = _known(profile, points, origin, also)
        if into is None and not known.people:
            candidate, brought = _create(profile, points, origin, known, by, now)
            return Outcome(candidate, True, tuple(brought.names), tuple(problems), brought)
        candidate = into or Candidate.objects.select_for_update().get(pk=known.people[0])
        changed = _add(candidate, profile, points, origin, now)
        _tell(candidate, changed, by, now)
    return Outcome(candidate, False, tuple(changed), tuple(problems))


@dataclass(frozen=True)
class _Known:
    """What the workspace has of a profile's words: whom its points name, the source, and skills by their keys."""

    people: Sequence[UUID]
    source: Source | None
    skills: Mapping[str, Skill]


@together.planned
def _asks(normals: Word, source: Word, skill_keys: Word) -> tuple[Asked[ContactPoint], Asked[Source], Asked[Skill]]:
    points = ContactPoint.objects.all().named_alike(normals)
    return points, Source.objects.filter(name=source), skills.of_keys(skill_keys)


def _known(profile: Profile, points: Sequence[Identified], origin: Origin, also: Sequence[Question]) -> _Known:
    """Asked in one question."""
    normals = {p.normal: None for p in points if p.kind in IDENTIFYING_KINDS}
    told = [Word(many.texts(normals)), Word(source_name(origin)[:80]), Word(many.texts(newcomers.skill_keys(profile)))]
    named, source, skilled = _asks(*told)
    together.fetch([named, source, skilled, *also])
    owners = {(one.kind, one.normal): one.candidate_id for one in together.rows(named)}
    people = list(dict.fromkeys(owners[p.key] for p in points if p.key in owners))
    known = {skill.key: skill for skill in together.rows(skilled)}
    return _Known(people, next(iter(together.rows(source)), None), known)


def _create(
    profile: Profile, points: Sequence[Identified], origin: Origin, known: _Known, by: Actor, now: datetime
) -> tuple[Candidate, Brought]:
    """Write somebody new with all their lists: none of them is there yet, and the points are held and nobody's."""
    candidate = newcomer(profile, points, by)
    candidate.source = known.source or source_named(source_name(origin), origin.kind)
    told, paper = provenance_of(candidate, profile, origin), origin.document
    brought = newcomers.rows(candidate, profile, points, told, known=known.skills, said_by=origin.name, document=paper)
    search_text.insert(
        candidate,
        *vars(brought).values(),
        passages.marks([candidate.pk]),
        [created_event(candidate, origin, by, now)],
        [audit.entry(action="candidate.create", fields=brought.names, **_about(candidate, by))],
    )
    if (candidate.current_title or brought.jobs) and seniority.derive([candidate.pk], now=now):
        candidate.refresh_from_db(fields=["seniority", "seniority_origin"])
    events.announce()
    return candidate, brought


def _about(candidate: Candidate, by: Actor) -> dict[str, Any]:
    return {"by": by, "object_type": "talent.candidate", "object_id": candidate.pk}


def created_event(candidate: Candidate, origin: Origin, by: Actor, now: datetime) -> Event:
    """The event of somebody new, not yet written."""
    data = {"source": source_name(origin)}
    return events.build(CANDIDATE_CREATED, candidate=candidate.pk, occurred_at=now, actor=by, data=data)


def _add(
    candidate: Candidate, profile: Profile, points: Sequence[Identified], origin: Origin, now: datetime
) -> list[str]:
    """Add a profile to somebody who is known, with all that follows; returns the names of what changed."""
    changed = _fill(candidate, profile) + _grow(candidate, profile, points, origin)
    if "employments" in changed:
        changed += [name for name in _follow_newest_job(candidate) if name not in changed]
    if changed:
        Provenance.objects.bulk_create(provenance_of(candidate, profile, origin, changed))
    seniority.derive([candidate.pk], now=now)
    derived.zone_by_phone(candidate)
    source = source_named(source_name(origin), origin.kind)
    sources.touch(candidate=candidate, source=source, now=now, detail=origin.name)
    search_text.rebuild([candidate.pk])
    candidate.refresh_from_db()
    return changed


def source_name(origin: Origin) -> str:
    """What the source of people from there is called."""
    return origin.source or origin.name


def newcomer(profile: Profile, points: Sequence[Identified], by: Actor) -> Candidate:
    """The row of a person nobody knows yet, without source and not yet written. Raises NothingKnown."""
    _require_somebody(profile, points)
    columns = profile_rows.columns(profile)
    columns.setdefault("name", points[0].value if points else UNNAMED)
    return Candidate(owner_id=by.member_id, **columns)


def _require_somebody(profile: Profile, points: Sequence[Identified]) -> None:
    if not (profile.name and is_seen(profile.name.value)) and not points:
        raise NothingKnown("There is no name, e-mail address or profile link in it.")


def _fill(candidate: Candidate, profile: Profile) -> list[str]:
    """Fill what is empty; returns the names of the fields that were."""
    filled = [n for n in profile_rows.columns(profile) if getattr(candidate, n) in ("", None)]
    columns = profile_rows.columns(profile)
    for name in filled:
        setattr(candidate, name, columns[name])
    if filled:
        candidate.save(update_fields=[*filled, "updated_at"])
    return filled


def _grow(candidate: Candidate, profile: Profile, points: Sequence[Identified], origin: Origin) -> list[str]:
    """Add contact points, jobs, schools, skills and tags that are new; returns the names of the lists that grew."""
    grown = ["contact_points"] if contact.add_points(candidate=candidate, points=points) else []
    grown += ["employments"] if _add_jobs(candidate, profile) else []
    grown += ["education"] if _add_schools(candidate, profile) else []
    added = labels.add_skills(candidate=candidate, claims=profile.skills, said_by=origin.name, document=origin.document)
    return [*grown, "skills"] if added else grown


def _add_jobs(candidate: Candidate, profile: Profile) -> int:
    had = {(e.title.casefold(), e.company.casefold()) for e in Employment.objects.filter(candidate=candidate)}
    told = profile_rows.jobs(candidate, profile)
    fresh = [e for e in told if (e.title.casefold(), e.company.casefold()) not in had]
    return len(Employment.objects.bulk_create(fresh))


def _add_schools(candidate: Candidate, profile: Profile) -> int:
    had = {(e.institution.casefold(), e.degree.casefold()) for e in Education.objects.filter(candidate=candidate)}
    told = profile_rows.schools(candidate, profile)
    fresh = [e for e in told if (e.institution.casefold(), e.degree.casefold()) not in had]
    return len(Education.objects.bulk_create(fresh))


def _follow_newest_job(candidate: Candidate) -> list[str]:
    """The newest current job becomes the title line, unless a hand wrote that; returns the names of what changed."""
    newest = Employment.objects.filter(candidate=candidate, is_current=True).first()
    if newest is None or Provenance.objects.filter(candidate=candidate, field__in=TITLE_LINE).exists():
        return []
    line = {"current_title": newest.title, "current_company": newest.company}
    changed = [name for name, value in line.items() if getattr(candidate, name) != value]
    for name in changed:
        setattr(candidate, name, line[name])
    if changed:
        candidate.save(update_fields=[*changed, "updated_at"])
    return changed


def provenance_of(
    candidate: Candidate, profile: Profile, origin: Origin, changed: Sequence[str] | None = None
) -> list[Provenance]:
    """Where each value of a profile came from, not yet written. `changed` are the fields that are new, or all."""
    rows = profile_rows.provenance(candidate, profile, origin.name, origin.document)
    if origin.kind == SourceKind.MANUAL:
        new = TITLE_LINE if changed is None else [name for name in TITLE_LINE if name in changed]
        typed = [(name, value) for name in new if (value := getattr(candidate, name))]
        rows += [_by_hand(candidate, name, value, origin.name) for name, value in typed]
    return rows


def _by_hand(candidate: Candidate, field: str, value: object, who: str) -> Provenance:
    return Provenance(candidate=candidate, field=field, value=str(value)[:400], origin=who[:120])


def _tell(candidate: Candidate, changed: Sequence[str], by: Actor, now: datetime) -> None:
    if changed:
        data = {"fields": sorted(changed)}
        events.publish(CANDIDATE_CHANGED, candidate=candidate.pk, occurred_at=now, actor=by, data=data)
        audit.record(action="candidate.change", fields=changed, **_about(candidate, by))


@transaction.atomic
def edit(*, candidate: Candidate, changes: dict[str, object], by: Actor, now: datetime) -> list[str]:
    """A hand's change of the candidate's own columns: it overwrites. Returns the names of what really changed.

    What follows from a change is written with it (see `derived`): a new `location` is read for city, country and time
    zone, a seniority is marked as said by a hand, a job search gets its date.
    """
    changes = derived.consequences(candidate, changes, by, now)
    changed = [name for name, value in changes.items() if getattr(candidate, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(candidate, name, changes[name])
    candidate.save(update_fields=[*changed, "updated_at"])
    Provenance.objects.bulk_create([_by_hand(candidate, name, changes[name], by.label) for name in changed])
    if {"current_title", "seniority"} & set(changed) and seniority.derive([candidate.pk], now=now):
        candidate.refresh_from_db(fields=["seniority", "seniority_origin"])
    search_text.rebuild([candidate.pk])
    _tell(candidate, changed, by, now)
    return changed


@transaction.atomic
def assign(*, candidates: Sequence[Candidate], owner: Member | None, by: Actor, now: datetime) -> list[Candidate]:
    """Make a colleague (or nobody) the owner of people; returns those whose owner it was not before."""
    moved = [c for c in candidates if c.owner_id != (owner and owner.pk)]
    Candidate.objects.filter(pk__in=[c.pk for c in moved]).update(owner=owner, updated_at=now)
    events.publish_many(
        [
            events.build(CANDIDATE_CHANGED, candidate=c.pk, occurred_at=now, actor=by, data={"fields": ["owner"]})
            for c in moved
        ]
    )
    if moved:
        audit.record(action="candidate.assign", by=by, object_type="talent.candidate", facts={"people": len(moved)})
    return moved


def _remains(error: ProtectedError) -> str:
    counted = Counter(type(one) for one in error.protected_objects)
    return " and ".join(
        f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
        for model, count in counted.items()
    )


@transaction.atomic
def delete(*, candidate: Candidate, by: Actor, now: datetime) -> None:
    """Remove a person with everything that only describes them, their files included. It cannot be undone.

    Whoever writes about the person right now comes first, and nobody after us. Raises CandidateInUse when something
    that must be kept refers to them.
    """
    if not Candidate.objects.select_for_update().filter(pk=candidate.pk).exists():
        return
    key, name = candidate.pk, candidate.name
    papers = [d.file for d in Document.objects.filter(candidate=candidate).select_related("file")]
    papers += [candidate.photo] if candidate.photo else []
    events.before_commit("candidate_deleted", candidate=key)
    try:
        with transaction.atomic():
            candidate.delete()
    except ProtectedError as error:
        raise CandidateInUse(f"{name} cannot be deleted: {_remains(error)} must be kept.") from error
    for paper in papers:
        files.delete(file=paper)
    events.publish(CANDIDATE_DELETED, candidate=key, occurred_at=now, actor=by)
    audit.record(action="candidate.delete", by=by, object_type="talent.candidate", object_id=key)
