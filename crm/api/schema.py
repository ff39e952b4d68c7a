"""The OpenAPI 3.1 document of the whole API, generated from its code."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

from django.utils.translation import get_language
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView


class KeyOrSessionScheme(OpenApiAuthenticationExtension):
    """How a caller proves itself, in OpenAPI's words."""

    target_class = "crm.api.authentication.KeyOrSession"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of the workspace: `rpt_...`"}


@lru_cache(maxsize=4)
def made(language: str | None, version: str | None) -> dict[str, Any]:
    """The document in one language. Anybody may ask for it, and it takes seconds: it is made once in each process."""
    document: dict[str, Any] = SchemaGenerator(api_version=version).get_schema(public=True)
    return document


class Generator(SchemaGenerator):
    """Gives the document that is there; it is the same for whoever asks."""

    def get_schema(self, request: Any = None, public: bool = True) -> dict[str, Any]:
        return made(get_language(), self.api_version)


class Document(SpectacularJSONAPIView):
    """The document; it shows nothing of any tenant."""

    door: ClassVar[str] = "public"
    generator_class = Generator
    authentication_classes = []
    permission_classes = []
