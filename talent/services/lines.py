"""The lines of the list of people: what stands in each, and what its skills, tags, sources and owners are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from crm import together
from crm.paging import Page
from crm.tenancy.context import current_tenant_id
from talent.choices import RelationshipState
from talent.filters import compile, tree
from talent.filters.tree import Node
from talent.identity import skill_key
from talent.services import everybody, listing, places, search
from talent.services.listing import LINE, Asked, Cut, Found

# What keys are called, as one JSON object each.
_OBJECT = "coalesce(json_object_agg({key}, {name}), '{{}}')::text FROM {rows} WHERE {tenant} = %s AND {key} = ANY (%s)"
_MEMBERS = "crm_member m JOIN crm_user u ON u.id = m.user_id"
_MEMBER = "coalesce(nullif(u.name, ''), split_part(u.email, '@', 1))"
NAMED = {
    "skills": _OBJECT.format(key="key", name="name", rows="talent_skill", tenant="tenant_id"),
    "tags": _OBJECT.format(key="id", name="name", rows="talent_tag", tenant="tenant_id"),
    "sources": _OBJECT.format(key="id", name="name", rows="talent_source", tenant="tenant_id"),
    "owners": _OBJECT.format(key="m.id", name=_MEMBER, rows=_MEMBERS, tenant="m.tenant_id"),
}


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    id: UUID
    name: str
    work: str
    city: str
    country: str
    state: str
    skills: Sequence[str]
    more_skills: int
    tags: Sequence[str]
    touched_at: datetime | None
    they_wrote: bool
    source: str
    owner: str

    @property
    def phone_place(self) -> str:
        """Where they are, as it stands behind what they do on a small screen."""
        place = self.city or self.country
        return f" · {place}" if self.work and place else place


@dataclass(frozen=True)
class Listing:
    """A page of the list. `total` counts to 10,001 at most; `nearly` when only similar names were found.

    `problems` are sentences about words that could not be read; the rest was looked for.
    """

    rows: Sequence[Row]
    after: str
    total: int
    sort: str
    nearly: bool = False
    problems: Sequence[str] = ()


def show(asked: Asked, *, now: datetime, after: str = "", limit: int = 50) -> Listing:
    """One page of the list; a search that takes too long gives none, and says so. Raises BadCursor."""
    try:
        with search.in_time() if asked.words else nullcontext():
            return _show(asked, now, after, limit)
    except search.TooSlow as error:
        return Listing((), "", 0, asked.sort, problems=(str(error),))


def _show(asked: Asked, now: datetime, after: str, limit: int) -> Listing:
    found = _found(asked, now, after, limit)
    nearly = not found.total and bool(asked.words.strip())
    if nearly:
        people = search.similar(asked.words, compile.candidates(asked.tree, now, asked.zone))
        found = listing.counted(asked, people, Cut(LINE, after, limit))
    problems = tuple(p.message for p in search.read(asked.words).problems)
    shown = rows(found.page.rows, asked.tree)
    return Listing(shown, found.page.after, found.total, found.sort, nearly and bool(found.total), problems)


def _found(asked: Asked, now: datetime, after: str, limit: int) -> Found:
    if asked.is_everybody:
        sort = asked.sort if asked.sort in listing.ORDERS else listing.NEWEST
        if all_of := everybody.lines(sort, after=after, limit=limit):
            return Found(all_of.total, sort, Page(all_of.rows, all_of.after))
    return listing.page(asked, now=now, after=after, limit=limit, columns=LINE)


def _wanted_skills(node: Node) -> set[str]:
    found = [c for c in tree.conditions(node) if c.field == "skill" and isinstance(c.value, tuple)]
    return {skill_key(str(v)) for c in found for v in c.value}  # type: ignore[union-attr]


def rows(found: Sequence[dict[str, Any]], asked: Node = tree.EVERYBODY) -> list[Row]:
    """Lines of the list out of values; the names of skills, tags, sources and owners are read once for all."""
    names = _names(found)
    wanted = _wanted_skills(asked)
    return [_row(one, names, wanted) for one in found]


@dataclass(frozen=True)
class Names:
    """What skills, tags, sources and owners of some people are called, by their keys as texts."""

    skills: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)


def _names(found: Sequence[dict[str, Any]]) -> Names:
    wanted: dict[str, set[Any]] = {
        "skills": {key for one in found for key in one["skill_keys"]},
        "tags": {tag for one in found for tag in one["tag_ids"]},
        "sources": {one["source_id"] for one in found if one["source_id"]},
        "owners": {one["owner_id"] for one in found if one["owner_id"]},
    }
    asked = {
        name: together.One(f"SELECT {NAMED[name]}", (current_tenant_id(), sorted(keys)))
        for name, keys in wanted.items()
        if keys
    }
    with together.reading(asked.values()):
        return Names(**{name: orjson.loads(together.one(question)) for name, question in asked.items()})


def _row(one: dict[str, Any], names: Names, wanted: set[str]) -> Row:
    keys = sorted(one["skill_keys"], key=lambda key: key not in wanted)
    wrote, contacted = one["last_replied_at"], one["last_contacted_at"]
    they_wrote = wrote is not None and (contacted is None or wrote >= contacted)
    at = " at " if one["current_title"] and one["current_company"] else ""
    return Row(
        id=one["pk"],
        name=one["name"],
        work=f"{one['current_title']}{at}{one['current_company']}" or one["headline"],
        city=one["city"] or one["location"],
        country=places.country_name(one["country"]) if one["city"] and one["country"] else "",
        state=RelationshipState(one["state"]).label,
        skills=[names.skills.get(k, k) for k in keys[:4]],
        more_skills=max(0, len(keys) - 4),
        tags=[names.tags[str(t)] for t in one["tag_ids"] if str(t) in names.tags],
        touched_at=wrote if they_wrote else contacted,
        they_wrote=they_wrote,
        source=names.sources.get(str(one["source_id"]), ""),
        owner=names.owners.get(str(one["owner_id"]), ""),
    )
