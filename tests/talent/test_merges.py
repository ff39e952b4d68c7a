"""Merging two records of one person, and taking it back: every row is where it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from crm import events
from crm.actors import SYSTEM
from crm.models import Event
from crm.tenancy.lint import tenant_models
from talent.choices import ConsentOrigin, ConsentPurpose, Seniority
from talent.models import Candidate, ContactPoint, Employment, MergeOperation
from talent.services import (
    candidates,
    consents,
    contact,
    employments,
    engagement,
    labels,
    merge_later,
    merge_tables,
    merges,
    notes,
    pools,
    sources,
    unmerge,
)
from talent.services.consents import Said
from talent.services.merges import NotMergeable
from tests.factories.talent import NOW, a_candidate

pytestmark = pytest.mark.usefixtures("inside")
# What only ever grows: the logs, the journal itself, and what the consent ledger says about the merge.
GROWING = {"crm_auditentry", "crm_event", "talent_mergeoperation", "talent_mergejournalentry", "talent_stalecandidate"}


def snapshot() -> dict[str, list[str]]:
    """Every row of every tenant's table, as the database shows it."""
    found = {}
    with connection.cursor() as cursor:
        for model in tenant_models():
            table = model._meta.db_table
            if table not in GROWING and table != "talent_staletext":
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t ORDER BY id')
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


def a_pair() -> tuple[Candidate, Candidate]:
    """Two records with rows in many tables, some of which cannot stand side by side."""
    zoe, other = a_candidate(), a_candidate("Zoe Angstrom", "z.angstrom@example.com", headline=None)
    pool = pools.create(name="Silver medallists", purpose="", by=SYSTEM)
    pools.add(pool=pool, candidates=[zoe, other], by=SYSTEM, now=NOW)
    labels.set_tags(candidate=zoe, names=["warm", "berlin"], by=SYSTEM, now=NOW)
    labels.set_tags(candidate=other, names=["warm", "speaker"], by=SYSTEM, now=NOW)
    notes.add(candidate=other, text="Met at a meetup", by=SYSTEM, author_id=None, now=NOW)
    contact.ban(candidate=other, reason="manual", evidence="", by=SYSTEM, now=NOW)
    contact.ban(candidate=zoe, reason="manual", evidence="", by=SYSTEM, now=NOW)
    return Candidate.objects.get(pk=zoe.pk), Candidate.objects.get(pk=other.pk)


def merged(zoe: Candidate, other: Candidate, **more: Any) -> MergeOperation:
    return merges.merge(survivor=zoe, merged=other, by=SYSTEM, now=NOW + timedelta(days=1), **more)


def undone(operation: MergeOperation, **more: Any) -> Candidate:
    return unmerge.undo(operation=operation, by=SYSTEM, now=NOW + timedelta(days=2), **more)


def test_undo_restores_every_row() -> None:
    pair = a_pair()
    before = snapshot()

    undone(merged(*pair))

    assert snapshot() == before


def test_everything_follows() -> None:
    zoe, other = a_pair()
    merged(zoe, other)

    assert not Candidate.objects.filter(pk=other.pk).exists()
    assert {t.tag.name for t in zoe.tags.all()} == {"warm", "berlin", "speaker"}
    assert zoe.contact_points.filter(kind="email", is_primary=True).count() == 1
    assert zoe.notes.count() == 1


def test_events_follow_and_come_back() -> None:
    zoe, other = a_pair()
    theirs = set(Event.objects.filter(candidate_id=other.pk).values_list("pk", flat=True))
    operation = merged(zoe, other)

    assert theirs <= set(Event.objects.filter(candidate_id=zoe.pk).values_list("pk", flat=True))
    undone(operation)
    assert theirs <= set(Event.objects.filter(candidate_id=other.pk).values_list("pk", flat=True))


@pytest.mark.parametrize(("first", "second"), [("withdrawn", "given"), ("given", "withdrawn")])
def test_strictest_consent_holds_until_undone(first: str, second: str) -> None:
    zoe, other = a_pair()
    for days, person, state in ((0, zoe, first), (1, other, second)):
        said = Said(ConsentPurpose.CONTACT, state, ConsentOrigin.FORM)
        consents.record(candidate=person, said=said, by=SYSTEM, now=NOW - timedelta(days=5 - days))
    operation = merged(zoe, other)

    now = NOW + timedelta(days=3)
    assert consents.state_of([zoe.pk], ConsentPurpose.CONTACT, "email", now)[zoe.pk].state == "withdrawn"
    undone(operation)
    back = consents.state_of([zoe.pk, other.pk], ConsentPurpose.CONTACT, "email", now)
    assert [back[zoe.pk].state, back[other.pk].state] == [first, second]


