"""Two callers who change one resource: answers carry its version as an ETag, and a change can ask for one by If-Match.

RFC 9110, 8.8.3 and 13.1.1. Pages need none of it: their forms bring with them what they began with (`crm.begun`).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, ClassVar

import orjson
from django.db import connection
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from crm.api.views import TenantAPIView

TELLS, CHANGES = ("GET", "PUT", "PATCH"), ("PUT", "PATCH", "DELETE")


class ChangedMeanwhile(APIException):
    """The version that If-Match names is not the one that is kept."""

    status_code = 412
    default_detail = "This was changed since you read it. Read it again, and send your change with its new ETag."


class VersionedAPIView(TenantAPIView):
    """One resource, which GET and each change answer in the same shape. A change without If-Match always counts."""

    kept_by_system: ClassVar[tuple[str, ...]] = ()  # fields of the answer that move without anybody's hand

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        asked = request.headers.get("If-Match", "")
        if not asked or request.method not in CHANGES:
            return
        with connection.cursor() as cursor:  # until the change stands: of two with the same version, one comes first
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"version:{request.path}"])
        kept = self.version(self.get(request, *args, **kwargs).data)  # type: ignore[attr-defined]
        # A server in between that packs an answer marks its tag as weak. It names the same version.
        if asked.strip() != "*" and kept not in (tag.removeprefix("W/") for tag in parse_etags(asked)):
            raise ChangedMeanwhile

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == 200 and request.method in TELLS:
            answer["ETag"] = self.version(answer.data)
        return answer

    def version(self, told: dict[str, Any]) -> str:
        """The tag of what an answer says, but for what the system keeps."""
        said = {name: value for name, value in told.items() if name not in self.kept_by_system}
        written = orjson.dumps(said, JSONEncoder().default, orjson.OPT_SORT_KEYS)
        return f'"{blake2b(written, digest_size=12).hexdigest()}"'
