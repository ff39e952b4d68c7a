"""Every address stands behind a door."""

from __future__ import annotations

from typing import get_args

from rest_framework.views import APIView

from crm.access import Door, door_of
from crm.api.views import TenantAPIView
from tests.architecture import addresses
from tests.architecture.addresses import FOREIGN, Route

TENANT_PREFIX = "o/<slug:tenant>/"
# Addresses of a tenant that do not ask for membership, and what guards them.
OPEN_WITHIN_A_TENANT = {
    "crm:invitation-open": "the secret of an invitation in the path",
    "crm:invitation-accept": "the secret of an invitation in the path, and a log-in",
    "crm:invitation-sign-up": "the secret of an invitation in the path",
}


def api_class(route: Route) -> type[APIView] | None:
    found = getattr(route.view, "cls", None)
    return found if isinstance(found, type) and issubclass(found, APIView) else None


def test_every_address_has_a_door() -> None:
    doors = {route.name or route.pattern: door_of(route.view) for route in addresses.our_routes()}

    assert {name: door for name, door in doors.items() if door not in get_args(Door)} == {}


def test_every_address_of_a_tenant_asks_for_membership() -> None:
    inside = [route for route in addresses.our_routes() if route.pattern.startswith(TENANT_PREFIX)]

    assert {route.name for route in inside if door_of(route.view) not in ("member", "api")} == set(OPEN_WITHIN_A_TENANT)


def test_every_api_of_a_tenant_runs_inside_it() -> None:
    apis = [(route, api_class(route)) for route in addresses.our_routes() if door_of(route.view) == "api"]

    assert [route.name for route, view in apis if not (view and issubclass(view, TenantAPIView))] == []


def test_every_api_names_a_permission_for_each_method() -> None:
    """A method without a permission would be open to every role: name it, or do not offer it."""
    bare = {
        f"{method.upper()} {route.name}"
        for route in addresses.our_routes()
        if (view := api_class(route)) and issubclass(view, TenantAPIView)
        for method in view.http_method_names
        if method not in ("options", "head", "trace")
        and hasattr(view, method)
        and method.upper() not in view.permissions
    }

    assert bare == set()


def test_names_of_addresses_are_unique() -> None:
    names = [route.name for route in addresses.our_routes()]

    assert [name for name in sorted(set(names)) if names.count(name) > 1] == []


def test_foreign_addresses_are_all_there() -> None:
    patterns = [route.pattern for route in addresses.all_routes()]
    served = {prefix for prefix in FOREIGN if any(pattern.startswith(prefix) for pattern in patterns)}

    assert served == set(FOREIGN) - {"styleguide/"}
