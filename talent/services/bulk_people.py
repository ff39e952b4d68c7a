"""What can be done with many people: tags, pools, owner, state, job search, seniority, deletion."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from crm import events
from crm.actors import Actor
from crm.models import Member
from crm.permissions import Permission
from crm.tenancy.context import current_tenant_id
from crm.unseen import one_line
from crm.viewing import seen_by_nobody
from talent.choices import JobSearchStatus, RelationshipState, Said, Seniority
from talent.events import CANDIDATE_CHANGED, CANDIDATE_TAGGED, CANDIDATE_UNTAGGED
from talent.models import Candidate, FencedCandidate, PoolMembership, Tag, TalentPool
from talent.services import bulk_sets, candidates, pools, tags
from talent.services.bulk_acts import Act, ActRefused, Batch, Forecast, Input, Parameters, Result, chosen
from talent.services.candidates import CandidateInUse

Choices = Sequence[tuple[str, str]]
People = QuerySet[FencedCandidate]


def tag_names() -> list[str]:
    return list(Tag.objects.values_list("name", flat=True)[:500])


def tag_choices() -> Choices:
    return [(str(pk), name) for pk, name in Tag.objects.values_list("pk", "name")]


def pool_choices() -> Choices:
    """Shared pools: an act on many people is seen by the whole team, its title and its people included."""
    with seen_by_nobody():
        return [(str(pk), name) for pk, name in TalentPool.objects.values_list("pk", "name")]


def owner_choices() -> Choices:
    return [("", "Nobody"), *((str(m.pk), str(m)) for m in Member.objects.of_tenant(current_tenant_id()))]


# --- tags


def _tag_called(values: Mapping[str, str], by: Actor) -> tuple[Parameters, str]:
    name = one_line(values.get("tag", ""))[:60]
    if not name or "\x00" in name:
        raise ActRefused("Write the tag to put on.")
    known = tags.known(name)
    name = known.name if known else name
    return {"tag": str(known.pk) if known else "", "name": name}, f"Tag “{name}”"


def _tag_row(parameters: Parameters) -> Tag:
    return tags.known_or_new([parameters["name"]])[0]


def _tag(batch: Batch) -> Result:
    row = _tag_row(batch.parameters)
    fresh = bulk_sets.tag(batch.people, row.pk, row.name)
    _tell(batch, CANDIDATE_TAGGED, list(fresh), tag=row.name)
    return Result(fresh)


def _tag_back(batch: Batch) -> list[UUID]:
    row = _tag_row(batch.parameters)
    gone = bulk_sets.untag(batch.people, row.pk, row.name, rows=list(batch.before.values()))
    _tell(batch, CANDIDATE_UNTAGGED, gone, tag=row.name)
    return gone


def _has_tag(people: People, parameters: Parameters) -> Forecast:
    row = tags.known(parameters["name"])
    had = people.filter(tag_ids__contains=[row.pk]).count() if row else 0
    return Forecast(people.count(), had, new_tag="" if row else parameters["name"])


def _known_tag(values: Mapping[str, str], by: Actor) -> tuple[Parameters, str]:
    name = chosen(values, "tag", tag_choices(), "Tag")
    return {"tag": values["tag"], "name": name}, f"Take off the tag “{name}”"


def _untag(batch: Batch) -> Result:
    gone = bulk_sets.untag(batch.people, UUID(batch.parameters["tag"]), batch.parameters["name"])
    _tell(batch, CANDIDATE_UNTAGGED, gone, tag=batch.parameters["name"])
    return Result(dict.fromkeys(gone))


def _untag_back(batch: Batch) -> list[UUID]:
    return list(_tag(batch).changed)


def _lacks_tag(people: People, parameters: Parameters) -> Forecast:
    total = people.count()
    return Forecast(total, total - people.filter(tag_ids__contains=[UUID(parameters["tag"])]).count())


# --- pools


def _pool(values: Mapping[str, str], by: Actor, words: str) -> tuple[Parameters, str]:
    name = chosen(values, "pool", pool_choices(), "Pool")
    return {"pool": values["pool"]}, words.format(name=name)


def _pool_row(parameters: Parameters) -> TalentPool:
    row = TalentPool.objects.filter(pk=parameters["pool"]).first()
    if row is None:
        raise ActRefused("The pool has been deleted meanwhile.")
    return row


def _members(pool_id: str, people: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The places of those who are in a pool."""
    return pools.as_kept(PoolMembership.objects.filter(pool_id=pool_id, candidate_id__in=people))


