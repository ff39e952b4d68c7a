"""The API's kit: views inside a tenant, permissions per method, errors in one shape, keyset pages."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from crm import together
from crm.access import active_tenant, asks_for_tenant, membership
from crm.actors import Actor
from crm.api import query
from crm.api.authentication import KeyOrSession, NobodysKeys, secret_in
from crm.models import ApiKey, Tenant
from crm.paging import BadCursor
from crm.permissions import Permission
from crm.services import api_keys
from crm.tenancy.context import in_tenant
from crm.tenancy.context import tenant as open_tenant
from crm.together import Asked
from crm.viewing import look_as, seen_by_nobody

# The tenant that each slug led to last: a guess, opened so that who it is and whose the key is can be asked in one
# statement. The answer decides: a slug that is another tenant's by now, or a suspended one's, opens nothing.
_led_to: dict[str, UUID] = {}
MOST_SLUGS = 10_000


def _remember(owner: Tenant) -> None:
    if len(_led_to) >= MOST_SLUGS:
        _led_to.clear()
    _led_to[owner.slug] = owner.pk


class TenantAPIView(APIView):
    """A resource of one tenant at `/o/<tenant>/api/v1/...`: the whole request runs inside that tenant.

    Outsiders get 404, a missing or bad key 401, a weak role 403. `permissions` maps methods to what they need.
    A workspace that does not exist answers as one does that is not the caller's: strangers cannot tell the two apart.
    """

    door: ClassVar[str] = "api"
    permissions: ClassVar[dict[str, Permission]] = {}
    exists = True
    key_asked: Asked[ApiKey] | None = None
    tenant: Tenant
    actor: Actor
    role: str
    held: frozenset[Permission]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        slug = kwargs.pop("tenant")
        if slug in _led_to and not in_tenant():
            with open_tenant(_led_to[slug]) as guess, seen_by_nobody():
                owner = self._tenant_now(slug, secret_in(request))
                if owner is not None and owner.pk == guess:
                    self.tenant = owner
                    return super().dispatch(request, *args, **kwargs)
            self._forget(slug)
        owner = active_tenant(slug=slug)
        self.exists = owner is not None
        if owner is None:
            return super().dispatch(request, *args, **kwargs)
        self.tenant = owner
        _remember(owner)
        with open_tenant(owner), seen_by_nobody():
            return super().dispatch(request, *args, **kwargs)

    def _tenant_now(self, slug: str, secret: str) -> Tenant | None:
        """The tenant that the address means now; the key is asked for in the same statement."""
        named = asks_for_tenant(slug)
        self.key_asked = api_keys.asks(secret) if secret else None
        together.fetch([named, self.key_asked] if self.key_asked else [named])
        return next(iter(together.rows(named)), None)

    def _forget(self, slug: str) -> None:
        _led_to.pop(slug, None)
        self.key_asked = None

    def get_authenticators(self) -> list[BaseAuthentication]:
        if not self.exists:
            return [NobodysKeys()]
        return [KeyOrSession(self.key_asked)] if self.key_asked else super().get_authenticators()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        no_text = [name for name, values in request.query_params.lists() if "\0" in "".join(values)]
        if no_text:
            raise ValidationError(
                {name[:60]: ["This holds a character that cannot be looked for."] for name in no_text}
            )
        query.check(request, self)

    def enter(self, request: Request) -> None:
        """Find out who calls; members of other tenants see nothing here."""
        if isinstance(request.auth, ApiKey):
            self.actor, self.role, self.held = request.auth.actor, request.auth.role, request.auth.permissions
            return
        if request.user is None or not request.user.is_authenticated:
            raise NotAuthenticated("Send an API key: `Authorization: Bearer <API key>`.")
        member = membership(request.user, self.tenant.slug) if self.exists else None
        if member is None:
            raise Http404
        self.actor, self.role, self.held = member.actor, member.role, member.permissions
        look_as(member.pk)


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Errors as `{"error": {"message": ..., "fields": {...}}}`, with what an error has `more` to say.

    The transaction of the request is rolled back.
    """
    if isinstance(error, RecursionError):
        error = ParseError("This JSON is nested too deeply.")
    if isinstance(error, BadCursor):
        error = ValidationError({"after": [str(error)]})
    response = exception_handler(error, context)
    if response is None:
        return None
    if connection.in_atomic_block:
        transaction.set_rollback(True)  # REST framework does so under ATOMIC_REQUESTS only
    fields = response.data if isinstance(error, ValidationError) and isinstance(response.data, dict) else {}
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    message = str(detail) if detail else "Some of what was sent cannot be used."
    said = {"message": message, "fields": {k: v for k, v in fields.items() if k != "detail"}}
    response.data = {"error": said | getattr(error, "more", {})}
    return response
