"""Which messages of a sequence would follow one another at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import MESSAGES, Arm, StepKind
from outreach.models import Sequence, SequenceStep
from outreach.services import rhythm, steps
from outreach.services.course import Course
from tests.factories.outreach import a_sequence
from tests.properties import costly

LEAF = st.sampled_from([StepKind.EMAIL, StepKind.TEXT, StepKind.CALL, StepKind.WAIT, StepKind.UPDATE, StepKind.END])
LINES = st.recursive(
    st.lists(LEAF, max_size=4),
    lambda line: st.lists(st.one_of(LEAF, st.tuples(st.sampled_from([0, 5]), line, line)), max_size=4),
    max_leaves=8,
)
Branch = tuple[int, list[Any], list[Any]]


def laid_out(line: list[Any], parent: SequenceStep | None = None, arm: str = "") -> Iterator[SequenceStep]:
    """The steps of a line; a branch is drawn as (days, yes, no)."""
    for position, one in enumerate(line):
        place = {"parent": parent, "arm": arm, "position": position}
        if isinstance(one, StepKind):
            yield SequenceStep(kind=one, wait_days=2 if one == StepKind.WAIT else 0, **place)
            continue
        branch = SequenceStep(kind=StepKind.BRANCH, settings={"when": "clicked", "days": one[0]}, **place)
        yield branch
        yield from laid_out(one[1], branch, Arm.YES)
        yield from laid_out(one[2], branch, Arm.NO)


def ways(course: Course, step: SequenceStep | None) -> Iterator[list[SequenceStep]]:
    """Every way somebody can go through the steps, each branch answered both ways."""
    if step is None or step.kind == StepKind.END:
        yield []
        return
    further = [course.into(step, arm) for arm in Arm] if step.kind == StepKind.BRANCH else [course.after(step)]
    for following in further:
        yield from ([step, *rest] for rest in ways(course, following))


def by_walking(course: Course) -> set[tuple[UUID, UUID]]:
    """The pairs, found on every single way: nothing but steps that take no time stand between two messages."""
    found = set()
    for way in ways(course, course.first()):
        kept = [one for one in way if one.kind in MESSAGES or rhythm.takes_time(one)]
        found |= {(a.pk, b.pk) for a, b in pairwise(kept) if a.kind in MESSAGES and b.kind in MESSAGES}
    return found


@costly(60)
@given(LINES)
def test_messages_at_once_are_those_of_some_way(line: list[Any]) -> None:
    course = Course(laid_out(line))

    pairs = [(before.pk, step.pk) for before, step in rhythm.at_once(course)]

    assert (set(pairs), len(pairs)) == (by_walking(course), len(set(pairs)))


def added(sequence: Sequence, kind: str, **more: Any) -> SequenceStep:
    values = more.pop("values", {"subject": "Hello", "body": "Are you open to talk?"})
    return steps.change(step=steps.add(sequence=sequence, kind=kind, by=SYSTEM, **more), values=values, by=SYSTEM)


def a_branched_one(days: int) -> Sequence:
    """Mail, branch, a mail in its no arm, text, text: with no wait anywhere."""
    sequence = a_sequence(status="draft")
    branch = added(sequence, StepKind.BRANCH, values={"settings": {"when": "clicked", "days": days}})
    added(sequence, StepKind.EMAIL, parent=branch, arm=Arm.NO)
    for _ in range(2):
        added(sequence, StepKind.TEXT, values={"body": "Shall we talk?"})
    return sequence


def test_messages_without_a_wait_are_named(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        sequence = a_branched_one(days=0)

    said = owner_client.get(f"/o/acme/api/v1/sequences/{sequence.pk}/").json()["problems"]

    assert said == [
        "Step 2 no 1: This mail follows the mail of step 1 at once: put a wait between.",
        "Step 3: This text message follows the mail of step 1 at once: put a wait between.",
        "Step 3: This text message follows the mail of step 2 no 1 at once: put a wait between.",
        "Step 4: This text message follows the text message of step 3 at once: put a wait between.",
    ]


def test_branch_that_waits_for_its_answer_is_a_wait(tenant: Tenant) -> None:
    with open_tenant(tenant):
        found = [str(one) for one in steps.problems(a_branched_one(days=5))]

    assert found == [
        "Step 3: This text message follows the mail of step 2 no 1 at once: put a wait between.",
        "Step 4: This text message follows the text message of step 3 at once: put a wait between.",
    ]


def test_what_a_colleague_does_is_no_wait(tenant: Tenant) -> None:
    with open_tenant(tenant):
        sequence = a_sequence(status="draft")
        added(sequence, StepKind.CALL, values={})
        added(sequence, StepKind.EMAIL)

        found = [str(one) for one in steps.problems(sequence)]

    assert found == ["Step 3: This mail follows the mail of step 1 at once: put a wait between."]
