"""What the API's document says of the headers of a request and its answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from crm.api.versions import CHANGES, TELLS, VersionedAPIView

ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200], description="The version of what is answered."
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of what was read. If somebody has changed it since, nothing is done: 412.",
)


class Schema(AutoSchema):
    """With the headers of resources that have versions."""

    def get_override_parameters(self) -> list[Any]:
        if not isinstance(self.view, VersionedAPIView):
            return []
        return [ETAG] * (self.method in TELLS) + [IF_MATCH] * (self.method in CHANGES)