def test_decision_for_a_field_counts() -> None:
    zoe, other = a_pair()
    merged(zoe, other, decisions={"name": "merged"})

    assert Candidate.objects.get().name == "Zoe Angstrom"


def test_first_met_is_the_older_record_whichever_stays() -> None:
    zoe, other = a_pair()
    fair = candidates.source_named("Fair", "event")
    Candidate.objects.filter(pk=other.pk).update(created_at=NOW - timedelta(days=400), source=fair)
    before = snapshot()
    operation = merged(zoe, Candidate.objects.get(pk=other.pk))

    one = Candidate.objects.get()
    assert (one.created_at, one.source) == (NOW - timedelta(days=400), fair)
    assert [(t.source_id, t.touched_at) for t in sources.later(one)] == [(zoe.source_id, zoe.created_at)]
    undone(operation)
    assert snapshot() == before


def test_what_came_after_is_asked_about() -> None:
    zoe, other = a_pair()
    operation = merged(zoe, other)
    note = notes.add(candidate=zoe, text="Called", by=SYSTEM, author_id=None, now=NOW + timedelta(days=1))

    assert note.pk in {one.id for one in merge_later.asked(operation)}
    undone(operation, to_merged=[note.pk])
    assert set(other.notes.values_list("text", flat=True)) == {"Met at a meetup", "Called"}


def told(*pair: Candidate) -> list[tuple[str, int | None]]:
    """The title of each and how far along they are."""
    keys = [person.pk for person in pair]
    found = {c.pk: (c.current_title, c.seniority) for c in Candidate.objects.filter(pk__in=keys)}
    return [found[key] for key in keys]


def test_level_follows_a_title_of_since() -> None:
    zoe, other = a_pair()
    before, operation = told(zoe, other), merged(zoe, other)
    one = Candidate.objects.get(pk=zoe.pk)
    candidates.edit(candidate=one, changes={"current_title": "Chief nurse"}, by=SYSTEM, now=NOW + timedelta(days=1))
    undone(operation)

    assert told(zoe, other) == [("Chief nurse", Seniority.EXECUTIVE), before[1]]


def test_title_that_a_job_of_since_brought_stays() -> None:
    zoe, other = a_pair()
    before, operation = told(zoe, other), merged(zoe, other)
    job = Employment(candidate_id=zoe.pk, title="Head of care", company="Acme", start="2026-01", is_current=True)
    employments.save(employment=job, by=SYSTEM, now=NOW + timedelta(days=1))
    undone(operation)

    assert told(zoe, other) == [("Head of care", Seniority.HEAD), before[1]]


def test_warmth_counts_what_came_after() -> None:
    zoe, other = a_candidate(), a_candidate("Zoe Angstrom", "z.angstrom@example.com")
    operation, now = merged(zoe, other), NOW + timedelta(days=1)
    events.publish("profile_edited", candidate=zoe.pk, occurred_at=now, actor=SYSTEM)
    engagement.refresh(people=[zoe.pk], now=now)
    undone(operation)

    warm, cold = (Candidate.objects.get(pk=person.pk).engagement for person in (zoe, other))
    assert warm > cold == 0


def test_old_id_leads_to_the_survivor_of_the_survivor() -> None:
    zoe, other = a_pair()
    third = a_candidate("Z. Å.", "third@example.com")
    merged(zoe, other)
    merged(third, zoe)

    assert merges.survivor_of(other.pk) == third.pk


def test_earlier_merge_waits_for_the_later_one() -> None:
    zoe, other = a_pair()
    first = merged(zoe, other)
    merged(zoe, a_candidate("Z. Å.", "third@example.com"))

    with pytest.raises(NotMergeable, match="later merge"):
        undone(first)


def test_nothing_to_take_apart_after_deletion() -> None:
    zoe, other = a_pair()
    operation = merged(zoe, other)
    candidates.delete(candidate=zoe, by=SYSTEM, now=NOW)

    with pytest.raises(NotMergeable, match="deleted"):
        undone(operation)


def test_record_is_not_merged_with_itself() -> None:
    zoe = a_candidate()

    with pytest.raises(NotMergeable, match="same"):
        merged(zoe, zoe)


def test_address_stays_unique() -> None:
    zoe, other = a_pair()
    merged(zoe, other)

    assert ContactPoint.objects.emails().filter(candidate=zoe).count() == 2


def test_every_table_that_names_a_person_can_be_moved() -> None:
    """Constraints over expressions, or of a kind that is not a unique one, need a rule of their own."""
    odd = [
        (r.table, c.name)
        for r in merge_tables.references()
        for c in r.model._meta.constraints
        if getattr(c, "expressions", ()) or type(c).__name__ == "ExclusionConstraint"
    ]

    assert odd == []
