"""Rows that neighbouring tests of a file begin with, made once.

A transaction stays open around those tests, and each of them is a savepoint in it that is rolled back as ever: none
sees what another one wrote. What a test gets is a copy of its own. Where the next test begins with other rows, or with
none, the transaction is rolled back, so that nobody finds rows that they did not ask for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from inspect import signature
from typing import Any

import pytest
from django.core.cache import caches
from django.db import transaction

from crm.models import Tenant
from crm.templatetags.kept import SHELVES
from crm.tenancy.context import tenant as open_tenant
from tests.factories.people import a_tenant

HERE = "tests"  # where the usual `tenant` is
Maker = Callable[..., Any]
Key = tuple[str, tuple[Maker, ...]]  # the file, the fixtures
COMMITS = {"committed", "transactional_db", "live_server"}
_makers: dict[Maker, Maker] = {}  # by the function of the fixture


def shared(make: Maker) -> Any:
    """A fixture whose rows neighbouring tests share. It may ask for `tenant`, for `inside` and for other such ones."""

    @wraps(make)
    def fixture(**given: Any) -> Any:
        return GROUND.copy_of(fixture) if GROUND.stands(fixture) else make(**given)

    _makers[fixture] = make
    return pytest.fixture(fixture)


def _asked_for(item: pytest.Item) -> tuple[Maker, ...]:
    """The shared fixtures of a test, in its order; none if it commits, or has a workspace of its own."""
    known = getattr(item, "_fixtureinfo", None)
    if known is None or COMMITS.intersection(known.names_closure) or item.get_closest_marker("django_db"):
        return ()
    used = {name: found[-1] for name, found in known.name2fixturedefs.items()}
    if "tenant" not in used or used["tenant"].baseid != HERE:
        return ()
    return tuple(used[name].func for name in known.names_closure if name in used and used[name].func in _makers)


def ground_of(item: pytest.Item) -> Key:
    """What must stand for a test: its file, and the fixtures."""
    return item.nodeid.partition("::")[0], _asked_for(item)


def _forget() -> None:
    """What was kept of the rows that the test before wrote."""
    caches["default"].clear()
    for shelf in list(SHELVES.all):
        shelf.forget_before(math.inf)


class Ground:
    """What stands at the moment: a workspace with the rows of some shared fixtures, or nothing."""

    def __init__(self) -> None:
        self.key: Key | None = None
        self.made: dict[Maker, Any] = {}
        self.tenant: Tenant | None = None
        self.around: transaction.Atomic | None = None
        self.following: pytest.Item | None = None  # the test after the one that runs

    def copy_of(self, fixture: Maker) -> Any:
        return deepcopy(self.made[fixture])

    def stands(self, fixture: Maker) -> bool:
        return fixture in self.made

    def prepare(self, item: pytest.Item) -> None:
        """Before the test's own savepoint: make what it begins with, unless that stands already."""
        if self.around is None and (key := ground_of(item))[1]:
            self.key, self.around = key, transaction.atomic()
            self.around.__enter__()
            try:
                self.tenant = a_tenant("acme")
                self._make({fixture.__name__: fixture for fixture in key[1]})
            except BaseException:
                self.following = None
                self.leave()
                raise
        elif self.around is not None:
            _forget()

    def _make(self, fixtures: dict[str, Maker]) -> None:
        """Each after those that it asks for; in the workspace, where one of them does."""
        given: dict[str, Any] = {"tenant": self.tenant}
        within: set[str] = {"inside"}

        def value(name: str) -> Any:
            if name not in given:
                names = list(signature(fixtures[name]).parameters)
                asked = {each: value(each) for each in names if each != "inside"}
                if within.intersection(names):
                    within.add(name)
                given[name] = self._one(fixtures[name], asked, name in within)
            return given[name]

        for name, fixture in fixtures.items():
            self.made[fixture] = value(name)

    def _one(self, fixture: Maker, asked: dict[str, Any], within: bool) -> Any:
        if not within or self.tenant is None:
            return _makers[fixture](**asked)
        with open_tenant(self.tenant) as tenant_id:
            own = {"inside": tenant_id} if "inside" in signature(fixture).parameters else {}
            return _makers[fixture](**asked, **own)

    def leave(self) -> None:
        """After a test: take everything back, unless the next one begins with the same."""
        if self.around is None or (self.following is not None and ground_of(self.following) == self.key):
            return
        around, self.around, self.key, self.tenant = self.around, None, None, None
        self.made.clear()
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


GROUND = Ground()
