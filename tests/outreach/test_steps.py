"""The editor's steps: pages, API, order, what is wrong."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import Arm, StepKind
from outreach.models import Enrolment, Sequence, SequenceStep
from outreach.services import outline, runner, sequences, steps
from outreach.services.course import Course
from talent.models import Task
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled
from tests.ground import shared


def added(sequence: Sequence, kind: str, **more: object) -> SequenceStep:
    return steps.add(sequence=sequence, kind=kind, by=SYSTEM, **more)  # type: ignore[arg-type]


@shared
def branched(inside: UUID) -> Sequence:
    """A mail, a branch with a call in one arm, and a mail behind it."""
    sequence = a_sequence()
    branch = added(sequence, StepKind.BRANCH)
    added(sequence, StepKind.CALL, parent=branch, arm=Arm.YES)
    added(sequence, StepKind.EMAIL)
    return sequence


def test_steps_are_counted_with_their_arms(branched: Sequence) -> None:
    numbered = Course(steps.steps_of(branched)).in_order()

    assert [(one.number, one.depth) for one in numbered] == [("1", 0), ("2", 0), ("2 yes 1", 1), ("3", 0)]


def test_what_a_branch_lacks_is_said(branched: Sequence) -> None:
    assert "Step 2: It does not say what it asks." in [str(p) for p in steps.problems(branched)]


def test_step_is_moved_among_those_it_stands_with(branched: Sequence) -> None:
    steps.move(step=branched.steps.get(kind=StepKind.BRANCH), to=0, by=SYSTEM)

    assert [one.kind for one in steps.steps_of(branched)] == ["branch", "call", "email", "email"]


def test_step_is_moved_into_an_arm_and_out_again(branched: Sequence) -> None:
    branch, call = (branched.steps.get(kind=kind) for kind in (StepKind.BRANCH, StepKind.CALL))
    last = steps.steps_of(branched)[-1]
    steps.move(step=last, to=0, into=(branch, Arm.YES), by=SYSTEM)
    steps.move(step=call, to=0, into=(None, ""), by=SYSTEM)

    numbered = Course(steps.steps_of(branched)).in_order()
    assert [(one.number, one.step.kind) for one in numbered] == [
        ("1", "call"),
        ("2", "email"),
        ("3", "branch"),
        ("3 yes 1", "email"),
    ]


def test_branch_cannot_stand_in_its_own_arm(branched: Sequence) -> None:
    outer = branched.steps.get(kind=StepKind.BRANCH)
    inner = added(branched, StepKind.BRANCH, parent=outer, arm=Arm.NO)

    for into in ((outer, Arm.YES), (inner, Arm.NO)):
        with pytest.raises(steps.NotReady, match="its own arm"):
            steps.move(step=outer, to=0, into=into, by=SYSTEM)


def test_menu_of_a_step_names_the_other_lines(branched: Sequence) -> None:
    mail, branch, _ = outline.outline(Course(steps.steps_of(branched)))
    call = branch.arms[0].cards[0]

    arms = ["Into “Yes” of step 2", "Into “No” of step 2"]
    assert [line.label for line in mail.elsewhere] == arms
    assert [line.label for line in branch.elsewhere] == []
    assert [(line.label, line.steps) for line in call.elsewhere] == [("Into the main line", 3), (arms[1], 0)]


def test_branch_with_branches_is_not_moved_too_deep(inside: UUID) -> None:
    sequence = a_sequence()
    deep, other = added(sequence, StepKind.BRANCH), added(sequence, StepKind.BRANCH)
    for _ in range(steps.DEEPEST - 1):
        deep = added(sequence, StepKind.BRANCH, parent=deep, arm=Arm.NO)
    added(sequence, StepKind.EMAIL, parent=other, arm=Arm.YES)

    with pytest.raises(steps.NotReady, match="at most 3 deep"):
        steps.move(step=other, to=0, into=(deep, Arm.NO), by=SYSTEM)


def test_step_is_moved_by_page_and_by_api(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        sequence = a_sequence()
        branch, last = added(sequence, StepKind.BRANCH), added(sequence, StepKind.TASK)
    shown = owner_client.post(f"/o/acme/steps/{last.pk}/place/", {"to": 0, "branch": branch.pk, "arm": "no"})
    with open_tenant(tenant):
        assert SequenceStep.objects.get(pk=last.pk).arm == Arm.NO
    assert shown["Location"].endswith(f"#step-{last.pk}")

    api = f"/o/acme/api/v1/steps/{last.pk}/place/"
    moved = owner_client.post(api, {"to": 0}, content_type="application/json")
    wrong = owner_client.post(api, {"to": 0, "arm": "no"}, content_type="application/json")

    assert ([one["kind"] for one in moved.json()], wrong.status_code) == (["task", "email", "branch"], 400)


def test_branches_stand_in_branches_only_so_deep(inside: UUID) -> None:
    sequence = a_sequence()
    branch = added(sequence, StepKind.BRANCH)
    for _ in range(steps.DEEPEST - 1):
        branch = added(sequence, StepKind.BRANCH, parent=branch, arm=Arm.NO)
    with pytest.raises(steps.NotReady, match="at most 3 deep"):
        added(sequence, StepKind.BRANCH, parent=added(sequence, StepKind.BRANCH, parent=branch, arm=Arm.NO), arm="no")


SAID = [
    (StepKind.WAIT_UNTIL, {"weekday": 0, "hour": 9}, "Wait until Monday, 9:00"),
    (StepKind.WAIT_UNTIL, {"date": "2026-12-01", "hour": 8}, "Wait until 1 December 2026, 8:00"),
    (StepKind.BRANCH, {"when": "clicked", "days": 5}, "Did they click a link?"),
    (StepKind.UPDATE, {"act": "tag", "tag": "warm"}, "Add the tag “warm”"),
    (StepKind.CALL, {"days": 2}, "Call them"),
    (StepKind.NOTIFY, {}, "Tell the sender"),
]


@pytest.mark.parametrize(("kind", "settings", "title"), SAID)
def test_step_is_said_in_words(inside: UUID, kind: str, settings: dict[str, object], title: str) -> None:
    sequence = a_sequence()
    steps.change(step=added(sequence, kind), values={"settings": settings}, by=SYSTEM)

    assert outline.outline(Course(steps.steps_of(sequence)))[-1].title == title


POSTED = [
    (StepKind.CALL, {"subject": "Say hello", "days": "2"}, {"days": 2}),
    (StepKind.WAIT_UNTIL, {"weekday": "4", "hour": "9"}, {"weekday": 4, "hour": 9}),
    (StepKind.BRANCH, {"when": "clicked", "days": "3"}, {"when": "clicked", "days": 3}),
    (StepKind.UPDATE, {"act": "tag", "tag": "warm"}, {"act": "tag", "tag": "warm"}),
]


@pytest.mark.parametrize(("kind", "posted", "kept"), POSTED)
def test_page_of_a_step_keeps_its_settings(
    tenant: Tenant, owner_client: Client, kind: str, posted: dict[str, str], kept: dict[str, object]
) -> None:
    with open_tenant(tenant):
        sequence = a_sequence()
    page = owner_client.post(f"/o/acme/sequences/{sequence.pk}/add/{kind}/")
    shown = owner_client.get(page["Location"])
    saved = owner_client.post(page["Location"], posted, follow=True)

    with open_tenant(tenant):
        assert SequenceStep.objects.get(kind=kind).settings == kept
    assert (shown.status_code, saved.status_code) == (200, 200)


def test_branch_about_no_segment_is_refused(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        branch = added(a_sequence(), StepKind.BRANCH)

    page = owner_client.post(f"/o/acme/steps/{branch.pk}/edit/", {"when": "segment", "days": "0"})

    assert (page.status_code, "Choose the segment to ask about." in page.content.decode()) == (422, True)


def test_step_is_added_inside_a_branch(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        branch = added(a_sequence(), StepKind.BRANCH)

    owner_client.post(f"/o/acme/steps/{branch.pk}/add/no/end/")

    with open_tenant(tenant):
        assert SequenceStep.objects.get(kind=StepKind.END).parent == branch
    assert "2 No" in owner_client.get(f"/o/acme/sequences/{branch.sequence_id}/").content.decode()


def test_api_puts_a_step_into_a_branch(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        branch = added(a_sequence(), StepKind.BRANCH)
    url = f"/o/acme/api/v1/sequences/{branch.sequence_id}/steps/"
    inside = {"kind": "call", "branch": str(branch.pk), "arm": "yes", "settings": {"days": 3}}

    made = owner_client.post(url, inside, content_type="application/json")
    wrong = owner_client.post(url, {**inside, "settings": {"days": -1}}, content_type="application/json")

    assert (made.status_code, made.json()["settings"], made.json()["arm"]) == (201, {"days": 3}, "yes")
    assert (wrong.status_code, "days" in wrong.content.decode()) == (400, True)


def test_sweep_finds_the_tenants_in_which_a_step_is_due(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant):
        sequence = a_sequence()
        added(sequence, StepKind.CALL)
        enrolled(sequence, [a_person()])
        Enrolment.objects.update(waiting_for="time", next_due_at=NOON)

    assert runner.tenants_with_due() == [tenant.pk]


def test_task_of_a_step_shows_its_words(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        sequence = Sequence.objects.create(name="Hello", status="active")
        words = {"body": 'Hi {{ first_name | default: "there" }}, shall we talk?'}
        steps.change(step=added(sequence, StepKind.LINKEDIN), values=words, by=SYSTEM)
        sequences.enrol(sequence=sequence, candidate_ids=[a_person().pk], by=SYSTEM, now=NOON)
        runner.run_due(now=NOON)
        task = Task.objects.get()

    page = owner_client.get(f"/o/acme/tasks/{task.pk}/")

    assert "Hi Maya, shall we talk?" in page.content.decode()
