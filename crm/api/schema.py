"""The OpenAPI 3.1 document of the whole API, generated from its code."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularJSONAPIView


class KeyOrSessionScheme(OpenApiAuthenticationExtension):
    """How a caller proves itself, in OpenAPI's words."""

    target_class = "crm.api.authentication.KeyOrSession"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of the workspace: `rpt_...`"}


class Document(SpectacularJSONAPIView):
    """The document; it shows nothing of any tenant."""

    door: ClassVar[str] = "public"
    authentication_classes = []
    permission_classes = []
