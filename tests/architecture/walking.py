"""Those who walk around a tenant's objects, and what is looked at after each address."""

from __future__ import annotations

import copy
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import cache
from typing import Any

import psycopg
import pytest
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, connections, transaction
from django.http.response import HttpResponseBase
from django.template import loader
from django.test import RequestFactory, override_settings
from django.urls import get_resolver
from django.utils import timezone
from django.views import defaults

from crm.access import door_of
from crm.backends import Backend
from crm.models import Member, User
from crm.permissions import Role
from crm.questions import PLANS
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.lint import tenant_models
from crm.tenancy.models import TenantManager
from tests.architecture.addresses import Route, fill
from tests.architecture.examples import a_world
from tests.architecture.world import CANARY, World, keys_of
from tests.conftest import _owner_connection, logged_in
from tests.factories.people import a_member, a_tenant

Asked = tuple[str, str]  # who asks, and with which method
OWN_SLUG, THEIR_SLUG = "other", "acme"
COOKIES = "django.contrib.sessions.backends.signed_cookies"
WRITES = " + ".join(f"pg_stat_get_xact_tuples_{kind}(t)" for kind in ("inserted", "updated", "deleted"))


class Walk:
    """Acme with its objects, and those who walk around it."""

    def __init__(self, visitor: Callable[[Member], RequestFactory], *, has_policies: bool) -> None:
        self.has_policies = has_policies
        connection.connection.prepare_threshold = None  # or each refusal made the driver forget all it has prepared
        tenant, other = a_tenant(THEIR_SLUG), a_tenant(OWN_SLUG)
        a_member(tenant, Role.OWNER)
        self.stranger, self.viewer = a_member(other, Role.OWNER), a_member(tenant, Role.VIEWER)
        with open_tenant(tenant):
            self.world = a_world()
            self.viewer.note_activity(timezone.localdate())  # or each first request of a day would write it
        with open_tenant(other):
            _, self.secret = api_keys.create(name="Theirs", by=self.stranger.actor, role=Role.OWNER)
            api_keys.find(secret=self.secret)
            self.stranger.note_activity(timezone.localdate())
        self.people = {
            "anonymous": RequestFactory(),
            "stranger": visitor(self.stranger),
            "viewer": visitor(self.viewer),
            "key": RequestFactory(headers={"Authorization": f"Bearer {self.secret}"}),
        }
        self.answer = answerer()
        self.owned = {*(model._meta.db_table for model in tenant_models()), "crm_member"}
        self.tables = tables()
        self.before = rows_of(self.world, self.owned)
        self.writes = writes_so_far(self.tables)
        self.beginning = transaction.savepoint()

    def visit(self, who: str, method: str, route: Route, slug: str = THEIR_SLUG) -> HttpResponseBase:
        """Each visit has the cookies of the beginning: what an answer wants to be kept is not."""
        arguments = {name: self.world.made[key] for name, key in keys_of(route).items()}
        path = fill(route.pattern, {**arguments, "tenant": slug})
        content_type = "application/json" if door_of(route.view) == "api" else "application/x-www-form-urlencoded"
        body = "{}" if content_type == "application/json" else ""
        request = self.people[who].generic(method, path, body, content_type)
        try:
            return answered(self.answer, request)
        finally:
            self.go_on()

    def go_on(self) -> None:
        """An error of the database would be the end of the walk."""
        if connection.connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            transaction.savepoint_rollback(self.beginning)

    def one_lock(self) -> AbstractContextManager[None]:
        """The lock that is left: of the two, the policies of the database are off in half of the walks."""
        return unfiltered_managers() if self.has_policies else nullcontext()

    def changed(self) -> list[str]:
        """The tables whose rows of the tenant are no longer as in the beginning. What was written is taken back."""
        earlier, self.writes = self.writes, writes_so_far(self.tables)
        if earlier == self.writes:
            return []
        written = {t for t, new, old in zip(self.tables, self.writes, earlier, strict=True) if new != old} & self.owned
        now = rows_of(self.world, written) if written else {}
        transaction.savepoint_rollback(self.beginning)
        return sorted(table for table in written if now[table] != self.before[table])

    def faults(
        self,
        routes: Iterable[Route],
        asks: Callable[[Route], Iterable[Asked]],
        fine: Callable[[Route, Asked], Container[int]],
        slug: str = THEIR_SLUG,
    ) -> list[str]:
        """Every answer that is not fine, shows something of the tenant, or came with a change of its rows."""
        found = []
        for route in routes:
            asked = list(asks(route))
            for one in asked:
                answer = self.visit(*one, route, slug)
                if answer.status_code not in fine(route, one):
                    found.append(f"{named(one, route)}: {answer.status_code}")
                if CANARY in said(answer):
                    found.append(f"{named(one, route)}: shows what is the tenant's")
            if asked and self.changed():
                found += self.writers(route, asked, slug)
        return found

    def writers(self, route: Route, asked: Sequence[Asked], slug: str) -> list[str]:
        """Something was written: who it was, and where. Each asks again, alone."""
        found = []
        for one in asked:
            self.visit(*one, route, slug)
            if changed := self.changed():
                found.append(f"{named(one, route)}: changes {', '.join(changed)}")
        return found or [f"{name_of(route)}: changes something, but only if all of {asked} ask"]


def name_of(route: Route) -> str:
    return route.name or route.pattern


