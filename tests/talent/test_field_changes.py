"""Segments that ask for what changed of many people are judged anew, and no others."""

from collections.abc import Callable
from uuid import UUID

from django.utils import timezone

from crm import events
from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, FieldDefinition, FieldValue, Segment, SegmentMembership
from talent.services import custom_fields, engagement, field_changes, membership, segments, skills
from talent.warmth import Weights
from tests.factories.talent import NOW, a_candidate
from tests.talent.test_membership import a_segment, country, people_in

Run = Callable[[], int]


def off_limits(truth: str = "is_true") -> dict[str, object]:
    return {"field": "off_limits", "op": truth, "value": None}


def knows(*names: str) -> dict[str, object]:
    return {"field": "skill", "op": "is_any_of", "value": list(names)}


def test_segments_are_found_by_what_they_ask(inside: UUID) -> None:
    nested = a_segment({"all": [country("DE"), {"not": {"any": [off_limits()]}}]}, "Nested")
    go, other = a_segment(knows("Go"), "Go"), a_segment(knows("Rust"), "Rust")
    some = a_segment({"field": "skill", "op": "is_empty", "value": None}, "None")

    assert membership.asking(["off_limits"]) == {nested.pk}
    assert membership.asking(["skill"]) == {go.pk, other.pk, some.pk}
    assert membership.asking(["skill", "language"], ["go", "golang"]) == {go.pk}


def test_the_reader_judges_those_that_ask_and_those_that_rest_on_them(tenant: Tenant, run_readers: Run) -> None:
    with open_tenant(tenant):
        person, asking, other = a_candidate(), a_segment(country("DE"), "Asking"), a_segment(knows("Go"), "Other")
        resting = a_segment({"field": "segment", "op": "is_any_of", "value": [str(asking.pk)]}, "Resting")
    run_readers()
    with open_tenant(tenant):
        Segment.objects.update(refreshed_at=None)
        Candidate.objects.filter(pk=person.pk).update(country="DE")
        field_changes.tell("country", by=SYSTEM)
    run_readers()

    with open_tenant(tenant):
        assert (people_in(asking), people_in(resting), people_in(other)) == ({person.pk}, {person.pk}, set())
        assert set(Segment.objects.exclude(refreshed_at=None)) == {asking, resting}
        assert set(SegmentMembership.objects.values_list("entered_by", flat=True)) == {"data"}


def test_another_name_of_a_skill_moves_people_who_have_it(tenant: Tenant, run_readers: Run) -> None:
    with open_tenant(tenant):
        person, segment = a_candidate(), a_segment(knows("Pythonista"))
        skill = skills.known(["python"])["python"]
        alias = skills.add_alias(skill=skill, name="Pythonista", by=SYSTEM)
    run_readers()
    with open_tenant(tenant):
        named = people_in(segment)
        skills.remove_alias(alias=alias, by=SYSTEM)
    run_readers()

    with open_tenant(tenant):
        assert (named, people_in(segment)) == ({person.pk}, set())


def test_a_field_that_comes_back_catches_up(tenant: Tenant, run_readers: Run) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        field = FieldDefinition.objects.create(name="Team", key="team", type="text")
        segment = a_segment({"field": "custom:team", "op": "contains", "value": "data"})
        custom_fields.archive(definition=field, by=SYSTEM, now=NOW)
        FieldValue.objects.create(candidate=person, definition=field, text="Data")
    run_readers()
    with open_tenant(tenant):
        away = people_in(segment)
        custom_fields.restore(definition=field, by=SYSTEM)
    run_readers()

    with open_tenant(tenant):
        assert (away, people_in(segment)) == (set(), {person.pk})


def test_new_weights_move_people_once_everybody_is_summed_up(tenant: Tenant, run_readers: Run) -> None:
    now, hot = timezone.now(), {"field": "warmth", "op": "is_any_of", "value": ["3"]}
    with open_tenant(tenant):
        person, segment = a_candidate(), segments.create(name="Hot", rule=hot, by=SYSTEM, now=now)
        data = {"kind": "reply"}  # 30 points, of 50
        events.publish("message_received", candidate=person.pk, occurred_at=now, actor=SYSTEM, data=data)
    run_readers()
    with open_tenant(tenant):
        before = people_in(segment)
        engagement.change(weights=Weights(levels=(1, 2, 10)), by=SYSTEM, now=now)
        engagement.walk(now=now)
    run_readers()

    with open_tenant(tenant):
        assert (before, people_in(segment)) == (set(), {person.pk})
