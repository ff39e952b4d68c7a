"""Fills tenants: ground, tables, indexes, statistics, segments."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connections

from crm.models import Member, Tenant, User
from crm.permissions import Role
from crm.registry import registered
from crm.tenancy.context import tenant as open_tenant
from talent.choices import MembershipCause
from talent.models import Candidate, Segment
from talent.populate import bare, ground, tables
from talent.populate.ground import Household
from talent.services import membership

OTHERS, COLLEAGUES = 50, 12
LEAN_SHARE = 50
SEGMENTS: dict[str, dict[str, Any]] = {
    "Python, senior": {
        "all": [
            {"field": "skill", "op": "is_any_of", "value": ["python"]},
            {"field": "title", "op": "contains", "value": "senior"},
        ]
    },
    "Nurtured, silent": {
        "all": [
            {"field": "last_contacted", "op": "in_last", "value": 60},
            {"field": "last_replied", "op": "is_empty"},
            {"field": "country", "op": "is_any_of", "value": ["DE", "AT", "CH"]},
        ]
    },
    "Cloud people": {"all": [{"field": "skill", "op": "is_any_of", "value": ["kubernetes", "terraform", "aws"]}]},
    "Said something": {"all": [{"field": "mail_replied", "op": "at_least", "value": {"times": 1, "days": 365}}]},
}


@dataclass
class Times:
    """Seconds of work by table; two connections work at a time, so their sum is more than what passes."""

    rows: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    upkeep: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def loaded(self, took: dict[str, float]) -> None:
        for table, seconds in took.items():
            self.rows[table] += seconds

    def indexed(self, took: dict[str, float]) -> None:
        for table, seconds in took.items():
            self.upkeep[table] += seconds


Say = Callable[[str], None]


@contextmanager
def _told(say: Say, what: str) -> Any:
    started = time.perf_counter()
    yield
    say(f"{what:<42}{time.perf_counter() - started:8.1f} s")


class NotEmpty(ValueError):
    """The tenant has people already: a crowd is not mixed with them. Or the database has another crowd: their keys are
    the same.
    """


def _member(owner: Tenant, name: str, role: str) -> Member:
    address = f"{name}@{owner.slug}.example.com"
    user = User.objects.filter(email=address).first() or User.objects.create_user(address, name=name.title())
    return Member.objects.get_or_create(tenant=owner, user=user, defaults={"role": role})[0]


def _refuse_a_second(slug: str) -> None:
    first = UUID(hashlib.md5(b"0.100", usedforsecurity=False).hexdigest())  # of `tables.SKILLS`, by `populate.fixed`
    asked = "SELECT t.slug FROM talent_skill s JOIN crm_tenant t ON t.id = s.tenant_id WHERE s.id = %s AND t.slug <> %s"
    with bare.session() as owner:
        if (other := owner.execute(asked, [first, slug]).fetchone()) is not None:
            raise NotEmpty(f"The workspace “{other[0]}” of this database has an invented crowd; there can be one.")


def households(slug: str) -> list[Household]:
    """The tenant of that address, made when there is none, and fifty others. Raises NotEmpty."""
    _refuse_a_second(slug)
    found = []
    for place, name in enumerate([slug, *(f"{slug}-{n:02}" for n in range(1, OTHERS + 1))]):
        owner, _ = Tenant.objects.get_or_create(slug=name, defaults={"name": name.replace("-", " ").title()})
        with open_tenant(owner):
            if Candidate.objects.exists():
                raise NotEmpty(f"“{owner.name}” has people already. Name another workspace, or delete it first.")
        names = ["owner", *(f"colleague{n}" for n in range(1, COLLEAGUES if place == 0 else 2))]
        members = [_member(owner, name, Role.OWNER if name == "owner" else Role.RECRUITER) for name in names]
        found.append(Household(owner.pk, [m.pk for m in members]))
    return found


def _halves(table: tables.Table, people: int) -> list[bare.Job]:
    ranges = [f"p.n < {people}", f"p.n >= {people}"] if table.halves else ["true"]
    return [(table.name, table.insert(where).as_string()) for where in ranges]


def _wholes(group: Sequence[tables.Table], empty: set[str]) -> list[bare.Job]:
    """All rows of a table in one transaction. One that begins with an empty table writes no log of its rows."""
    inserts: dict[str, list[str]] = defaultdict(list)
    for table in group:
        inserts[table.name].append(table.insert().as_string())
    return [(name, "; ".join([f"TRUNCATE {name}", *rows] if name in empty else rows)) for name, rows in inserts.items()]


def _load(people: int, history: Sequence[tables.Table], times: Times, say: Say) -> None:
    empty = bare.empty([table.name for table in history])
    for table in (*tables.DIRECTORIES, tables.PEOPLE):
        with _told(say, f"rows of {table.name}"):
            times.loaded(bare.together(_halves(table, people // 2)))
    with _told(say, "rows of their history"):
        times.loaded(bare.together(_wholes(history, empty)))


def _vacuum(names: Sequence[str], times: Times) -> None:
    times.indexed(bare.together([(name, f"VACUUM (ANALYZE) {name}") for name in names]))


def _segment(name: str, home: Household, now: datetime, say: Say) -> None:
    try:
        with _told(say, f"segment {name}"), open_tenant(home.tenant):
            segment = Segment.objects.create(name=name, rule=SEGMENTS[name])
            membership.refresh(segment=segment, cause=MembershipCause.RULE, now=now)
    finally:
        connections.close_all()  # each hand has its own


def _segments(home: Household, now: datetime, say: Say) -> None:
    """Some segments of the first tenant, kept by the service that keeps all of them."""
    with ThreadPoolExecutor(bare.HANDS) as pool:
        list(pool.map(partial(_segment, home=home, now=now, say=say), SEGMENTS))


def _mark_as_read(found: Sequence[Household]) -> None:
    """The readers of the event log begin after the invented history: nobody reacts to what never happened."""
    readers = list(registered.readers)
    with bare.session() as owner:
        owner.execute(
            "INSERT INTO crm_readercursor (id, tenant_id, created_at, moved_at, reader, xact_id, event_id) "
            "SELECT gen_random_uuid(), t.id, now(), now(), r.name, pg_current_xact_id()::text::bigint, %s "
            "FROM unnest(%s::uuid[]) t (id), unnest(%s::text[]) r (name) "
            "ON CONFLICT (tenant_id, reader) DO UPDATE SET xact_id = excluded.xact_id, event_id = excluded.event_id",
            ["ffffffff-ffff-ffff-ffff-ffffffffffff", [h.tenant for h in found], readers],
        )


def populate(*, slug: str, each: int, now: datetime, say: Say, is_lean: bool = False) -> Times:
    """`each` people in the tenant of that address and as many in fifty others. Raises NotEmpty.

    `is_lean` takes a quarter of the disk: one person in fifty is in the others, and of their history there is only what
    rules and searches of people ask for.
    """
    found, times = households(slug), Times()
    history = tables.LEAN if is_lean else tables.HISTORY
    names = sorted({t.name for t in (*tables.DIRECTORIES, tables.PEOPLE, *tables.HISTORY)})
    with bare.session() as owner, _told(say, "people as numbers"):
        people = ground.lay(owner, found, each, now, LEAN_SHARE if is_lean else 2)
    with bare.bare(names, times.indexed):
        _load(people, history, times, say)
        say("indexes and foreign keys ...")
    with _told(say, "statistics"):
        _vacuum(names, times)
    _segments(found[0], now, say)
    _mark_as_read(found)
    with bare.session() as owner:
        ground.clear(owner)
    return times
