"""Makes, changes, deletes and previews segments."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, ProtectedError, Subquery, Value
from django.db.models.lookups import Contains

from crm import events, together
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from crm.together import Asked
from crm.viewing import seen_by_nobody
from talent import segment_uses
from talent.choices import MembershipCause
from talent.events import SEGMENT_CHANGED
from talent.filters import catalogue, sentence, tree
from talent.filters.catalogue import Names
from talent.filters.clock import here
from talent.filters.compile import candidates
from talent.filters.explain import Verdict, explain
from talent.filters.leaves import plain
from talent.filters.tree import Node, Problem, RuleError
from talent.models import Candidate, ContactPoint, FencedCandidate, Segment, SegmentMembership
from talent.segment_uses import Use
from talent.services import membership, placements, segment_growth, segment_previews
from talent.services.segment_growth import Growth

UNREADABLE = "This rule speaks of something that is no longer there: edit it to make it work again."


class NameTaken(ValueError):
    """Another segment has this name."""


class SegmentInUse(ValueError):
    """Something still rests on the segment, so it cannot be deleted."""


@dataclass(frozen=True)
class Row:
    """A segment as a list shows it."""

    segment: Segment
    sentence: str
    growth: Growth
    uses: Sequence[Use] = ()


def _refuse_circles(rule: Node, segment: Segment | None) -> None:
    """A rule may use other segments, but not, however indirectly, the one it defines."""
    if segment is None or not membership.uses(rule):
        return
    list(Segment.objects.select_for_update().order_by("pk").values_list("pk"))  # two saves at once close no circle
    dependents = {s.pk for s in membership.with_dependents([segment.pk])}
    if circle := membership.uses(rule) & (dependents | {segment.pk}):
        name = Segment.objects.filter(pk__in=circle).values_list("name", flat=True)[0]
        place = next(path for path, one in tree.located(rule) if circle & membership.uses(one))
        raise RuleError([Problem(place, f"“{name}” rests on this segment itself; a rule cannot go round in a circle.")])


def _save(segment: Segment, fields: Sequence[str] | None = None) -> None:
    try:
        with transaction.atomic():
            segment.save(update_fields=fields)
    except IntegrityError as error:
        if "segment_name_once" not in str(error):
            raise
        raise NameTaken(f"There is already a segment called “{segment.name}”.") from error


def _record(action: str, segment: Segment, by: Actor, fields: Sequence[str] = ()) -> None:
    audit.record(action=action, by=by, object_type="talent.segment", object_id=segment.pk, fields=fields)


def _judge(segment: Segment, rule: Node, by: Actor, now: datetime) -> None:
    """Fill the segment: small ones at once, big ones (and all that use it) by the event's reader, moments later."""
    events.publish(
        SEGMENT_CHANGED,
        candidate=None,
        occurred_at=now,
        actor=by,
        subject=Subject("talent.segment", segment.pk),
        data={"segment": segment.name},
    )
    with segment_previews.bounded():
        is_small = segment_previews.capped(candidates(rule, now, here(now).zone)) <= segment_previews.COUNT_LIMIT
    if is_small:
        membership.refresh(segment=segment, cause=MembershipCause.RULE, now=now)


def _parse(rule: object) -> Node:
    """A rule that everybody may read: it cannot speak of what only some may see. Raises RuleError."""
    with seen_by_nobody():
        return catalogue.parse(rule)


@transaction.atomic
def create(*, name: str, rule: object, by: Actor, now: datetime, description: str = "") -> Segment:
    """A new segment of the people who match `rule`, the JSON of a tree. Raises RuleError, NameTaken, TooSlow."""
    node = _parse(rule)
    segment_previews.refuse_the_unserved(node, now)
    owner = by.member_id
    segment = Segment(name=name, description=description, rule=tree.dump(node), created_by_id=owner)
    _save(segment)
    _record("segment.create", segment, by)
    _judge(segment, node, by, now)
    return segment


@transaction.atomic
def update(*, segment: Segment, name: str, rule: object, by: Actor, now: datetime, description: str = "") -> Segment:
    """Change a segment; a new rule moves people in and out. Raises RuleError, NameTaken, TooSlow."""
    node = _parse(rule)
    _refuse_circles(node, segment)
    fresh = {"name": name, "description": description, "rule": tree.dump(node)}
    changed = [field for field, value in fresh.items() if getattr(segment, field) != value]
    for field in changed:
        setattr(segment, field, fresh[field])
    if "rule" in changed:
        segment_previews.refuse_the_unserved(node, now)
        segment.refreshed_at = None
    if changed:
        _save(segment, [*changed, "refreshed_at", "updated_at"])
        _record("segment.change", segment, by, changed)
    if "rule" in changed:
        _judge(segment, node, by, now)
    return segment


def users_of(segment: Segment) -> list[Segment]:
    """The segments whose rules name this one."""
    rules = membership.in_order(Segment.objects.exclude(pk=segment.pk))
    return [other for other, rule in rules if segment.pk in membership.uses(rule)]


