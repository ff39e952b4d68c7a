"""The API's kit: views inside a tenant, permissions per method, errors in one shape, keyset pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import connection, transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from crm.access import active_tenant, membership
from crm.actors import Actor
from crm.api.authentication import NobodysKeys
from crm.models import ApiKey, Tenant
from crm.permissions import Permission
from crm.tenancy.context import tenant as open_tenant
from crm.viewing import look_as, seen_by_nobody


class TenantAPIView(APIView):
    """A resource of one tenant at `/o/<tenant>/api/v1/...`: the whole request runs inside that tenant.

    Outsiders get 404, a missing or bad key 401, a weak role 403. `permissions` maps methods to what they need.
    A workspace that does not exist answers as one does that is not the caller's: strangers cannot tell the two apart.
    """

    door: ClassVar[str] = "api"
    permissions: ClassVar[dict[str, Permission]] = {}
    exists = True
    tenant: Tenant
    actor: Actor
    role: str
    held: frozenset[Permission]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        owner = active_tenant(slug=kwargs.pop("tenant"))
        self.exists = owner is not None
        if owner is None:
            return super().dispatch(request, *args, **kwargs)
        self.tenant = owner
        with open_tenant(owner), seen_by_nobody():
            return super().dispatch(request, *args, **kwargs)

    def get_authenticators(self) -> list[BaseAuthentication]:
        return super().get_authenticators() if self.exists else [NobodysKeys()]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        no_text = [name for name, values in request.query_params.lists() if "\0" in "".join(values)]
        if no_text:
            raise ValidationError(
                {name[:60]: ["This holds a character that cannot be looked for."] for name in no_text}
            )

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
