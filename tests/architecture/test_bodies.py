"""What the API is sent: a field that it does not have is refused by its name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from tests.architecture import addresses
from tests.architecture.addresses import fill
from tests.architecture.examples import a_world
from tests.architecture.test_openapi import operations, path_of
from tests.architecture.world import World, keys_of

STRANGE = "no_such_field"
NOT_REACHED = {"outreach-api:sending-domain-cap"}  # no mailbox of the example world sends from its domain


def _takes_json(operation: dict[str, Any]) -> bool:
    return "application/json" in operation.get("requestBody", {}).get("content", {})


def asked() -> list[tuple[str, Any]]:
    routes = {path_of(route.pattern): route for route in addresses.our_routes()}
    taking = [asked for asked, operation in operations().items() if _takes_json(operation)]
    return [(method, routes[path]) for path, method in taking]


@pytest.fixture
def world(tenant: Tenant, owner: Any) -> World:
    with open_tenant(tenant):
        return a_world()


def test_strange_fields_are_refused_by_name(owner_client: Client, world: World) -> None:
    passed_over = []
    for method, route in asked():
        arguments = {name: world.made[key] for name, key in keys_of(route).items()}
        path = fill(route.pattern, {**arguments, "tenant": "acme"})
        beginning = transaction.savepoint()
        answer = owner_client.generic(method.upper(), path, f'{{"{STRANGE}": 1}}', "application/json")
        transaction.savepoint_rollback(beginning)
        refused = answer.status_code == 400 and STRANGE in answer.content.decode()
        if not refused and route.name not in NOT_REACHED:
            passed_over.append(f"{method} {route.name}: {answer.status_code}")

    assert passed_over == []