def _join(batch: Batch) -> Result:
    pool, had = _pool_row(batch.parameters), _members(batch.parameters["pool"], batch.people)
    fresh = Candidate.objects.filter(pk__in=[p for p in batch.people if p not in had])
    pools.add(pool=pool, candidates=fresh, by=batch.by, now=batch.now)
    now_in = _members(batch.parameters["pool"], batch.people)
    return Result({person: row for person, row in now_in.items() if person not in had})


def _join_back(batch: Batch) -> list[UUID]:
    """Only who is still there as they were put there: not moved on, not put in again."""
    pool, now_in = _pool_row(batch.parameters), _members(batch.parameters["pool"], batch.people)
    same = [person for person, row in now_in.items() if row == batch.before.get(person)]
    pools.remove(pool=pool, candidates=Candidate.objects.filter(pk__in=same), by=batch.by, now=batch.now)
    return same


def _leave(batch: Batch) -> Result:
    pool, was_in = _pool_row(batch.parameters), _members(batch.parameters["pool"], batch.people)
    pools.remove(pool=pool, candidates=Candidate.objects.filter(pk__in=list(was_in)), by=batch.by, now=batch.now)
    return Result(was_in)


def _leave_back(batch: Batch) -> list[UUID]:
    """Their old places, stage and reason included, unless they are in the pool again or are gone."""
    places = {person: batch.before[person] for person in batch.people}
    return pools.put_back(pool=_pool_row(batch.parameters), places=places, by=batch.by, now=batch.now)


def _in_pool(people: People, parameters: Parameters) -> QuerySet[FencedCandidate]:
    return people.filter(Exists(PoolMembership.objects.filter(pool_id=parameters["pool"], candidate_id=OuterRef("pk"))))


def _is_in(people: People, parameters: Parameters) -> Forecast:
    return Forecast(people.count(), _in_pool(people, parameters).count())


def _is_out(people: People, parameters: Parameters) -> Forecast:
    total = people.count()
    return Forecast(total, total - _in_pool(people, parameters).count())


# --- columns


@dataclass(frozen=True)
class Column:
    """A column that many people get the same value in; `beside` are columns that are set along with it."""

    name: str
    input: Input
    title: str
    cast: Callable[[str], Any] = str
    beside: Callable[[Batch], dict[str, Any]] = lambda batch: {}

    @property
    def field(self) -> str:
        return self.name.removesuffix("_id")

    def prepare(self, values: Mapping[str, str], by: Actor) -> tuple[Parameters, str]:
        assert self.input.choices is not None
        label = chosen(values, self.input.name, self.input.choices(), self.input.label)
        return {self.name: values.get(self.input.name, "")}, self.title.format(value=label)

    def value(self, parameters: Parameters) -> Any:
        return self.cast(parameters[self.name])

    def apply(self, batch: Batch) -> Result:
        values = {self.name: self.value(batch.parameters), **self.beside(batch)}
        changed = bulk_sets.set_columns(batch.people, values)
        _tell(batch, CANDIDATE_CHANGED, list(changed), fields=[self.field])
        return Result(changed)

    def undo(self, batch: Batch) -> list[UUID]:
        people = [person for person in batch.people if batch.before.get(person)]
        if not people:
            return []
        befores = [batch.before[person] for person in people]
        names = [self.name, *(name for name in befores[0] if name != self.name)]
        was = {name: self.value(batch.parameters) if name == self.name else None for name in names}
        back = bulk_sets.put_back(people, was, befores)
        _tell(batch, CANDIDATE_CHANGED, back, fields=[self.field])
        return back

    def forecast(self, people: People, parameters: Parameters) -> Forecast:
        return Forecast(people.count(), people.filter(**{self.name: self.value(parameters)}).count())

    def act(self, name: str, label: str, icon: str, keys: str = "") -> Act:
        return Act(name, label, icon, self.prepare, self.apply, self.undo, self.forecast, (self.input,), keys=keys)


