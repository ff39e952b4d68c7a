"""Where Twilio tells what became of a text message."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from crm.access import active_tenant, hook
from crm.tenancy.context import tenant as open_tenant
from outreach.services import text_status, texting


def form_of(request: HttpRequest) -> dict[str, list[str]]:
    return {name: request.POST.getlist(name) for name in request.POST}


@hook
@csrf_exempt
@require_POST
def status(request: HttpRequest, tenant: UUID, pk: UUID) -> HttpResponse:
    """204 once it is noted; 404 for whoever is not the account's provider."""
    owner = active_tenant(pk=tenant)
    if owner is None:
        raise Http404
    with open_tenant(owner):
        row, form = texting.at(pk), form_of(request)
        given = request.headers.get("X-Twilio-Signature", "")
        url = settings.BASE_URL + request.get_full_path()
        if row is None or not texting.is_signed(row=row, url=url, form=form, given=given):
            raise Http404
        said = {name: request.POST.get(name, "") for name in ("MessageSid", "MessageStatus", "ErrorCode")}
        text_status.take(
            sid=said["MessageSid"], status=said["MessageStatus"], code=said["ErrorCode"], now=timezone.now()
        )
    return HttpResponse(status=204)
