"""The outsider walk: every address, with the ids of another tenant's objects, as all who may not see them."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.http.response import HttpResponseBase
from django.test import Client

from crm.access import door_of
from crm.models import Member
from crm.permissions import Role
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.lint import tenant_models
from crm.tenancy.models import TenantManager
from talent.models import Candidate, Note
from tests.architecture import addresses, source
from tests.architecture.addresses import Route, fill
from tests.architecture.examples import a_world
from tests.architecture.world import CANARY, EXAMPLES, World, keys_of
from tests.conftest import _owner_connection, logged_in
from tests.factories.people import a_member, a_tenant

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # HEAD is answered by the view of GET
ROUTES = addresses.our_routes()
INSIDE = [route for route in ROUTES if door_of(route.view) in ("member", "api")]
OUTSIDE = [route for route in ROUTES if route not in INSIDE]
# Their argument is a word, not the key of an object: a stranger gets his own tenant's answer.
NAMES_NO_OBJECT = {
    "talent:suggest",
    "talent:bulk-choose",
    "talent:pool-undo",  # another tenant's token is as good as a made-up one: it is answered in words
    "talent:vocabulary-undo",
    "talent:label-undo",
    "talent:bulk-check",
    "talent:bulk-start",
    "talent:settings-purpose",
    "talent:settings-wording",
    "talent-api:purpose-detail",
    "portal:content-new",
    "analytics:export",
    "analytics-api:metric-detail",
    "outreach:mail-app",
    "outreach:mailbox-new",
    "outreach:own-mailbox-connect",
    "outreach:rule-recipe",
    "outreach-api:rule-recipe",
}
WITH_OBJECTS = [route for route in INSIDE if len(route.arguments) > 1 and route.name not in NAMES_NO_OBJECT]
LISTS = [route for route in INSIDE if route not in WITH_OBJECTS]
BOTH, DATABASE_ALONE, CODE_ALONE = "both locks", "the database alone", "the code alone"
# What each lock keeps shut alone, both keep shut together.
EACH_LOCK = pytest.mark.parametrize("walk", [DATABASE_ALONE, CODE_ALONE], indirect=True)


def name_of(route: Route) -> str:
    return route.name or route.pattern


def known_methods(route: Route) -> list[str]:
    """Each method that the view has a function for. A page is one function, which knows reading and sending."""
    view = getattr(route.view, "cls", None) or getattr(route.view, "view_class", None)
    return [m for m in METHODS if hasattr(view, m.lower())] if view else ["GET", "POST"]


def methods_of(route: Route) -> list[str]:
    """What the view knows, and one method that it has no function for: to those it has one answer."""
    known = known_methods(route)
    return known + [m for m in METHODS if m not in known][:1]


def asked_by(who: str, route: Route) -> list[str]:
    """The methods to ask for. The door of a page never looks at keys: reading and sending show that it does not."""
    return known_methods(route) if who == "key" and door_of(route.view) == "member" else methods_of(route)


@dataclass
class Walk:
    """Acme with its objects, and those who walk around it."""

    world: World
    stranger: Member
    viewer: Member
    clients: dict[str, Client]
    mode: str
    before: dict[str, str]  # every test is undone: it begins with these rows
    writes: dict[str, int]  # how often each table had been written to at the last look

    def visit(self, who: str, route: Route, method: str, *, slug: str = "acme") -> HttpResponseBase:
        arguments = {name: self.world.made[key] for name, key in keys_of(route).items()}
        path = fill(route.pattern, {**arguments, "tenant": slug})
        content_type = "application/json" if door_of(route.view) == "api" else "application/x-www-form-urlencoded"
        body = "{}" if content_type == "application/json" else ""
        with self.locks(), transaction.atomic():  # an error of the API rolls back what is around it
            return self.clients[who].generic(method, path, body, content_type)

    def changed(self) -> list[str]:
        """The tables whose rows of the tenant are no longer the same. Only what was written to is read again."""
        earlier, self.writes = self.writes, writes_so_far()
        written = [table for table, count in self.writes.items() if count != earlier[table]]
        now = rows_of(self.world, written) if written else {}
        return [table for table in written if now[table] != self.before[table]]

    def locks(self) -> AbstractContextManager[None]:
        return unfiltered_managers() if self.mode == DATABASE_ALONE else nullcontext()


@contextmanager
def unfiltered_managers() -> Iterator[None]:
    """The code's lock off: managers that give every row the database lets them see."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TenantManager, "get_queryset", lambda self: super(TenantManager, self).get_queryset())
        yield


