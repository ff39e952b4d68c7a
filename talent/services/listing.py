"""The list of people as pages and API read it: filtered, searched, sorted, one keyset page at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.core.cache import cache
from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from crm import paging
from crm.paging import Guess, Order, Page
from crm.tenancy.context import current_tenant_id
from crm.tenancy.keys import cache_key
from crm.viewing import viewer
from talent.filters import catalogue, chips, compile, sentence, tree
from talent.filters.tree import Node, Problem, RuleError
from talent.models import Candidate, FencedCandidate
from talent.search import index
from talent.search.index import Way
from talent.services import kept_rules, search
from talent.services.kept_rules import RuleGone

UTC = ZoneInfo("UTC")
RANKED = 2000  # among more than these, the best ten cannot be told apart by rank; the newest come first
WALKED = 1.0  # seconds along an order before a count, or a page of many, goes another way
KEPT = 60  # seconds that “more than 10,000” holds without counting again
LINE = (  # what a line of the list is made of
    *("pk", "name", "headline", "current_title", "current_company", "location", "city", "country", "state"),
    *("skill_keys", "tag_ids", "source_id", "owner_id", "last_contacted_at", "last_replied_at"),
)
COLUMNS = (*LINE, "created_at", "updated_at")
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


@dataclass(frozen=True)
class Asked:
    """What a list is asked for. `sort` is a key of ORDERS, or empty: best matches first, without words the newest."""

    tree: Node = tree.EVERYBODY
    words: str = ""
    sort: str = ""
    zone: ZoneInfo = UTC

    @property
    def mark(self) -> str:
        """Stands for whom it means, whatever their order."""
        return hashlib.sha256(repr((self.tree, self.words, self.zone.key)).encode()).hexdigest()

    @property
    def is_everybody(self) -> bool:
        return self.tree == tree.EVERYBODY and not self.words.strip()


def asked_in(query: QueryDict, zone: str) -> tuple[Asked, chips.Chosen]:
    """What a query string asks of the list (`q`, `sort`, filter chips); `zone` is the tenant's."""
    chosen = chips.read(query)
    return Asked(chosen.tree, query.get("q", "").strip(), query.get("sort", ""), ZoneInfo(zone)), chosen


def asked_of(query: QueryDict, zone: str) -> tuple[Asked, chips.Chosen]:
    """The same with `filter`, a rule as JSON or the key of one, on top: all of it must hold.

    What cannot be read is told and left out; a key under which nothing is kept any more is told, and means nobody.
    """
    asked, chosen = asked_in(query, zone)
    text = query.get("filter", "").strip()
    if not text:
        return asked, chosen
    try:
        rule = catalogue.load(orjson.loads(kept_rules.whole(text)))
    except RuleGone as error:
        return replace(asked, tree=tree.NOBODY), replace(chosen, gone=str(error))
    except (orjson.JSONDecodeError, RuleError) as error:
        return asked, replace(chosen, problems=[*chosen.problems, *_wrong(error)])
    rules = (*asked.tree.nodes, rule) if isinstance(asked.tree, tree.All) else (asked.tree, rule)
    return replace(asked, tree=tree.All(rules)), chosen


def _wrong(error: orjson.JSONDecodeError | RuleError) -> list[Problem]:
    """What is wrong with the rule of `filter`: at which place of the rule, or of its text."""
    if isinstance(error, RuleError):
        return [Problem(f"filter.{one.path}".rstrip("."), one.message) for one in error.problems]
    return [Problem("filter", f"The rule is not JSON: {error}.")]


OF_THE_LIST = {"q", "sort", "filter", *(param.name for param in chips.PARAMS)}
OF_ITS_PAGE = {"view", "own", "after", "limit", "columns", "density", "by"}


def unknown(query: str) -> list[str]:
    """Names in a query string that the list does not know. A page lets them be: addresses grow such parts."""
    return sorted(set(QueryDict(query)) - OF_THE_LIST - OF_ITS_PAGE)


