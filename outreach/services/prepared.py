"""The words that a step by hand has prepared for one person, and where to use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crm.models import Tenant
from outreach.choices import StepKind
from outreach.models import Enrolment, SequenceStep
from outreach.services import merge_tags, templates
from outreach.services.templates import TemplateRefused
from talent.choices import ContactKind
from talent.models import ContactPoint, Task


@dataclass(frozen=True)
class Prepared:
    """What a colleague is to do in a sequence. `words` are ready to be copied; `blanks` are tags without a value."""

    enrolment: Enrolment
    step: SequenceStep
    words: str = ""
    problem: str = ""
    blanks: tuple[str, ...] = ()
    address: str = ""  # where to go: a web page, or a telephone number as `tel:`


_PLACES = {StepKind.LINKEDIN: ContactKind.LINKEDIN, StepKind.CALL: ContactKind.PHONE}


def _address(step: SequenceStep, task: Task) -> str:
    kind = _PLACES.get(StepKind(step.kind))
    points = ContactPoint.objects.filter(candidate_id=task.candidate_id, kind=kind).order_by(
        "-is_primary", "created_at"
    )
    point = points.first() if kind else None
    if point is None:
        return ""
    return f"tel:{point.normal}" if kind == ContactKind.PHONE else point.value


def of_task(task: Task, tenant: Tenant, now: datetime) -> Prepared | None:
    """What the task's sequence has prepared; None for a task that no sequence waits for."""
    waiting = Enrolment.objects.open().filter(task=task)
    rows = waiting.select_related("sequence__sender__user", "sender__user", "current_step__template", "candidate")
    enrolment = rows.first()
    if enrolment is None or enrolment.current_step is None:
        return None
    step, sequence = enrolment.current_step, enrolment.sequence
    address = _address(step, task)
    if not step.body_source.strip():
        return Prepared(enrolment, step, address=address)
    sender = enrolment.sender or sequence.sender
    name = sequence.sender_name or (sender.user.display_name if sender else tenant.name)
    context = merge_tags.MergeContext(
        enrolment.candidate,
        name,
        tenant.name,
        "",
        facts=enrolment.context,
        sender=sender,
        language=step.template.language if step.template else "",
        latest=merge_tags.Latest(now),
    )
    try:
        filled = templates.fill(subject="-", body=step.body_source, context=context)
    except TemplateRefused as refused:
        return Prepared(enrolment, step, problem=str(refused), address=address)
    labels = tuple(merge_tags.REGISTRY[tag].label for tag in filled.blanks if tag in merge_tags.REGISTRY)
    return Prepared(enrolment, step, filled.body.strip(), blanks=labels, address=address)
