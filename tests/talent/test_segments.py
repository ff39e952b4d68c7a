"""Making, changing and deleting segments."""

from datetime import timedelta
from uuid import UUID

import pytest

from crm.actors import SYSTEM
from crm.models import AuditEntry, Event
from talent.filters import catalogue
from talent.filters.tree import RuleError
from talent.models import Candidate, Segment
from talent.services import segment_growth, segment_previews, segments, upkeep
from talent.services.segments import NameTaken, SegmentInUse
from tests.factories.talent import NOW, a_candidate
from tests.talent.test_membership import a_segment, country, people_in


def using(segment: Segment) -> dict[str, object]:
    return {"field": "segment", "op": "is_any_of", "value": [str(segment.pk)]}


def test_create_fills_the_segment(inside: UUID) -> None:
    person = a_candidate()

    segment = segments.create(name="Swedes", rule=country("SE"), by=SYSTEM, now=NOW)

    assert (segment.size, segment.refreshed_at, people_in(segment)) == (1, NOW, {person.pk})
    assert list(AuditEntry.objects.filter(object_id=segment.pk).values_list("action", flat=True)) == ["segment.create"]
    assert list(Event.objects.filter(subject_id=segment.pk).order_by("kind").values_list("kind", flat=True)) == [
        "segment_changed",
        "segment_entered",
    ]


def test_create_leaves_big_segments_to_the_reader(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_previews, "COUNT_LIMIT", 0)
    a_candidate()

    segment = segments.create(name="Swedes", rule=country("SE"), by=SYSTEM, now=NOW)

    assert (segment.size, segment.refreshed_at) == (0, None)


def test_create_refuses_a_bad_rule(inside: UUID) -> None:
    with pytest.raises(RuleError, match="There is no field “shoe_size”"):
        segments.create(name="Bad", rule={"field": "shoe_size", "op": "is"}, by=SYSTEM, now=NOW)

    assert Segment.objects.count() == 0


def test_create_refuses_a_name_twice(inside: UUID) -> None:
    a_segment(country("SE"), "Swedes")

    with pytest.raises(NameTaken, match="already a segment called “Swedes”"):
        a_segment(country("DE"), "Swedes")


def test_update_moves_people_and_says_what_changed(inside: UUID) -> None:
    a_candidate()
    segment = a_segment(country("SE"), "Swedes")

    segments.update(segment=segment, name="Germans", rule=country("DE"), by=SYSTEM, now=NOW)

    assert (segment.size, people_in(segment)) == (0, set())
    assert AuditEntry.objects.get(action="segment.change").fields == ["name", "rule"]


def test_update_without_change_writes_nothing(inside: UUID) -> None:
    segment = a_segment(country("SE"), "Swedes")

    segments.update(segment=segment, name="Swedes", rule=country("SE"), by=SYSTEM, now=NOW)

    assert AuditEntry.objects.filter(action="segment.change").count() == 0


def test_update_refuses_a_circle(inside: UUID) -> None:
    first = a_segment(country("SE"), "First")
    second = a_segment(using(first), "Second")
    third = a_segment(using(second), "Third")

    with pytest.raises(RuleError, match="cannot go round in a circle"):
        segments.update(segment=first, name="First", rule=using(third), by=SYSTEM, now=NOW)


def test_update_refuses_itself(inside: UUID) -> None:
    segment = a_segment(country("SE"), "First")

    with pytest.raises(RuleError, match="“First” rests on this segment itself"):
        segments.update(segment=segment, name="First", rule=using(segment), by=SYSTEM, now=NOW)


def test_delete_keeps_the_people(inside: UUID) -> None:
    a_candidate()
    segment = a_segment(country("SE"))

    segments.delete(segment=segment, by=SYSTEM)

    assert (Segment.objects.count(), Candidate.objects.count()) == (0, 1)
    assert AuditEntry.objects.filter(action="segment.delete").count() == 1


def test_delete_refuses_what_another_segment_uses(inside: UUID) -> None:
    segment = a_segment(country("SE"), "First")
    a_segment(using(segment), "Second")

    with pytest.raises(SegmentInUse, match="“First” is used in the rule of “Second”"):
        segments.delete(segment=segment, by=SYSTEM)


def test_preview_is_exact_when_few(inside: UUID) -> None:
    for number in range(3):
        a_candidate(f"Person {number}", f"p{number}@example.com")

    preview = segment_previews.count_and_samples(rule=catalogue.parse(country("SE")), now=NOW, limit=2)

    assert (preview.count, preview.is_capped) == (3, False)
    assert [person.name for person in preview.samples] == ["Person 2", "Person 1"]


def test_preview_is_capped_when_many(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_previews, "COUNT_LIMIT", 1)
    for number in range(3):
        a_candidate(f"Person {number}", f"p{number}@example.com")

    preview = segment_previews.count_and_samples(rule=catalogue.parse(country("SE")), now=NOW)

    assert (preview.count, preview.is_capped) == (2, True)


def test_preview_gives_up_on_slow_rules(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_previews, "COUNT_SECONDS", 0.001)
    Candidate.objects.bulk_create([Candidate(name=f"Person {n}", current_title="Engineer") for n in range(2000)])
    rule = catalogue.parse({"field": "title", "op": "contains", "value": "engin eer"})

    with pytest.raises(segment_previews.TooSlow, match="takes too long to count"):
        segment_previews.count_and_samples(rule=rule, now=NOW)


def test_growth_counts_the_last_month_day_by_day(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("SE"))
    Candidate.objects.filter(pk=person.pk).update(country="DE")
    upkeep.keep(people=[person.pk], now=NOW + timedelta(days=3))

    segment.refresh_from_db()
    soon, late = (segment_growth.of([segment], now=NOW + timedelta(days=n))[segment.pk] for n in (3, 32))
    assert (soon.entered, soon.left, late.entered, late.left) == (1, 1, 0, 1)
    assert list(soon.line) == [0] * 26 + [1, 1, 1, 0]


def test_lately_names_the_latest_first(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("SE"))
    Candidate.objects.filter(pk=person.pk).update(country="DE")
    upkeep.keep(people=[person.pk], now=NOW + timedelta(days=3))

    moves = segment_growth.lately(segment=segment, now=NOW + timedelta(days=3))

    assert [(move.name, move.entered, move.cause) for move in moves] == [
        ("Zoë Ångström", False, "The person's data changed"),
        ("Zoë Ångström", True, "The rule changed"),
    ]