class NotReadable(ValueError):
    """A filter that has to be read cannot be; the message says why, `problems` also where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(one.said for one in problems))
        self.problems = problems


def acted_on(query: str, zone: str) -> Asked:
    """What a query string asks for, to whoever does something to these people. Raises NotReadable.

    A list leaves out a filter that it cannot read, says so, and shows more people. To those nothing may be done.
    """
    asked, chosen = asked_of(QueryDict(query), zone)
    if chosen.problems:
        raise NotReadable(chosen.problems)
    return asked


def unreadable(query: str) -> list[Problem]:
    """What the list would leave out of a query string, or take for nobody: whose rule is gone."""
    _, chosen = asked_of(QueryDict(query), UTC.key)
    return [*chosen.problems, *([Problem("filter", chosen.gone)] if chosen.gone else [])]


def rule_in_words(query: QueryDict) -> str:
    """The rule of `filter` as a sentence; empty when there is none that can be read."""
    try:
        return sentence.say(catalogue.load(orjson.loads(kept_rules.whole(query.get("filter", "")) or "null")))
    except (orjson.JSONDecodeError, RuleError, RuleGone):
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


@dataclass(frozen=True)
class Found:
    """A page of values, how many there are in all, as `Listing` counts, and the order that was asked for or fits."""

    total: int
    sort: str
    page: Page[dict[str, Any]]


@dataclass(frozen=True)
class Cut:
    """Which columns of which people: `limit` of them, behind the cursor `after`."""

    columns: tuple[str, ...] = COLUMNS
    after: str = ""
    limit: int = 50

    def columns_for(self, order: Order) -> tuple[str, ...]:
        """What the page is read with: its columns, and the one it is sorted by."""
        return self.columns if order.column in self.columns else (*self.columns, order.column)


def page(asked: Asked, *, now: datetime, after: str = "", limit: int = 50, columns: tuple[str, ...] = COLUMNS) -> Found:
    """People who are asked for, as values. Raises BadCursor."""
    cut = Cut(columns, after, limit)
    if asked.is_everybody:  # count and page, each by itself: both are read off an index
        people = matching(asked, now)
        return counted(asked, people, cut)
    wanted = _Wanted(asked, now)
    total = _count(wanted, unless_few=not after)
    if total is None:
        return _at_once(wanted, cut)
    return _of_many(wanted, total, cut) if total > paging.COUNTED else _paged(asked, wanted.ranked, total, cut)


@dataclass(frozen=True)
class _Wanted:
    """Whoever is asked for, to be looked for in one way or another."""

    asked: Asked
    now: datetime

    def by(self, way: Way) -> QuerySet[FencedCandidate]:
        if not self.asked.words.strip():
            return self._plain
        with index.going(way):
            return _wanted(self.asked, self.now)

    @cached_property
    def _plain(self) -> QuerySet[FencedCandidate]:
        return _wanted(self.asked, self.now)

    @cached_property
    def people(self) -> QuerySet[FencedCandidate]:
        """By the index of words, unless the words are common and something else is asked, which may be rarer."""
        return self.by(Way.COMMON if self._is_common else Way.RARE)

    @property
    def ranked(self) -> QuerySet[FencedCandidate]:
        return search.scored(self.asked.words, self.people)

    @property
    def _is_common(self) -> bool:
        if not self.asked.words.strip() or self.asked.tree == tree.EVERYBODY:
            return False
        with index.going(Way.COMMON):
            words = paging.counting(search.among(self.asked.words, FencedCandidate.objects.all()))
        return words is not None and words.guess().are_many


def _count(wanted: _Wanted, *, unless_few: bool) -> int | None:
    """How many; None for few, where those are not to be counted by themselves.

    That there are more than are counted is kept for a while: no other page of them asks again.
    """
    who = viewer()
    asked = (who.member_id, who.is_machinery, wanted.asked.mark)
    if cache.get(cache_key(current_tenant_id(), "many", *asked)):
        return paging.COUNTED + 1
    counting = paging.counting(wanted.by(Way.COMMON))
    if counting is None:
        return None if unless_few else 0
    guess = counting.guess()
    if not guess.are_many:
        return None if unless_few else paging.count(wanted.people)
    total = _count_now(wanted, guess)
    if total > paging.COUNTED:
        cache.set(cache_key(current_tenant_id(), "many", *asked), True, KEPT)
    return total


def _count_now(wanted: _Wanted, guess: Guess) -> int:
    """Along the newest when enough of them must soon come by; not for long, should they not."""
    if guess.are_everywhere:
        with suppress(search.TooSlow), search.in_time(WALKED):
            return paging.count(wanted.by(Way.WALKED), along=ORDERS[NEWEST])
    return paging.count(wanted.people)


def _of_many(wanted: _Wanted, total: int, cut: Cut) -> Found:
    """A page of more than are counted: along the order when enough of them must soon come by, as in counting."""
    asked = wanted.asked
    if not asked.words.strip():
        return _paged(asked, wanted.ranked, total, cut)
    with suppress(search.TooSlow), search.in_time(WALKED):
        return _paged(asked, search.scored(asked.words, wanted.by(Way.WALKED)), total, cut)
    return _paged(asked, wanted.ranked, total, cut)


def _at_once(wanted: _Wanted, cut: Cut) -> Found:
    """The first page, by a statement that looks only once for whoever is wanted."""
    asked = wanted.asked
    everybody = FencedCandidate.objects.all()
    ranked = search.scored(asked.words, everybody)
    orders = {order_of(asked, most)[1]: most for most in (RANKED, paging.COUNTED)}
    found = paging.find(wanted.people.values(*_looked_at(orders)), ranked, orders, limit=cut.limit)
    if found.keys is None:
        return _of_many(wanted, found.total, cut)
    sort, order = order_of(asked, found.total)
    # A score is read for the cursor alone, which an only page does not have.
    needs_score = order == BEST and len(found.keys) > cut.limit
    columns = cut.columns_for(order) if needs_score or order != BEST else cut.columns
    people = (ranked if needs_score else everybody).filter(pk__in=found.keys)
    known = {one["pk"]: one for one in people.values(*columns)}
    return Found(found.total, sort, paging.cut([known[key] for key in found.keys if key in known], order, cut.limit))


def _looked_at(orders: Iterable[Order]) -> set[str]:
    """Columns that people who were found are put in order by."""
    columns = {name for order in orders for name in (("name", "search") if order == BEST else (order.column,))}
    return {"id", "tenant_id", *columns}


def counted(asked: Asked, people: QuerySet[FencedCandidate], cut: Cut) -> Found:
    """A page of these people, and how many they are, each by a statement of its own."""
    return _paged(asked, people, paging.count(people), cut)


def _paged(asked: Asked, people: QuerySet[FencedCandidate], total: int, cut: Cut) -> Found:
    sort, order = order_of(asked, total)
    values = people.values(*cut.columns_for(order))
    return Found(total, sort, paging.page(values, order, after=cut.after, limit=cut.limit))


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
