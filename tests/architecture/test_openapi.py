"""The OpenAPI document: valid, complete, and made without a warning."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v31
from referencing import Registry, Resource

from crm.access import door_of
from crm.api import schema
from tests.architecture import addresses
from tests.architecture.test_doors import api_class

METHODS = ("get", "post", "put", "patch", "delete")


# The specification's own schema, looked through for anchors once; the validator's would be for each reference anew.
SPECIFICATION = Registry().with_resource(schema_v31["$id"], Resource.from_contents(dict(schema_v31))).crawl()


class Validator(OpenAPIV31SpecValidator):
    """The library's, with that schema."""

    schema_validator = Draft202012Validator({"$ref": schema_v31["$id"]}, registry=SPECIFICATION)


@cache
def document() -> dict[str, Any]:
    """As its address gives it. Made once, for it takes seconds; what had to be guessed in it is an error."""
    schema.made.cache_clear()  # one that is there already would warn of nothing
    answer = Client().get(reverse("openapi"))
    assert not GENERATOR_STATS, "The generator warns of something: see its lines above."
    return answer.json()


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
    Validator(document()).validate()


def test_validator_finds_what_is_wrong() -> None:
    wrong = document() | {"paths": {}, "components": {}, "nonsense": 1}

    assert [error.message for error in Validator(wrong).schema_validator.iter_errors(wrong)] == [
        "Unevaluated properties are not allowed ('nonsense' was unexpected)"
    ]


def test_document_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = document()
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)

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
