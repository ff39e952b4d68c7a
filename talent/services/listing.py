"""The list of people as pages and API read it: filtered, searched, sorted, one keyset page at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.core.cache import cache
from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from crm import paging, together
from crm.paging import Guess, Order, Page
from crm.tenancy.context import current_tenant_id
from crm.tenancy.keys import cache_key
from crm.viewing import viewer
from talent.choices import RelationshipState
from talent.filters import catalogue, chips, compile, sentence, tree
from talent.filters.tree import Node, RuleError
from talent.identity import skill_key
from talent.models import Candidate, FencedCandidate
from talent.services import places, search

UTC = ZoneInfo("UTC")
RANKED = 2000  # among more than these, the best ten cannot be told apart by rank; the newest come first
WALKED = 1.0  # seconds along the newest before a count goes another way
KEPT = 60  # seconds that “more than 10,000” holds without counting again
COLUMNS = (
    *("pk", "name", "headline", "current_title", "current_company", "location", "city", "country", "state"),
    *("skill_keys", "tag_ids", "source_id", "owner_id"),
    *("last_contacted_at", "last_replied_at", "created_at", "updated_at"),
)
# A name as it is asked for; the same name with a minus is the other way round.
_FORWARD = {
    "name": Order("name"),
    "created": Order("created_at", descending=True, parse=paging.moment),
    "replied": Order("last_replied_at", descending=True, nullable=True, parse=paging.moment),
    "contacted": Order("last_contacted_at", descending=True, nullable=True, parse=paging.moment),
    "two-way": Order("last_two_way_at", descending=True, nullable=True, parse=paging.moment),
    "engagement": Order("engagement", descending=True, parse=float),
    "seniority": Order("seniority", descending=True, nullable=True, parse=int),
    "changed": Order("updated_at", descending=True, parse=paging.moment),
}
ORDERS = _FORWARD | {f"-{name}": order.reversed for name, order in _FORWARD.items()}
BEST = Order("score", descending=True, parse=float)
NEWEST = "created"


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
class Asked:
    """What a list is asked for. `sort` is a key of ORDERS, or empty: best matches first, without words the newest."""

    tree: Node = tree.EVERYBODY
    words: str = ""
    sort: str = ""
    zone: ZoneInfo = UTC

    @property
    def is_everybody(self) -> bool:
        return self.tree == tree.EVERYBODY and not self.words.strip()


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


def asked_in(query: QueryDict, zone: str) -> tuple[Asked, chips.Chosen]:
    """What a query string asks of the list (`q`, `sort`, filter chips); `zone` is the tenant's."""
    chosen = chips.read(query)
    return Asked(chosen.tree, query.get("q", "").strip(), query.get("sort", ""), ZoneInfo(zone)), chosen


def asked_of(query: QueryDict, zone: str) -> tuple[Asked, chips.Chosen]:
    """The same with `filter`, a rule as JSON, on top: all of it must hold. What cannot be read is told and left out."""
    asked, chosen = asked_in(query, zone)
    text = query.get("filter", "").strip()
    if not text:
        return asked, chosen
    try:
        rule = catalogue.load(orjson.loads(text))
    except (orjson.JSONDecodeError, RuleError) as error:
        words = error.problems[0].message if isinstance(error, RuleError) else "The rule is not JSON."
        return asked, replace(chosen, problems=[*chosen.problems, words])
    rules = (*asked.tree.nodes, rule) if isinstance(asked.tree, tree.All) else (asked.tree, rule)
    return replace(asked, tree=tree.All(rules)), chosen


def rule_in_words(query: QueryDict) -> str:
    """The rule of `filter` as a sentence; empty when there is none that can be read."""
    try:
        return sentence.say(catalogue.load(orjson.loads(query.get("filter", "") or "null")))
    except (orjson.JSONDecodeError, RuleError):
        return ""


def matching(asked: Asked, now: datetime) -> QuerySet[FencedCandidate]:
    """Everybody who is asked for, annotated with `score`, unordered."""
    return search.scored(asked.words, _wanted(asked, now))


def _wanted(asked: Asked, now: datetime) -> QuerySet[FencedCandidate]:
    return search.among(asked.words, compile.candidates(asked.tree, now, asked.zone))


def order_of(asked: Asked, total: int) -> tuple[str, Order]:
    """The order that is asked for, or the one that fits: ("" stands for best matches first)."""
    if asked.sort in ORDERS:
        return asked.sort, ORDERS[asked.sort]
    return ("", BEST) if asked.words.strip() and total <= RANKED else (NEWEST, ORDERS[NEWEST])


def show(asked: Asked, *, now: datetime, after: str = "", limit: int = 50) -> Listing:
    """One page of the list; a search that takes too long gives none, and says so. Raises BadCursor."""
    try:
        with search.in_time() if asked.words else nullcontext():
            return _show(asked, now, after, limit)
    except search.TooSlow as error:
        return Listing((), "", 0, asked.sort, problems=(str(error),))


