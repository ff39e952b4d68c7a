"""Whatever the services do, the reader of the event log leaves segments as a full refresh would."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, given
from hypothesis import strategies as st

from crm.models import Event
from crm.viewing import seen_by_nobody
from talent import reactions
from talent.choices import MembershipCause
from talent.choices_jobs import Outcome
from talent.filters import catalogue, tree
from talent.filters.catalogue import Field
from talent.filters.clock import here
from talent.filters.tree import Any, Condition, Node
from talent.models import Application, DispositionReason, FencedCandidate, Segment, SegmentMembership
from talent.services import membership
from tests.factories.changes import ALIAS, CHANGES
from tests.factories.filters import SKILLS, a_population
from tests.ground import shared
from tests.properties import costly

WORDS = ("python", "engineer")
Places = dict[UUID, set[UUID]]


def _rules(field: Field) -> Iterator[Node]:
    """Rules that ask each thing that a field can say."""
    if field.type in ("flag", "answer"):
        yield Condition(field.name, "is_true", None)
    elif field.type == "words":
        yield from (Condition(field.name, "contains", word) for word in WORDS)
    elif field.type == "keys" and not field.choices:
        yield from (Condition(field.name, "is_any_of", (key,)) for key in (*SKILLS, ALIAS))
    elif field.type in ("keys", "choice") and field.choices:
        yield from (Condition(field.name, "is_any_of", (one.value,)) for one in field.choices()[:40])


ASKED = [
    *["skill", "tag", "title", "company", "source", "any_source", "do_not_contact", "ban", "ban_reason"],
    *["consent", "consent_denied", "off_limits", "pool", "pool_stage", "document", "document_kind", "open_task"],
    *["job", "application_stage", "application_outcome", "disposition", "finalist", "silver_medallist"],
    *["event_registered", "event_attended", "event_no_show"],
]


@shared
def kept(inside: UUID) -> list[Segment]:
    """Segments that ask everything which the changes may touch, filled, and one that rests on others."""
    a_population(inside, size=16)
    Segment.objects.all().delete()
    declined = {"outcome": Outcome.REJECTED, "disposition": DispositionReason.objects.first(), "is_finalist": True}
    Application.objects.exclude(outcome=Outcome.OPEN).update(**declined)
    rules = [rule for name in ASKED for rule in _rules(catalogue.field(name))]
    rules += [Condition("country", "is_any_of", (code,)) for code in ("DE", "SE")]
    rules.append(Condition("event_attended_at", "before", date(2026, 2, 20)))
    made = [Segment(name=f"Segment {n:03}", rule=tree.dump(rule)) for n, rule in enumerate(rules)]
    Segment.objects.bulk_create(made)
    named = [str(one.pk) for one in made if one.rule["field"] in ("off_limits", "pool_stage", "silver_medallist")]
    whole = Any((Condition("segment", "is_any_of", tuple(named)),))
    resting = Segment.objects.create(name="Rests on others", rule=tree.dump(whole))
    for segment in [*made, resting]:
        membership.refresh(segment=segment, cause=MembershipCause.RULE, now=timezone.now())
    return [*made, resting]


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _places() -> Places:
    """{segment: who is in it}, as it is kept."""
    found: Places = {key: set() for key in Segment.objects.values_list("pk", flat=True)}
    for segment, person in SegmentMembership.objects.current().values_list("segment_id", "candidate_id"):
        found[segment].add(person)
    return found


def _meant() -> Places:
    """The same as full refreshes would leave it: where segments rest on others, those come first."""
    now = timezone.now()
    for segment, _ in membership.in_order(Segment.objects.filter(name="Rests on others")):
        membership.refresh(segment=segment, cause=MembershipCause.RULE, now=now)
    clock = here(now)

    def members(segment: Segment, rule: Node) -> set[UUID]:
        found = FencedCandidate.objects.filter(membership.belonging(segment, rule, clock))
        return set(found.values_list("pk", flat=True))

    with seen_by_nobody(), catalogue.remembering():
        return {segment.pk: members(segment, rule) for segment, rule in membership.in_order(Segment.objects.all())}


def _read_since(seen: set[UUID]) -> None:
    reactions.keep_membership(list(Event.objects.exclude(pk__in=seen)))


def _happen(names: list[str], chance: random.Random) -> tuple[Places, Places]:
    """Who is where before and after these changes; the second is what is kept, and asserted to be what is meant."""
    before, seen = _places(), set(Event.objects.values_list("pk", flat=True))
    for name in names:
        CHANGES[name](chance)
    _read_since(seen)
    after = _places()

    assert after == _meant()
    sizes = dict(Segment.objects.values_list("pk", "size"))
    assert sizes == {key: len(people) for key, people in after.items()}
    return before, after


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_every_change_moves_whom_it_concerns(kept: list[Segment], name: str) -> None:
    for seed in range(40):
        with taken_back():
            before, after = _happen([name], random.Random(seed))
        if before != after:
            return
    pytest.fail("nobody was ever moved")


def test_any_sequence_of_changes_leaves_what_a_full_refresh_would(kept: list[Segment]) -> None:
    @costly(6, phases=[Phase.generate])
    @given(st.lists(st.sampled_from(sorted(CHANGES)), min_size=3, max_size=9), st.integers(0, 2**32))
    def leaves(names: list[str], seed: int) -> None:
        with taken_back():
            _happen(names, random.Random(seed))

    leaves()
