"""The OpenAPI document: valid, complete, and made without a warning."""

from __future__ import annotations

import json
import re
from functools import cache
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import OpenAPIV31SpecValidator

from crm.access import door_of
from crm.api import schema
from tests.architecture import addresses
from tests.architecture.test_doors import api_class

METHODS = ("get", "post", "put", "patch", "delete")


@cache
def document() -> dict[str, Any]:
    """Made once, for it takes seconds. Raises CommandError when something in it had to be guessed."""
    told = StringIO()
    schema.made.cache_clear()  # one that is there already would warn of nothing
    options = ["--fail-on-warn", "--format", "openapi-json", "--generator-class", "crm.api.schema.Generator"]
    call_command("spectacular", *options, stdout=told, stderr=StringIO())
    return json.loads(told.getvalue())


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (path, method): operation
        for path, item in document()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def path_of(pattern: str) -> str:
    """The route as OpenAPI writes it; the generator calls every key `id`."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern).replace("{pk}", "{id}")


def test_document_is_made_without_a_warning_and_is_valid_openapi_3_1() -> None:
    assert document()["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document()).validate()


def test_whoever_asks_is_given_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = document()
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)  # it is not made anew

    assert Client().get(reverse("openapi")).json() == expected


def test_every_route_and_method_of_the_api_is_in_the_document() -> None:
    served = {
        (path_of(route.pattern), method)
        for route in addresses.our_routes()
        if door_of(route.view) == "api" and (view := api_class(route))
        for method in METHODS
        if hasattr(view, method)
    }

    assert set(operations()) == served


@pytest.mark.parametrize("part", ["operationId", "responses", "security", "description"])
def test_every_operation_says_what_it_is(part: str) -> None:
    silent = [asked for asked, operation in operations().items() if not operation.get(part)]

    assert silent == []


def test_operation_ids_are_unique() -> None:
    names = [operation["operationId"] for operation in operations().values()]

    assert sorted(names) == sorted(set(names))
