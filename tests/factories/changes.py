"""What colleagues and time do to people, groups and lists, by chance, through the services."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Member
from talent.choices import BanReason, ConsentOrigin, ConsentPurpose, ConsentState, PoolVisibility
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
    PoolMembership,
    PoolStage,
    RecruitingEvent,
    Skill,
    SkillAlias,
    Source,
    TalentPool,
    Task,
)
from talent.services import (
    applications,
    attendance,
    candidates,
    consents,
    contact,
    documents,
    endings,
    job_process,
    jobs,
    labels,
    off_limits,
    pool_sharing,
    pool_stages,
    pools,
    recruiting_events,
    relabel,
    skills,
    sources,
    tasks,
)
from talent.services.contact import Reach
from tests.factories.filters import COUNTRIES, FIRMS, TITLES, WORDS
from tests.factories.surroundings import REACHES, a_file

Change = Callable[[random.Random], object]
ENDS, AGO = timedelta(days=30), timedelta(days=1)
ALIAS = "Golang"


def some(chance: random.Random, model: type[Model], **fields: Any) -> Any:
    """Any row; None when there is none."""
    rows = list(model._default_manager.filter(**fields).order_by("pk"))
    return chance.choice(rows) if rows else None


def person(chance: random.Random) -> Candidate:
    found: Candidate = some(chance, Candidate)
    return found


def _asks(model: type[Model], do: Callable[[random.Random, Any], object], **fields: Any) -> Change:
    """A change of any row; nothing where there is none."""

    def change(chance: random.Random) -> None:
        row = some(chance, model, **fields)
        if row is not None:
            do(chance, row)

    return change


def _by() -> dict[str, Any]:
    return {"by": SYSTEM, "now": timezone.now()}


# --- documents, sources, tasks, profile


def edit(chance: random.Random) -> None:
    columns: dict[str, object] = {"country": chance.choice(COUNTRIES), "current_title": chance.choice(TITLES)}
    candidates.edit(candidate=person(chance), changes=columns | {"current_company": chance.choice(FIRMS)}, **_by())


def add_document(chance: random.Random) -> None:
    documents.add(candidate=person(chance), file=a_file(), text=chance.choice(WORDS), **_by())


def give_source(chance: random.Random) -> None:
    sources.add(candidate=person(chance), source=some(chance, Source), **_by())


def give_task(chance: random.Random) -> None:
    tasks.add(title="Call", candidate=person(chance), zone="UTC", **_by())


# --- consent, bans, what is off limits


def say(chance: random.Random) -> None:
    purpose, state = chance.choice(ConsentPurpose.values), chance.choice(ConsentState.values)
    consents.record(candidate=person(chance), said=consents.Said(purpose, state, ConsentOrigin.FORM), **_by())


def consent_runs_out(chance: random.Random) -> None:
    """As time does. The ledger is append-only: a word with an end that has come stands in for one that held."""
    told = {"purpose": chance.choice(ConsentPurpose.values), "origin": ConsentOrigin.FORM, "recorded_by": "Test"}
    began = timezone.now() - 2 * AGO
    ends = {"occurred_at": began, "expires_at": began + AGO}
    ConsentRecord.objects.create(candidate=person(chance), state=ConsentState.GIVEN, **told, **ends)
    consents.tell_expired(now=timezone.now())


def ban(chance: random.Random) -> None:
    scope, channel = chance.choice(REACHES)
    until = chance.choice([None, timezone.now() + ENDS])
    reason = chance.choice(BanReason.values)
    contact.ban(candidate=person(chance), reason=reason, evidence="", reach=Reach(scope, channel, until), **_by())


def ban_runs_out(chance: random.Random) -> None:
    """As time does."""
    _run_out(some(chance, ContactBan, lifted_at=None, until__gt=timezone.now()))


def entry_runs_out(chance: random.Random) -> None:
    """The same of what is off limits."""
    _run_out(some(chance, OffLimitsCompany, lifted_at=None, until__gt=timezone.now()))


def _run_out(row: Any) -> None:
    if row is not None:
        type(row).objects.filter(pk=row.pk).update(until=timezone.now() - AGO * random.Random(row.pk.int).random())
        endings.tell(now=timezone.now())


def put_off_limits(chance: random.Random) -> None:
    kind, value = chance.choice([("company", chance.choice(FIRMS)), ("domain", "example.com")])
    past = chance.random() < 0.5
    off_limits.add(kind=kind, value=value, reason="R", until=None, also_past=past, **_by())


def change_entry(chance: random.Random, row: OffLimitsCompany) -> None:
    off_limits.change(row=row, rules=off_limits.Rules("R", also_past=not row.also_past), **_by())


# --- pools


def join(chance: random.Random) -> None:
    if pool := some(chance, TalentPool):
        pools.add(pool=pool, candidates=[person(chance)], stage=some(chance, PoolStage, pool=pool), **_by())


def move(chance: random.Random, place: PoolMembership) -> None:
    pools.move(membership=place, stage=some(chance, PoolStage, pool=place.pool), **_by())


def share(chance: random.Random, pool: TalentPool) -> None:
    owner = Member.objects.get()
    seen = PoolVisibility.PERSONAL if pool.is_shared else PoolVisibility.SHARED
    pool_sharing.share(pool=pool, visibility=seen, members=[], owner=owner, by=owner.actor)


def name_stage(chance: random.Random, stage: PoolStage) -> None:
    pool_stages.rename(stage=stage, name=chance.choice(["Ready", "Later", "Met"]) + f" {stage.position}", by=SYSTEM)


def remove_stage(chance: random.Random, stage: PoolStage) -> None:
    if len(pool_stages.of(stage.pool)) > 1:
        pool_stages.remove(stage=stage, **_by())


def copy_stages(chance: random.Random, pool: TalentPool) -> None:
    """From a pool that knows some stages of this one, and one more."""
    source = pools.create(name=f"Source {chance.random()}", purpose="", by=SYSTEM, stages_of=pool)
    pool_stages.remove(stage=chance.choice(pool_stages.of(source)), **_by())
    pool_stages.copy(pool=pool, source=source, **_by())


# --- jobs


def apply(chance: random.Random) -> None:
    who, job = person(chance), some(chance, Job)
    if job and not Application.objects.open().filter(candidate=who, job=job).exists():
        applications.add(job=job, candidate=who, stage=some(chance, ApplicationStage, job=job), **_by())


def advance(chance: random.Random, row: Application) -> None:
    applications.move(application=row, stage=some(chance, ApplicationStage, job=row.job), **_by())


def decline(chance: random.Random, row: Application) -> None:
    why = some(chance, DispositionReason, declined_by=DeclinedBy.US)
    applications.decide(application=row, outcome=Outcome.REJECTED, disposition=why, zone="UTC", **_by())


def name_step(chance: random.Random, step: ApplicationStage) -> None:
    job_process.change(step, name=chance.choice(["Case", "Panel"]) + f" {step.position}", by=SYSTEM)


def turn_reason(chance: random.Random, step: DispositionReason) -> None:
    job_process.change(step, name=step.name, by=SYSTEM, is_positive=not step.is_positive)


# --- events


def come(chance: random.Random) -> None:
    event = some(chance, RecruitingEvent)
    if event:
        attendance.register(event=event, people=[person(chance).pk], **_by())


def mark(chance: random.Random, row: Attendance) -> None:
    state = chance.choice(AttendanceState.values)
    attendance.mark(event=row.event, ids=[row.pk], state=state, **_by())


def put_off_event(chance: random.Random, event: RecruitingEvent) -> None:
    shift = timedelta(days=chance.choice([-3, -20, -100]))
    values = {"starts_at": event.starts_at + shift, "ends_at": event.ends_at + shift}
    recruiting_events.change(event=event, values=values, **_by())


# --- words


def merge_skills(chance: random.Random) -> None:
    """And take it back at times."""
    skill, into = chance.sample(list(Skill.objects.order_by("pk")), 2)
    done = relabel.merge_skills(skill=skill, into=into, **_by())
    if chance.random() < 0.3:
        relabel.take_back(token=done.undo, **_by())


def name_skill(chance: random.Random, skill: Skill) -> None:
    if skill.key != ALIAS.lower() and not SkillAlias.objects.filter(key=ALIAS.lower()).exists():
        skills.add_alias(skill=skill, name=ALIAS, by=SYSTEM)


CHANGES: dict[str, Change] = {
    "edit": edit,
    "tag": lambda chance: labels.tag(candidates=[person(chance)], name=chance.choice(["Alumni", "Speaker"]), **_by()),
    "add document": add_document,
    "set text": _asks(
        Document, lambda c, row: documents.set_text(document=row, text=c.choice(WORDS)), replaced_at=None
    ),
    "remove document": _asks(Document, lambda c, row: documents.remove(document=row, **_by()), replaced_at=None),
    "give source": give_source,
    "give task": give_task,
    "do task": _asks(Task, lambda c, row: tasks.complete(tasks=[row], **_by()), done_at=None),
    "reopen task": _asks(Task, lambda c, row: tasks.reopen(tasks=[row], **_by()), done_at__isnull=False),
    "say": say,
    "consent runs out": consent_runs_out,
    "ban": ban,
    "lift ban": _asks(ContactBan, lambda c, row: contact.lift_ban(ban=row, **_by()), lifted_at=None),
    "ban runs out": ban_runs_out,
    "put off limits": put_off_limits,
    "change entry": _asks(OffLimitsCompany, change_entry, lifted_at=None, kind="company"),
    "lift entry": _asks(OffLimitsCompany, lambda c, row: off_limits.lift(row=row, **_by()), lifted_at=None),
    "restore entry": _asks(OffLimitsCompany, lambda c, row: off_limits.restore(row=row, by=SYSTEM), until=None),
    "entry runs out": entry_runs_out,
    "join pool": join,
    "move in pool": _asks(PoolMembership, move),
    "share pool": _asks(TalentPool, share),
    "delete pool": _asks(TalentPool, lambda c, row: pools.delete(pool=row, by=SYSTEM)),
    "name stage": _asks(PoolStage, name_stage, memberships__isnull=False),
    "remove stage": _asks(PoolStage, remove_stage, memberships__isnull=False),
    "copy stages": _asks(TalentPool, copy_stages),
    "apply": apply,
    "advance": _asks(Application, advance, outcome="open"),
    "decline": _asks(Application, decline, outcome="open"),
    "name step": _asks(ApplicationStage, name_step),
    "turn reason": _asks(DispositionReason, turn_reason),
    "delete job": _asks(Job, lambda c, row: jobs.delete(job=row, by=SYSTEM)),
    "come to event": come,
    "mark": _asks(Attendance, mark),
    "leave event": _asks(Attendance, lambda c, row: attendance.remove(attendance=row, **_by())),
    "put off event": _asks(RecruitingEvent, put_off_event, attendances__isnull=False),
    "delete event": _asks(RecruitingEvent, lambda c, row: recruiting_events.delete(event=row, **_by())),
    "merge skills": merge_skills,
    "name skill": _asks(Skill, name_skill),
}
