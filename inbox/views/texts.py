"""Where Twilio delivers text messages."""

from __future__ import annotations

from uuid import UUID
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from crm.access import active_tenant, hook
from crm.tenancy.context import tenant as open_tenant
from inbox.services import texts
from inbox.services.texts import Arrived
from outreach.services import texting
from outreach.views.text_hooks import form_of


def _say(words: str) -> HttpResponse:
    """An answer in Twilio's markup; with no words nothing is sent."""
    inner = f"<Message>{escape(words)}</Message>" if words else ""
    return HttpResponse(f"<Response>{inner}</Response>", content_type="text/xml")


@hook
@csrf_exempt
@require_POST
def take(request: HttpRequest, tenant: UUID, pk: UUID) -> HttpResponse:
    """200 once the message is stored; 404 for whoever is not the account's provider."""
    owner = active_tenant(pk=tenant)
    if owner is None:
        raise Http404
    with open_tenant(owner):
        account, form = texting.at(pk), form_of(request)
        given = request.headers.get("X-Twilio-Signature", "")
        url = settings.BASE_URL + request.get_full_path()
        if account is None or not texting.is_signed(row=account, url=url, form=form, given=given):
            raise Http404
        said = {name: request.POST.get(name, "") for name in ("MessageSid", "From", "Body")}
        arrived = Arrived(said["MessageSid"], said["From"], said["Body"])
        row = texts.receive(account=account, arrived=arrived, now=timezone.now())
        return _say(texts.answer(row, owner.name))