def _key(text: str) -> UUID | None:
    return UUID(text) if text else None


def _number(text: str) -> int | None:
    return int(text) if text else None


def _labels(kind: Any, empty: str = "") -> Callable[[], Choices]:
    named = [(str(value), str(label)) for value, label in kind.choices]
    return lambda: [*([("", empty)] if empty else []), *named]


def _by_hand(batch: Batch) -> dict[str, Any]:
    return {"seniority_origin": str(Said.EDITED)}


def _said(batch: Batch) -> dict[str, Any]:
    return {"job_search_at": batch.now, "job_search_origin": batch.by.label}


OWNER = Column("owner_id", Input("owner", "Owner", owner_choices), "Assign to {value}", _key)
STATE = Column("state", Input("state", "State", _labels(RelationshipState)), "Set the state to “{value}”")
SEARCH = Column(
    "job_search",
    Input("job_search", "Job search", _labels(JobSearchStatus, "Unknown")),
    "Set the job search to “{value}”",
    beside=_said,
)
SENIORITY = Column(
    "seniority",
    Input("seniority", "Seniority", _labels(Seniority, "Unknown")),
    "Set the seniority to “{value}”",
    _number,
    _by_hand,
)


# --- deletion


def _nothing_to_say(values: Mapping[str, str], by: Actor) -> tuple[Parameters, str]:
    return {}, "Delete"


def _delete(batch: Batch) -> Result:
    """One by one, because each takes files and history along; who must be kept is left out with the reason."""
    gone: dict[UUID, None] = {}
    kept: dict[UUID, str] = {}
    for person in Candidate.objects.filter(pk__in=batch.people).order_by("pk"):
        key = person.pk
        try:
            candidates.delete(candidate=person, by=batch.by, now=batch.now)
            gone[key] = None
        except CandidateInUse as error:
            kept[key] = str(error).partition(": ")[2][:160] or str(error)[:160]
    return Result(gone, kept)


def _everybody(people: People, parameters: Parameters) -> Forecast:
    return Forecast(people.count())


def _tell(batch: Batch, kind: str, people: Sequence[UUID], **data: Any) -> None:
    events.publish_each(kind, candidates=people, occurred_at=batch.now, actor=batch.by, data=data)


TALENT_ACTS = (
    Act(
        "tag", "Tag", "tag", _tag_called, _tag, _tag_back, _has_tag, (Input("tag", "Tag", suggest=tag_names),), keys="t"
    ),
    Act(
        "pool",
        "Add to pool",
        "layers",
        functools.partial(_pool, words="Add to the pool “{name}”"),
        _join,
        _join_back,
        _is_in,
        (Input("pool", "Pool", pool_choices),),
        size=1000,
        keys="m",
    ),
    OWNER.act("owner", "Assign", "user-round-check", "a"),
    STATE.act("state", "Set state", "milestone"),
    SEARCH.act("job-search", "Set job search", "briefcase-business"),
    SENIORITY.act("seniority", "Set seniority", "trending-up"),
    Act(
        "untag",
        "Take off a tag",
        "tags",
        _known_tag,
        _untag,
        _untag_back,
        _lacks_tag,
        (Input("tag", "Tag", tag_choices),),
    ),
    Act(
        "unpool",
        "Take out of a pool",
        "layers-2",
        functools.partial(_pool, words="Take out of the pool “{name}”"),
        _leave,
        _leave_back,
        _is_out,
        (Input("pool", "Pool", pool_choices),),
        size=1000,
    ),
    Act(
        "delete",
        "Delete",
        "trash-2",
        _nothing_to_say,
        _delete,
        forecast=_everybody,
        permission=Permission.CANDIDATE_DELETE,
        size=50,
        is_final=True,
        warning="They go with their notes, files and history. It cannot be undone.",
    ),
)
