"""What the query of a request may ask for: the parameters that the document names for the operation, no others.

Whoever misspells a filter would be answered without it, and take everybody for those they meant.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from crm.api.pages import flag_of, one_of, uuid_of

Known = dict[str, OpenApiParameter]


@cache
def known_to(view: Any, method: str) -> Known:
    """The parameters of an operation by name, as its `extend_schema` tells them."""
    made = getattr(getattr(view, method.lower(), None), "kwargs", {}).get("schema")
    if made is None:
        return {}
    schema = made()
    schema.view, schema.method = view(request=None, kwargs={}), method
    told: list[Any] = schema.get_override_parameters()
    return {one.name: one for one in told if one.location == OpenApiParameter.QUERY}


def check(request: Request, view: APIView) -> None:
    """Raises ValidationError for a name that the operation does not know, and for a value that is not of its kind."""
    if not request.query_params:
        return
    kind: Any = type(view)
    known = known_to(kind, request.method or "")
    if strange := [name for name in request.query_params if name not in known]:
        hint = f"There are: {', '.join(known)}." if known else "This address takes none."
        raise ValidationError({name[:60]: [f"There is no parameter “{name[:60]}”. {hint}"] for name in strange})
    for name in request.query_params:
        _check(request, known[name])


def _check(request: Request, parameter: OpenApiParameter) -> None:
    if parameter.type in (UUID, OpenApiTypes.UUID):
        uuid_of(request, parameter.name)
    elif parameter.type in (bool, OpenApiTypes.BOOL):
        flag_of(request, parameter.name)
    elif parameter.enum:
        one_of(request, parameter.name, [str(choice) for choice in parameter.enum])