def set_policies(state: str) -> None:
    """The database's lock on or off, as the owner of the tables."""
    with _owner_connection(connections["default"].settings_dict["NAME"]) as owner:
        for model in tenant_models():
            owner.execute(psycopg.sql.SQL("ALTER TABLE {} " + state + " ROW LEVEL SECURITY").format(
                psycopg.sql.Identifier(model._meta.db_table)))  # fmt: skip


@pytest.fixture(scope="module")
def walk(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker
) -> Iterator[Walk]:
    mode = getattr(request, "param", BOTH)
    with django_db_blocker.unblock(), refusals_unlogged():
        if mode == CODE_ALONE:
            set_policies("DISABLE")
        try:
            with transaction.atomic():
                yield a_walk(mode)
                transaction.set_rollback(True)
        finally:
            connection.close()
            if mode == CODE_ALONE:
                set_policies("ENABLE")


@contextmanager
def refusals_unlogged() -> Iterator[None]:
    """Thousands of answers are a 404 or a 405: Django's line about each is written by nobody. Errors are."""
    logger = logging.getLogger("django.request")
    before = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(before)


def a_walk(mode: str) -> Walk:
    tenant, other = a_tenant("acme"), a_tenant("other")
    a_member(tenant, Role.OWNER)
    stranger, viewer = a_member(other, Role.OWNER), a_member(tenant, Role.VIEWER)
    with open_tenant(tenant):
        world = a_world()
    with open_tenant(other):
        _, secret = api_keys.create(name="Theirs", by=stranger.actor, role=Role.OWNER)
    clients = {
        "anonymous": Client(),
        "stranger": logged_in(stranger),
        "viewer": logged_in(viewer),
        "key": Client(headers={"Authorization": f"Bearer {secret}"}),
    }
    return Walk(world, stranger, viewer, clients, mode, rows_of(world, owned_tables()), writes_so_far())


@pytest.fixture(autouse=True)
def undone(walk: Walk) -> Iterator[None]:
    """What a request did is taken back before the next test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def owned_tables() -> list[str]:
    return [*sorted(model._meta.db_table for model in tenant_models()), "crm_member"]


def rows_of(world: World, tables: list[str]) -> dict[str, str]:
    """A fingerprint of everything that the tenant owns, table by table."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(md5(t::text), '' ORDER BY id)) FROM {table} t WHERE tenant_id = %s"
        for table in tables
    )
    with open_tenant(world.tenant), connection.cursor() as cursor:
        cursor.execute(asked, [world.tenant.pk] * len(tables))
        return dict(cursor.fetchall())


def writes_so_far() -> dict[str, int]:
    """How many rows the walk's transaction has inserted, updated or deleted, those it took back included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t, pg_stat_get_xact_tuples_inserted(t::regclass) + pg_stat_get_xact_tuples_updated(t::regclass)"
            " + pg_stat_get_xact_tuples_deleted(t::regclass) FROM unnest(%s::text[]) t",
            [owned_tables()],
        )
        return dict(cursor.fetchall())


def said(response: HttpResponseBase) -> str:
    """Everything in the answer: headers and body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return f"{response.headers}{body.decode(errors='replace')}".lower()


def test_canary_is_where_it_could_leak(walk: Walk) -> None:
    tables = sum(CANARY in str(list(model.objects.values())).lower() for model in visible_models(walk))

    assert tables >= 12


def visible_models(walk: Walk) -> Iterator[Any]:
    with open_tenant(walk.world.tenant):
        yield from tenant_models()


def test_what_is_written_is_noticed(walk: Walk) -> None:
    with open_tenant(walk.world.tenant):
        Candidate.objects.update(summary="written")
        Note.objects.all().delete()

    assert walk.changed() == ["talent_candidate", "talent_note"]


def test_what_was_taken_back_is_no_change(walk: Walk) -> None:
    with open_tenant(walk.world.tenant), transaction.atomic():
        Candidate.objects.update(summary="written")
        transaction.set_rollback(True)

    assert walk.changed() == []


