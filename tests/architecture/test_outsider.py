"""The outsider walk: every address, with the ids of another tenant's objects, as all who may not see them."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from crm.access import door_of
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.lint import tenant_models
from talent.models import Candidate, Note
from tests.architecture import addresses, source
from tests.architecture.addresses import Route
from tests.architecture.walking import OWN_SLUG, THEIR_SLUG, Asked, Walk, name_of, setting_out
from tests.architecture.world import CANARY, EXAMPLES, keys_of
from tests.faults import none_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # HEAD is answered by the view of GET
ROUTES = addresses.our_routes()
INSIDE = [route for route in ROUTES if door_of(route.view) in ("member", "api")]
OUTSIDE = [route for route in ROUTES if door_of(route.view) not in ("member", "api")]
ANY_BUT_BROKEN = range(500)
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
LISTS = [route for route in INSIDE if len(route.arguments) == 1 or route.name in NAMES_NO_OBJECT]
DATABASE_ALONE, CODE_ALONE = "the database alone", "the code alone"
# What each lock keeps shut alone, both keep shut together.
EACH_LOCK = pytest.mark.parametrize("walk", [DATABASE_ALONE, CODE_ALONE], indirect=True)


def app_of(route: Route) -> str:
    return re.split("[-:]", route.name)[0]


def by_app(routes: Iterable[Route]) -> pytest.MarkDecorator:
    """One test for the addresses of each app."""
    groups = {app: list(group) for app, group in groupby(sorted(routes, key=app_of), app_of)}
    return pytest.mark.parametrize("routes", groups.values(), ids=groups)


def route_named(name: str) -> Route:
    return next(route for route in ROUTES if route.name == name)


def is_api(route: Route) -> bool:
    return door_of(route.view) == "api"


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
    return known_methods(route) if who == "key" and not is_api(route) else methods_of(route)


def own_asker(route: Route) -> str:
    """Who asks inside of another tenant, where he is at home."""
    return "key" if is_api(route) else "stranger"


def needed(route: Route, method: str) -> Any:
    view = getattr(route.view, "cls", None)
    return view.permissions.get(method) if view else getattr(route.view, "permission", None)


@pytest.fixture(scope="module", params=[DATABASE_ALONE], ids=["both"])
def walk(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker
) -> Iterator[Walk]:
    with django_db_blocker.unblock(), refusals_unlogged():
        yield from setting_out(has_policies=request.param == DATABASE_ALONE)


@contextmanager
def refusals_unlogged() -> Iterator[None]:
    """Thousands of answers are a 404 or a 405: Django's line about each is written by nobody. Errors are."""
    logger = logging.getLogger("django.request")
    before = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(before)


