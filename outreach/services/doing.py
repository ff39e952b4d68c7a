"""What a step does that sends nothing: a task for a colleague, a tag, a pool, a word to somebody in the team."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Row
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse

from crm.actors import SYSTEM, Actor
from crm.models import Member, Tenant
from crm.services import notifications
from crm.tenancy.context import current_tenant_id
from outreach.choices import StepKind
from outreach.models import Enrolment, SequenceStep
from talent.choices import TaskSource, TouchKind
from talent.filters.clock import here
from talent.models import Candidate, Tag, TalentPool, Task
from talent.services import labels, pools, settable, tasks
from talent.services.settable import NotSettable

WORDS = {StepKind.CALL: "Call them", StepKind.LINKEDIN: "Write on LinkedIn", StepKind.TASK: "Do this"}

TOUCHES = {StepKind.CALL: TouchKind.CALL, StepKind.LINKEDIN: TouchKind.LINKEDIN}


class Act(models.TextChoices):
    """What an update changes."""

    TAG = "tag", "Add a tag"
    UNTAG = "untag", "Take a tag away"
    POOL = "pool", "Put them into a pool"
    FIELD = "field", "Set a field"
    EMPTY = "empty", "Empty a field"


def member_of(key: Any) -> Member | None:
    return Member.objects.of_tenant(current_tenant_id()).filter(pk=key).first() if key else None


def colleague(step: SequenceStep, enrolment: Enrolment) -> Member | None:
    """Who does it: whom the step names, else who sends the sequence, else who wrote it."""
    sequence = enrolment.sequence
    return member_of(step.settings.get("member")) or enrolment.sender or sequence.sender or sequence.created_by


def give(
    *, title: str, candidate: Candidate, to: Member | None, days: int, by: Actor, now: datetime, touch_kind: str = ""
) -> Task:
    """A task about a person, to be done within so many days of the workspace's calendar."""
    clock = here(now)
    return tasks.add(
        title=title[:200],
        by=by,
        now=now,
        zone=clock.zone.key,
        candidate=candidate,
        assignee=to,
        due_on=clock.today + timedelta(days=days),
        source=TaskSource.SEQUENCE,
        touch_kind=touch_kind,
    )


def behind(step: SequenceStep) -> Actor:
    """In whose name a step changes people: that of its sequence, so that its trace says which one it was."""
    return Actor("system", step.sequence_id, f"Sequence “{step.sequence.name}”")


def task(step: SequenceStep, enrolment: Enrolment, now: datetime) -> Task:
    """The task that the enrolment then waits for."""
    what = step.subject.strip() or WORDS[StepKind(step.kind)]
    return give(
        title=f"{what} ({enrolment.sequence.name})",
        candidate=enrolment.candidate,
        to=colleague(step, enrolment),
        days=int(step.settings.get("days") or 0),
        by=SYSTEM,
        now=now,
        touch_kind=TOUCHES.get(StepKind(step.kind), ""),
    )


def update(settings: Mapping[str, Any], people: Row[Candidate], now: datetime, by: Actor = SYSTEM) -> str:
    """Tag people, put them into a pool or set a field of theirs; returns what was done, in words.

    What no longer exists changes nothing.
    """
    act, name = settings.get("act"), str(settings.get("tag") or "")
    if act == Act.TAG and name:
        labels.tag(candidates=people, name=name, by=by, now=now)
        return f"Tagged “{name}”."
    if act == Act.UNTAG:
        if row := Tag.objects.filter(name__iexact=name).first():
            labels.untag(candidates=people, tag=row, by=by, now=now)
        return f"Tag “{name}” taken away."
    if act == Act.POOL and (pool := TalentPool.objects.filter(pk=settings.get("pool")).first()):
        pools.add(pool=pool, candidates=people, by=by, now=now, reason=by.label)
        return f"Put into the pool “{pool.name}”."
    if act in (Act.FIELD, Act.EMPTY):
        return _set(settings, people, now, by)
    return "Nothing was changed: what it names is gone."


def _set(settings: Mapping[str, Any], people: Row[Candidate], now: datetime, by: Actor) -> str:
    try:
        return settable.put(candidates=people, key=str(settings.get("field")), value=_value(settings), by=by, now=now)
    except NotSettable as error:
        return f"Nothing was changed: {error}"


def _value(settings: Mapping[str, Any]) -> Any:
    return settings.get("value") if settings.get("act") == Act.FIELD else None


def wrong_with(settings: Mapping[str, Any]) -> str:
    """What keeps an update from being done, in a sentence; empty when nothing."""
    if not settings.get("act"):
        return "It does not say what it changes."
    if settings["act"] not in (Act.FIELD, Act.EMPTY):
        return ""
    try:
        settable.find(str(settings.get("field")), None).checked(_value(settings))
    except NotSettable as error:
        return str(error)
    return ""


def profile(candidate_id: UUID) -> str:
    slug = Tenant.objects.values_list("slug", flat=True).get(pk=current_tenant_id())
    return reverse("talent:candidate-detail", args=[slug, candidate_id])


def notify(step: SequenceStep, enrolments: Row[Enrolment]) -> None:
    """Tell a colleague about each person, with a link to their profile."""
    for enrolment in enrolments:
        told = colleague(step, enrolment)
        if told is None:
            continue
        words = step.subject.strip() or f"has come to step {step.position + 1} of “{enrolment.sequence.name}”."
        text = f"{enrolment.candidate.name}: {words}"
        notifications.tell(
            members=[told.pk], kind="sequence", text=text, url=profile(enrolment.candidate_id), by=SYSTEM
        )