def uses_of(segment: Segment) -> list[Use]:
    """Everything that rests on a segment: other segments first."""
    return [*map(_as_use, users_of(segment)), *segment_uses.of(segment.pk)]


def used_by(segment: Segment) -> list[Segment]:
    """The segments that this one's rule names."""
    rule = membership.rule_of(segment)
    return list(Segment.objects.filter(pk__in=membership.uses(rule))) if rule else []


@transaction.atomic
def delete(*, segment: Segment, by: Actor) -> None:
    """Delete a segment and its history of membership; the people stay. Raises SegmentInUse."""
    if users := users_of(segment):
        names = ", ".join(f"“{s.name}”" for s in users)
        raise SegmentInUse(f"“{segment.name}” is used in the rule of {names}. Change that first.")
    _record("segment.delete", segment, by)
    try:
        with transaction.atomic():
            events.before_commit("segment_deleted", segment=segment.pk)
            segment.delete()
    except ProtectedError as error:
        what = ", ".join(sorted({str(o._meta.verbose_name) for o in error.protected_objects}))
        raise SegmentInUse(f"“{segment.name}” is still used by a {what}. End that first.") from error


def why(*, segment: Segment, candidate: Candidate, now: datetime) -> Verdict | None:
    """Why a person is in a segment or is not; None when its rule can no longer be read."""
    rule = membership.rule_of(segment)
    if rule is None:
        return None
    with seen_by_nobody():
        verdict = explain(rule, candidate.pk, now, here(now).zone)
    placement = placements.of_person(segment, candidate.pk)
    return placements.overrule(placement, verdict, now) if placement else verdict


# --- reading


def say(rule: Node, *, now: datetime) -> str:
    """A rule in plain words, relative days with the date they begin at."""
    return sentence.say(rule, clock=here(now))


def sentence_of(segment: Segment, *, now: datetime) -> str:
    """A segment's rule in plain words, or that it can no longer be read."""
    rule = membership.rule_of(segment)
    return say(rule, now=now) if rule else UNREADABLE


def overview(*, now: datetime) -> list[Row]:
    """Every segment by name, with its sentence, growth and uses; the queries do not grow with the segments."""
    found = list(Segment.objects.all())
    rules = {one.pk: rule for one in found if (rule := membership.rule_of(one))}
    names, grown, uses = Names(), segment_growth.of(found, now=now), _uses_of_each(found, rules)
    names.learn_all(rules.values())
    said = {key: sentence.say(rule, names) for key, rule in rules.items()}
    return [Row(s, said.get(s.pk, UNREADABLE), grown[s.pk], uses[s.pk]) for s in found]


def _uses_of_each(found: Sequence[Segment], rules: Mapping[UUID, Node]) -> dict[UUID, list[Use]]:
    """What rests on each segment: other segments first."""
    uses: dict[UUID, list[Use]] = {one.pk: [] for one in found}
    for other in found:
        for named in membership.uses(rules[other.pk]) if other.pk in rules else ():
            uses.get(named, []).append(_as_use(other))
    for key, more in segment_uses.of_each(list(uses)).items():
        uses[key].extend(more)
    return uses


def _as_use(segment: Segment) -> Use:
    return Use("segment", segment.name, "talent:segment-detail", segment.pk)


def as_form(segment: Segment) -> dict[str, str]:
    """A segment as its form begins."""
    return {"name": segment.name, "description": segment.description, "rule": json.dumps(segment.rule)}


def members(*, segment: Segment, after: UUID | None, limit: int) -> list[SegmentMembership]:
    """Who is in it now, those known last first; `after` is the last candidate of the page before."""
    rows = membership.current(segment).select_related("candidate")
    return list((rows.filter(candidate_id__lt=after) if after else rows)[:limit])


def of_person(candidate_id: UUID) -> list[SegmentMembership]:
    """The segments that a person is in now, by name."""
    return together.rows(places_of(candidate_id))


@together.planned
def places_of(candidate_id: UUID) -> Asked[SegmentMembership]:
    """A person's places in segments, with the segments."""
    rows = SegmentMembership.objects.current().filter(candidate_id=candidate_id)
    return rows.select_related("segment").order_by("segment__name")


def named(words: str, limit: int = 8) -> list[Segment]:
    """Segments whose name holds the words."""
    return list(Segment.objects.filter(name__icontains=words)[:limit])


def people_named(words: str, limit: int = 10) -> list[FencedCandidate]:
    """People whose name holds the words, whatever their case and accents, with `mail`: namesakes are told apart."""
    cleaned = words.replace("\x00", "")
    mail = ContactPoint.objects.emails().fenced().filter(candidate_id=OuterRef("pk")).order_by("-is_primary", "pk")
    rows = FencedCandidate.objects.annotate(mail=Subquery(mail.values("value")[:1]))
    return list(rows.filter(Contains(plain(F("name")), plain(Value(cleaned)))).order_by("name", "pk")[:limit])
