"""Where mail providers report what became of our mails: checked, stored in one insert, then answered."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from crm.access import hook
from outreach.services import provider_calls
from outreach.services.provider_signatures import Call

MAX_BYTES = 5 * 1024 * 1024  # thousands of events in one call


def _who_are_you() -> HttpResponse:
    """Amazon SNS sends the secret only after it was asked for (RFC 7617)."""
    answer = HttpResponse(status=401)
    answer["WWW-Authenticate"] = 'Basic realm="Reports"'
    return answer


@hook
@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def take(request: HttpRequest, tenant: str, pk: UUID) -> HttpResponse:
    """200 once the call is stored, also when it came before; 404 for a wrong secret or signature, whatever is wrong."""
    if request.method == "HEAD":  # some providers look whether there is anybody
        return HttpResponse()
    if "Authorization" not in request.headers:
        return _who_are_you()
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return HttpResponse(status=413)
    call, now = Call(body, provider_calls.headers_of(request)), timezone.now()
    door = provider_calls.door(slug=tenant, key=pk, now=now)
    if door is None or not door.lets_in(request=request, call=call, now=now):
        raise Http404
    provider_calls.take(door=door, call=call, now=now)
    return HttpResponse()