def test_every_argument_has_an_example() -> None:
    assert {name_of(route): key for route in ROUTES for key in keys_of(route).values() if key not in EXAMPLES} == {}


def test_every_example_is_used() -> None:
    assert {key for route in ROUTES for key in keys_of(route).values()} == set(EXAMPLES)


def test_managers_that_scope_are_the_known_ones() -> None:
    """The walk with the database's lock alone takes the filter out of this one."""
    scoping = {
        node.name
        for file in source.application()
        for node in source.classes(file)
        for item in node.body
        if node.name.endswith("Manager")
        and getattr(item, "name", "") == "get_queryset"
        and "current_tenant_id" in ast.unparse(item)
    }

    assert scoping == {"TenantManager"}


@pytest.mark.parametrize("route", INSIDE, ids=name_of)
def test_strangers_find_nothing_of_the_tenant(walk: Walk, route: Route) -> None:
    is_api = door_of(route.view) == "api"
    allowed = {
        "anonymous": {401} if is_api else {302, 405},
        "stranger": {404} if is_api else {404, 405},
        "key": {401} if is_api else {302, 405},
    }

    answers = {(who, method): walk.visit(who, route, method) for who in allowed for method in asked_by(who, route)}

    statuses = {asked: answer.status_code for asked, answer in answers.items()}
    assert {asked: status for asked, status in statuses.items() if status not in allowed[asked[0]]} == {}
    assert [asked for asked, answer in answers.items() if CANARY in said(answer)] == []
    assert walk.changed() == []


@pytest.mark.parametrize("route", OUTSIDE, ids=name_of)
def test_open_addresses_show_nothing_of_the_tenant(walk: Walk, route: Route) -> None:
    answers = {(who, method): walk.visit(who, route, method) for who in walk.clients for method in methods_of(route)}

    broken = {asked: a.status_code for asked, a in answers.items() if a.status_code >= 500}
    assert broken == {} or (route.name == "readyz" and set(broken.values()) == {503})
    assert [asked for asked, answer in answers.items() if CANARY in said(answer)] == []
    assert walk.changed() == []


@EACH_LOCK
@pytest.mark.parametrize("route", WITH_OBJECTS, ids=name_of)
def test_ids_of_the_tenant_are_nothing_in_another(walk: Walk, route: Route) -> None:
    who = "key" if door_of(route.view) == "api" else "stranger"

    answers = {method: walk.visit(who, route, method, slug="other") for method in known_methods(route)}

    statuses = {method: answer.status_code for method, answer in answers.items()}
    # OPTIONS describes the resource, and an empty body may be refused, before any object is looked for.
    harmless = {404, 405} | ({200, 400} if who == "key" else set())
    assert {
        m: s for m, s in statuses.items() if s not in (harmless if m in ("OPTIONS", "POST", "PUT") else {404, 405})
    } == {}
    assert [method for method, answer in answers.items() if CANARY in said(answer)] == []
    assert walk.changed() == []


@EACH_LOCK
@pytest.mark.parametrize("route", LISTS, ids=name_of)
def test_lists_of_another_tenant_do_not_hold_the_tenants_rows(walk: Walk, route: Route) -> None:
    who = "key" if door_of(route.view) == "api" else "stranger"

    answers = {method: walk.visit(who, route, method, slug="other") for method in known_methods(route)}

    assert {method: a.status_code for method, a in answers.items() if a.status_code >= 500} == {}
    assert [method for method, answer in answers.items() if CANARY in said(answer)] == []
    assert walk.changed() == []


@pytest.mark.parametrize("route", INSIDE, ids=name_of)
def test_viewer_gets_no_further_than_his_permissions(walk: Walk, route: Route) -> None:
    forbidden = [method for method in METHODS[:5] if needed(route, method) not in (None, *walk.viewer.permissions)]

    answers = {method: walk.visit("viewer", route, method) for method in forbidden}

    assert {m: a.status_code for m, a in answers.items() if a.status_code not in (403, 405)} == {}
    assert [method for method, answer in answers.items() if CANARY in said(answer)] == []
    assert walk.changed() == []


def needed(route: Route, method: str) -> Any:
    view = getattr(route.view, "cls", None)
    return view.permissions.get(method) if view else getattr(route.view, "permission", None)