def _show(asked: Asked, now: datetime, after: str, limit: int) -> Listing:
    found = page(asked, now=now, after=after, limit=limit)
    nearly = not found.total and bool(asked.words.strip())
    if nearly:
        people = search.similar(asked.words, compile.candidates(asked.tree, now, asked.zone))
        found = _counted(asked, people, after, limit)
    problems = tuple(p.message for p in search.read(asked.words).problems)
    shown = rows(found.page.rows, asked.tree)
    return Listing(shown, found.page.after, found.total, found.sort, nearly and bool(found.total), problems)


@dataclass(frozen=True)
class Found:
    """A page of values, how many there are in all, as `Listing` counts, and the order that was asked for or fits."""

    total: int
    sort: str
    page: Page[dict[str, Any]]


def page(asked: Asked, *, now: datetime, after: str = "", limit: int = 50) -> Found:
    """People who are asked for, as values. Raises BadCursor."""
    if asked.is_everybody:
        return _counted(asked, matching(asked, now), after, limit)
    wanted = _wanted(asked, now)
    guess = paging.guess(wanted)
    if after or guess.are_many:
        return _paged(asked, search.scored(asked.words, wanted), _count(wanted, guess), after, limit)
    return _at_once(asked, wanted, limit)


def _count(people: QuerySet[FencedCandidate], guess: Guess) -> int:
    """How many. That there are more than are counted is kept for a while: no other page of them counts again."""
    if not guess.are_many:
        return paging.count(people)
    sql, params = people.order_by().values("pk").query.sql_with_params()
    asked = hashlib.sha256(f"{viewer()} {sql} {params}".encode()).hexdigest()
    if cache.get(cache_key(current_tenant_id(), "many", asked)):
        return paging.COUNTED + 1
    total = _count_now(people, guess)
    if total > paging.COUNTED:
        cache.set(cache_key(current_tenant_id(), "many", asked), True, KEPT)
    return total


def _count_now(people: QuerySet[FencedCandidate], guess: Guess) -> int:
    """Along the newest when enough of them must soon come by; not for long, should they not."""
    if guess.are_everywhere:
        with suppress(search.TooSlow), search.in_time(WALKED):
            return paging.count_along(people, ORDERS[NEWEST])
    return paging.count(people)


def _at_once(asked: Asked, wanted: QuerySet[FencedCandidate], limit: int) -> Found:
    """The first page, by a statement that looks only once for whoever is wanted."""
    everybody = FencedCandidate.objects.all()
    ranked = search.scored(asked.words, everybody)
    orders = {order_of(asked, most)[1]: most for most in (RANKED, paging.COUNTED)}
    found = paging.find(wanted.values(*_looked_at(orders)), ranked, orders, limit=limit)
    if found.keys is None:
        return _paged(asked, search.scored(asked.words, wanted), found.total, "", limit)
    sort, order = order_of(asked, found.total)
    # A score is read for the cursor alone, which an only page does not have.
    needs_score = order == BEST and len(found.keys) > limit
    columns = columns_for(order) if needs_score or order != BEST else COLUMNS
    people = (ranked if needs_score else everybody).filter(pk__in=found.keys)
    known = {one["pk"]: one for one in people.values(*columns)}
    return Found(found.total, sort, paging.cut([known[key] for key in found.keys if key in known], order, limit))


def _looked_at(orders: Iterable[Order]) -> set[str]:
    """Columns that people who were found are put in order by."""
    columns = {name for order in orders for name in (("name", "search") if order == BEST else (order.column,))}
    return {"id", "tenant_id", *columns}


def _counted(asked: Asked, people: QuerySet[FencedCandidate], after: str, limit: int) -> Found:
    """Count and page, each by itself: where both are read off an index."""
    return _paged(asked, people, paging.count(people), after, limit)


def _paged(asked: Asked, people: QuerySet[FencedCandidate], total: int, after: str, limit: int) -> Found:
    sort, order = order_of(asked, total)
    return Found(total, sort, paging.page(people.values(*columns_for(order)), order, after=after, limit=limit))


def columns_for(order: Order) -> tuple[str, ...]:
    """What a page is read with: the columns of its rows, and the one it is sorted by."""
    return COLUMNS if order.column in COLUMNS else (*COLUMNS, order.column)


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


def pick(words: str, limit: int = 8) -> list[dict[str, Any]]:
    """The best few people for what is being typed: {pk, name, current_title, current_company, city}."""
    found = search.find(words).filter(~Q(name="")) if words.strip() else FencedCandidate.objects.none()
    columns = ("pk", "name", "current_title", "current_company", "city")
    if not words.strip():
        return list(Candidate.objects.newest_first().values(*columns)[:limit])
    best = _best(found, columns, limit)
    return best or _best(search.similar(words), columns, limit)


def _best(found: QuerySet[FencedCandidate], columns: Sequence[str], limit: int) -> list[dict[str, Any]]:
    return list(found.order_by(F("score").desc(), "-pk").values(*columns)[:limit])