def named(asked: Asked, route: Route) -> str:
    return f"{' '.join(asked)} {name_of(route)}"


def said(response: HttpResponseBase) -> str:
    """Everything in the answer: headers and body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return f"{response.headers}{body.decode(errors='replace')}".lower()


# --- what is in the database


def tables() -> dict[str, int]:
    """All tables by name, with what PostgreSQL knows them by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        return dict(cursor.fetchall())


def rows_of(world: World, names: Iterable[str]) -> dict[str, str]:
    """A fingerprint of everything that the tenant owns, table by table."""
    asked = [
        f"SELECT '{name}', md5(string_agg(md5(t::text), '' ORDER BY id)) FROM {name} t WHERE tenant_id = %s"
        for name in names
    ]
    with open_tenant(world.tenant), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), [world.tenant.pk] * len(asked))
        return dict(cursor.fetchall())


def writes_so_far(known: dict[str, int]) -> list[int]:
    """How many rows of each table the transaction has inserted, updated or deleted, those it took back included."""
    with connection.cursor() as cursor:
        oids = ",".join(map(str, known.values()))
        cursor.execute(f"SELECT array(SELECT {WRITES} FROM unnest('{{{oids}}}'::oid[]) t)")
        written: list[int] = cursor.fetchone()[0]
        return written


# --- the locks


@contextmanager
def unfiltered_managers() -> Iterator[None]:
    """The code's lock off: managers that give every row the database lets them see."""
    with pytest.MonkeyPatch.context() as patch, new_plans():
        patch.setattr(TenantManager, "get_queryset", lambda self: super(TenantManager, self).get_queryset())
        yield


@contextmanager
def new_plans() -> Iterator[None]:
    """Statements that were made before are not used inside, and none from inside afterwards."""
    for known in PLANS.values():
        known.clear()
    yield
    for known in PLANS.values():
        known.clear()


@contextmanager
def no_policies() -> Iterator[None]:
    """The database's lock off."""
    set_policies("DISABLE")
    try:
        yield
    finally:
        connection.close()
        set_policies("ENABLE")


def set_policies(state: str) -> None:
    """As the owner of the tables."""
    with _owner_connection(connections["default"].settings_dict["NAME"]) as owner:
        for model in tenant_models():
            owner.execute(psycopg.sql.SQL("ALTER TABLE {} " + state + " ROW LEVEL SECURITY").format(
                psycopg.sql.Identifier(model._meta.db_table)))  # fmt: skip


# --- what thousands of requests need not do each


@contextmanager
def at_hand() -> Iterator[Callable[[Member], RequestFactory]]:
    """Who is logged in, where an address leads, and the page of a refusal are the same each time.

    Gives what makes visitors of members. Their session lives in their cookies, so that each request has the same one.
    """
    read = cache(Backend().get_user)

    def get_user(backend: Backend, pk: Any) -> User | None:
        """As the product reads a person, with their workspaces; each request has copies of its own."""
        if known := copy.copy(read(pk)):
            known.brought = [copy.copy(one) for one in known.brought or ()]
            for one in known.brought:
                one.tenant, one.user = copy.copy(one.tenant), copy.copy(one.user)
        return known

    def visitor(member: Member) -> RequestFactory:
        factory = RequestFactory()
        factory.cookies = logged_in(member).cookies
        return factory

    with pytest.MonkeyPatch.context() as patch, override_settings(SESSION_ENGINE=COOKIES):
        patch.setattr(get_resolver(), "resolve", cache(get_resolver().resolve))
        patch.setattr(Backend, "get_user", get_user)
        patch.setattr(defaults, "loader", Refusals())
        yield visitor


def answerer() -> Callable[[WSGIRequest], HttpResponseBase]:
    """Answers as the product does, and does nothing else: the test client looks into each template as well."""
    handler = BaseHandler()
    handler.load_middleware()
    return handler.get_response


def answered(answer: Callable[[WSGIRequest], HttpResponseBase], request: WSGIRequest) -> HttpResponseBase:
    """An error of the API asks for the transaction around it to be rolled back; that one is the walk's."""
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    try:
        return answer(request)
    finally:
        transaction.set_rollback(False)


class Refusals:
    """Gives Django's error views pages that are rendered once for each person and reason: nothing else is in them."""

    def __init__(self) -> None:
        self.pages: dict[tuple[Any, ...], str] = {}

    def get_template(self, name: str) -> Refusal:
        return Refusal(self.pages, name)


class Refusal:
    """One such page, to be rendered."""

    def __init__(self, pages: dict[tuple[Any, ...], str], name: str) -> None:
        self.pages, self.name = pages, name

    def render(self, context: Any = None, request: Any = None) -> str:
        if request is None:
            return str(loader.get_template(self.name).render(context))
        key = (self.name, context["exception"], request.user.pk)
        if key not in self.pages:
            self.pages[key] = loader.get_template(self.name).render(context, request)
        return self.pages[key]


def setting_out(has_policies: bool) -> Iterator[Walk]:
    """A walk, whose rows are gone after it."""
    with ExitStack() as around:
        if not has_policies:
            around.enter_context(no_policies())
        around.callback(connection.close)
        around.enter_context(transaction.atomic())
        yield Walk(around.enter_context(at_hand()), has_policies=has_policies)
        transaction.set_rollback(True)