@pytest.fixture(autouse=True)
def undone(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test did is taken back before the next one."""
    yield
    if "walk" in request.fixturenames:
        request.getfixturevalue("walk").changed()


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


def test_people_are_those_they_are_called(walk: Walk) -> None:
    page, resource = route_named("crm:today"), route_named("talent-api:pool-list")
    own = [("stranger", page, OWN_SLUG), ("key", resource, OWN_SLUG), ("viewer", page, THEIR_SLUG)]

    assert [walk.visit(who, "GET", route, slug).status_code for who, route, slug in own] == [200, 200, 200]


def test_every_fault_is_named(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            with open_tenant(walk.world.tenant):
                Candidate.objects.update(summary="written")
        return HttpResponse(CANARY if request.method == "PUT" else "", status=200 if request.method == "GET" else 404)

    monkeypatch.setattr(walk, "answer", answer)

    faults = walk.faults(
        [route_named("crm:today")], lambda _: [("viewer", m) for m in ("GET", "PUT", "POST")], lambda *_: {404}
    )

    assert faults == [
        "viewer GET crm:today: 200",
        "viewer PUT crm:today: shows what is the tenant's",
        "viewer POST crm:today: changes talent_candidate",
    ]


@EACH_LOCK
def test_the_other_lock_is_off(walk: Walk) -> None:
    theirs = "SELECT count(*) FROM talent_candidate WHERE tenant_id = %s"

    with open_tenant(walk.stranger.tenant), walk.one_lock(), connection.cursor() as cursor:
        is_filtered = "WHERE" in str(Candidate.objects.all().query)
        shown = cursor.execute(theirs, [walk.world.tenant.pk]).fetchone()[0]

    assert (is_filtered, shown > 0) == ((False, False) if walk.has_policies else (True, True))


def test_every_argument_has_an_example() -> None:
    assert {name_of(route): key for route in ROUTES for key in keys_of(route).values() if key not in EXAMPLES} == {}


def test_every_example_is_used() -> None:
    assert {key for route in ROUTES for key in keys_of(route).values()} == set(EXAMPLES)


def test_managers_that_scope_are_the_known_ones() -> None:
    """The walk with the database's lock alone takes the filter out of this one."""
    scoping = {
        node.name
        for file in source.application()
        if "current_tenant_id" in file.text
        for node in source.classes(file)
        for item in node.body
        if node.name.endswith("Manager")
        and getattr(item, "name", "") == "get_queryset"
        and "current_tenant_id" in ast.unparse(item)
    }

    assert scoping == {"TenantManager"}


@by_app(INSIDE)
def test_strangers_find_nothing_of_the_tenant(walk: Walk, routes: list[Route]) -> None:
    def asks(route: Route) -> list[Asked]:
        return [(who, method) for who in ("anonymous", "stranger", "key") for method in asked_by(who, route)]

    def fine(route: Route, asked: Asked) -> set[int]:
        if asked[0] == "stranger":
            return {404} if is_api(route) else {404, 405}
        return {401} if is_api(route) else {302, 405}

    none_of(walk.faults(routes, asks, fine))


@by_app(OUTSIDE)
def test_open_addresses_show_nothing_of_the_tenant(walk: Walk, routes: list[Route]) -> None:
    def asks(route: Route) -> list[Asked]:
        return [(who, method) for who in walk.people for method in methods_of(route)]

    def fine(route: Route, asked: Asked) -> Any:
        return {*ANY_BUT_BROKEN, 503} if route.name == "readyz" else ANY_BUT_BROKEN

    none_of(walk.faults(routes, asks, fine))


@EACH_LOCK
@by_app(WITH_OBJECTS)
def test_ids_of_the_tenant_are_nothing_in_another(walk: Walk, routes: list[Route]) -> None:
    def asks(route: Route) -> list[Asked]:
        return [(own_asker(route), method) for method in known_methods(route)]

    def fine(route: Route, asked: Asked) -> set[int]:
        # OPTIONS describes the resource, and an empty body may be refused, before any object is looked for.
        looks_later = is_api(route) and asked[1] in ("OPTIONS", "POST", "PUT")
        return {404, 405, 200, 400} if looks_later else {404, 405}

    with walk.one_lock():
        none_of(walk.faults(routes, asks, fine, OWN_SLUG))


@EACH_LOCK
@by_app(LISTS)
def test_lists_of_another_tenant_do_not_hold_the_tenants_rows(walk: Walk, routes: list[Route]) -> None:
    def asks(route: Route) -> list[Asked]:
        return [(own_asker(route), method) for method in known_methods(route)]

    with walk.one_lock():
        none_of(walk.faults(routes, asks, lambda route, asked: ANY_BUT_BROKEN, OWN_SLUG))


@by_app(INSIDE)
def test_viewer_gets_no_further_than_his_permissions(walk: Walk, routes: list[Route]) -> None:
    def asks(route: Route) -> list[Asked]:
        return [("viewer", m) for m in METHODS[:5] if needed(route, m) not in (None, *walk.viewer.permissions)]

    none_of(walk.faults(routes, asks, lambda route, asked: {403, 405}))
