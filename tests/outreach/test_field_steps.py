"""Steps that set a field of the person: which fields and values they take, what they do, how they are said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import AuditEntry, Event, Member, Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import StepKind
from outreach.models import Sequence, SequenceStep
from outreach.services import doing, runner, sequences, simulator, steps
from outreach.services.course import Course
from outreach.services.outline import outline
from talent.choices import Seniority
from talent.models import Candidate, FieldDefinition, FieldValue, Provenance
from talent.services import custom_fields
from talent.services.custom_fields import Rules
from tests.factories.outreach import NOON, a_person, a_sequence, people


def a_field(type: str = "text", name: str = "Notice period", **rules: Any) -> FieldDefinition:
    return custom_fields.create(rules=Rules(name, **rules), type=type, by=SYSTEM)


def a_step(sequence: Sequence, settings: dict[str, Any]) -> SequenceStep:
    return steps.change(
        step=steps.add(sequence=sequence, kind=StepKind.UPDATE, by=SYSTEM), values={"settings": settings}, by=SYSTEM
    )


def done_for(settings: dict[str, Any], count: int = 1) -> list[Candidate]:
    """People who came through this step of a sequence, to a call behind it."""
    sequence = Sequence.objects.create(name="Engineers")
    a_step(sequence, settings)
    steps.add(sequence=sequence, kind=StepKind.CALL, by=SYSTEM)
    sequences.activate(sequence=sequence, by=SYSTEM, now=NOON)
    ids = [one.pk for one in people(count)]
    sequences.enrol(sequence=sequence, candidate_ids=ids, by=SYSTEM, now=NOON)
    runner.run_due(now=NOON)
    return list(Candidate.objects.filter(pk__in=ids))


OWN = [
    ({"field": "seniority", "value": 4}, {"seniority": Seniority.SENIOR, "seniority_origin": "edited"}),
    ({"field": "job_search", "value": "open"}, {"job_search": "open", "job_search_origin": "Sequence “Engineers”"}),
    ({"field": "state", "value": "dormant"}, {"state": "dormant"}),
    ({"field": "current_title", "value": "Lead engineer"}, {"current_title": "Lead engineer"}),
]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(("settings", "columns"), OWN)
def test_columns_of_people_are_set(settings: dict[str, Any], columns: dict[str, Any]) -> None:
    for person in done_for({"act": "field", **settings}, count=2):
        assert {name: getattr(person, name) for name in columns} == columns


def test_owner_is_set_and_taken_away(inside: UUID, recruiter: Member) -> None:
    [person] = done_for({"act": "field", "field": "owner", "value": str(recruiter.pk)})
    words = doing.update({"act": "empty", "field": "owner"}, [person], NOON)

    assert person.owner == recruiter
    assert (Candidate.objects.get().owner, words) == (None, "“Owner” emptied.")


@pytest.mark.usefixtures("inside")
def test_change_leaves_the_trace_of_its_sequence() -> None:
    a_field("number")

    [person] = done_for({"act": "field", "field": "custom.notice_period", "value": "3"})

    trace = Provenance.objects.get(candidate=person, field="custom.notice_period")
    assert (FieldValue.objects.get().number, trace.origin) == (3, "Sequence “Engineers”")
    changed = AuditEntry.objects.get(action="candidate.change", object_id=person.pk)
    assert (changed.actor_label, changed.fields) == ("Sequence “Engineers”", ["custom.notice_period"])
    assert Event.objects.filter(kind="candidate_changed", candidate_id=person.pk).exists()


def gone(field: FieldDefinition) -> None:
    custom_fields.archive(definition=field, by=SYSTEM, now=NOON)


def tightened(field: FieldDefinition) -> None:
    custom_fields.change(definition=field, rules=Rules(field.name, maximum=2), by=SYSTEM)  # type: ignore[arg-type]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("since", "words"),
    [
        (gone, "Nothing was changed: There is no field “custom.notice_period” to set."),
        (tightened, "Nothing was changed: Notice period: 2 is the most."),
    ],
)
def test_value_that_no_longer_fits_changes_nothing_and_holds_nobody(since: Any, words: str) -> None:
    field = a_field("number")
    settings = {"act": "field", "field": "custom.notice_period", "value": "3"}
    sequence = a_sequence(status="draft")
    a_step(sequence, settings)
    assert steps.problems(sequence) == []

    since(field)

    assert doing.update(settings, [a_person()], NOON) == words
    assert [str(one) for one in steps.problems(sequence)] == [f"Step 2: {words.split(': ', 1)[1]}"]


SAID = [
    ({"act": "field", "field": "seniority", "value": 4}, "Set “Seniority” to “Senior”"),
    ({"act": "field", "field": "custom.notice_period", "value": "2026-10-01"}, "Set “Notice period” to “2026-10-01”"),
    ({"act": "empty", "field": "job_search"}, "Empty “Job search”"),
    ({"act": "field", "field": "custom.gone", "value": "x"}, "Set “?”"),
]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(("settings", "title"), SAID)
def test_step_is_said_in_words(settings: dict[str, Any], title: str) -> None:
    a_field("date")
    sequence = a_sequence()
    a_step(sequence, settings)

    assert outline(Course(steps.steps_of(sequence)))[-1].title == title


POSTED = [
    ({"act": "field", "field": "seniority", "value": "4"}, {"act": "field", "field": "seniority", "value": 4}),
    (
        {"act": "field", "field": "custom.notice_period", "value": ["Gold", "Silver"]},
        {"act": "field", "field": "custom.notice_period", "value": ["Gold", "Silver"]},
    ),
    ({"act": "empty", "field": "custom.notice_period"}, {"act": "empty", "field": "custom.notice_period"}),
    ({"act": "tag", "tag": "warm", "field": "seniority"}, {"act": "tag", "tag": "warm"}),
]


@pytest.mark.parametrize(("posted", "kept"), POSTED)
def test_page_and_api_keep_the_typed_value(
    tenant: Tenant, owner_client: Client, posted: dict[str, Any], kept: dict[str, Any]
) -> None:
    with open_tenant(tenant):
        a_field("choices", choices=["Gold", "Silver"])
        step = steps.add(sequence=a_sequence(), kind=StepKind.UPDATE, by=SYSTEM)

    page = owner_client.post(f"/o/acme/steps/{step.pk}/edit/", posted)
    with open_tenant(tenant):
        by_page = SequenceStep.objects.get(pk=step.pk).settings
    api = f"/o/acme/api/v1/steps/{step.pk}/"
    by_api = owner_client.patch(api, {"settings": kept}, content_type="application/json").json()["settings"]

    assert (page.status_code, by_page, by_api) == (302, kept, kept)


REFUSED = [
    ({"act": "field", "field": "seniority"}, "This field is required."),
    ({"act": "field", "field": "seniority", "value": "9"}, "Select a valid choice. 9 is not one of the"),
    ({"act": "field", "field": "custom.notice_period", "value": "soon"}, "“soon” is not a number."),
    ({"act": "field", "field": "custom.notice_period", "value": "99"}, "12 is the most."),
    ({"act": "field", "field": "name", "value": "Somebody"}, "Select a valid choice. name is not one of the"),
    ({"act": "empty", "field": "state"}, "This one is never empty."),
    ({"act": "field"}, "This change needs it."),
]


@pytest.mark.parametrize(("settings", "words"), REFUSED)
def test_value_of_another_type_is_refused(
    tenant: Tenant, owner_client: Client, settings: dict[str, Any], words: str
) -> None:
    with open_tenant(tenant):
        a_field("number", maximum=12)
        step = steps.add(sequence=a_sequence(), kind=StepKind.UPDATE, by=SYSTEM)

    page = owner_client.post(f"/o/acme/steps/{step.pk}/edit/", settings)
    said = owner_client.patch(
        f"/o/acme/api/v1/steps/{step.pk}/", {"settings": settings}, content_type="application/json"
    )

    assert (page.status_code, words in page.content.decode()) == (422, True)
    assert (said.status_code, words in said.content.decode()) == (400, True)


@pytest.mark.parametrize("roles", [{"view_roles": [Role.OWNER]}, {"edit_roles": [Role.OWNER]}])
def test_field_of_other_roles_is_not_set_by_a_detour(
    tenant: Tenant, recruiter_client: Client, roles: dict[str, Any]
) -> None:
    with open_tenant(tenant):
        a_field(**roles)
        step = steps.add(sequence=a_sequence(), kind=StepKind.UPDATE, by=SYSTEM)
    settings = {"act": "field", "field": "custom.notice_period", "value": "soon"}

    page = recruiter_client.post(f"/o/acme/steps/{step.pk}/edit/", settings)
    said = recruiter_client.patch(
        f"/o/acme/api/v1/steps/{step.pk}/", {"settings": settings}, content_type="application/json"
    )

    assert (page.status_code, said.status_code) == (422, 400)


def test_choosing_a_field_asks_for_its_kind_of_value(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        step = steps.add(sequence=a_sequence(), kind=StepKind.UPDATE, by=SYSTEM)

    part = owner_client.get(f"/o/acme/steps/{step.pk}/edit/?field=seniority", headers={"HX-Request": "true"})

    assert "Head or director" in part.content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.usefixtures("inside")
def test_simulation_goes_past_it_at_once_and_changes_nothing(tenant: Tenant) -> None:
    sequence, person = a_sequence(waits=[2]), a_person()
    usual = simulator.simulate(sequence=sequence, candidate_ids=[person.pk], tenant=tenant, now=NOON)
    a_step(sequence, {"act": "field", "field": "seniority", "value": 4})
    steps.move(step=sequence.steps.get(kind=StepKind.UPDATE), to=1, by=SYSTEM)

    found = simulator.simulate(sequence=sequence, candidate_ids=[person.pk], tenant=tenant, now=NOON)

    assert [one.at for one in found.journey.sent] == [one.at for one in usual.journey.sent]
    assert Candidate.objects.get().seniority is None
