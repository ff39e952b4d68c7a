"""No address of the API answers as though a parameter that it does not know had not been sent."""

from __future__ import annotations

import re
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.test import Client

from crm.access import door_of
from crm.permissions import Role
from tests.architecture import addresses
from tests.architecture.addresses import Route
from tests.architecture.test_doors import api_class
from tests.architecture.test_openapi import operations, path_of
from tests.conftest import logged_in
from tests.factories.people import a_member, a_tenant

READ = [
    route
    for route in addresses.our_routes()
    if door_of(route.view) == "api" and hasattr(api_class(route), "get") and route.name != "openapi"
]
KINDS = {"uuid": "not-an-id", "boolean": "perhaps"}


@pytest.fixture
def owner(db: None) -> Client:
    return logged_in(a_member(a_tenant("acme"), Role.OWNER))


def path(route: Route) -> str:
    """The check comes before any object is looked for: those named here are nobody's."""
    made = {name: uuid4() if kind == "UUIDConverter" else "1" for name, kind in route.converters}
    return addresses.fill(route.pattern, made | {"tenant": "acme"})


def asked(client: Client, route: Route, **query: str) -> tuple[int, set[str]]:
    answer = client.get(path(route), query)
    fields = answer.json()["error"]["fields"] if answer.status_code == HTTPStatus.BAD_REQUEST else {}
    return answer.status_code, set(fields)


def kinds(route: Route) -> dict[str, str]:
    """The parameters of the document that are of a kind, with what is not of it."""
    told = operations()[path_of(route.pattern), "get"].get("parameters", [])
    named = {
        one["name"]: one["schema"].get("format") or one["schema"].get("type") for one in told if one["in"] == "query"
    }
    return {name: KINDS[kind] for name, kind in named.items() if kind in KINDS}


def test_a_misspelled_parameter_is_refused_everywhere(owner: Client) -> None:
    lenient = {
        route.name: found
        for route in READ
        if (found := asked(owner, route, candidte="x")) != (HTTPStatus.BAD_REQUEST, {"candidte"})
    }

    assert lenient == {}


def test_an_id_that_is_none_is_refused_with_its_name(owner: Client) -> None:
    lenient = {
        f"{route.name} {name}": found
        for route in READ
        for name, wrong in kinds(route).items()
        if (found := asked(owner, route, **{name: wrong})) != (HTTPStatus.BAD_REQUEST, {name})
    }

    assert lenient == {}


def test_there_are_ids_to_be_asked_for() -> None:
    assert len([name for route in READ for name in kinds(route)]) > 20


def test_the_refusal_says_what_can_be_asked_for(owner: Client) -> None:
    answer = owner.get("/o/acme/api/v1/messages/", {"canddate": "x"}).json()["error"]["fields"]["canddate"][0]

    assert re.fullmatch("There is no parameter “canddate”. There are: sequence, broadcast, candidate, .*after.", answer)


def test_a_parameter_without_a_value_is_as_if_it_were_not_there(owner: Client) -> None:
    answer = owner.get("/o/acme/api/v1/messages/", {"candidate": "", "after": ""})

    assert answer.status_code == HTTPStatus.OK
