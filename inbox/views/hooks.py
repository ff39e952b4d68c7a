"""Where machines deliver mail: raw, or as a mail provider's webhook. Stored before it is answered."""

from __future__ import annotations

from contextvars import ContextVar

from anymail.signals import AnymailInboundEvent
from anymail.webhooks.brevo import BrevoInboundWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from crm.access import active_tenant, hook
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.choices import InboundSource
from inbox.services import hooks, inbound
from inbox.services.inbound import MAX_BYTES, Delivery, MailRefused


def _behind_our_door(view: type[View]) -> type[View]:
    """A provider's view of anymail, without its own secret: `_owner` has checked the tenant's by then."""
    return type(view.__name__, (view,), {"warn_if_no_basic_auth": False})


# Providers whose calls are proved by the secret in the address, `https://rapport:<secret>@...` (RFC 7617).
PROVIDERS = {
    "brevo": _behind_our_door(BrevoInboundWebhookView),
    "mailjet": _behind_our_door(MailjetInboundWebhookView),
    "postmark": _behind_our_door(PostmarkInboundWebhookView),
    "sparkpost": _behind_our_door(SparkPostInboundWebhookView),
}
TOO_BIG = f"The mail is larger than {MAX_BYTES // (1024 * 1024)} MB, the most that is taken."
JSON_OVERHEAD = 2  # base64 and escapes make a mail larger than its bytes

delivering: ContextVar[Tenant] = ContextVar("tenant whose provider delivers")


def _owner(request: HttpRequest, slug: str) -> Tenant:
    """The tenant that the secret opens; Http404 for a wrong one, and nothing is stored."""
    owner = active_tenant(slug=slug)
    if owner is None:
        raise Http404
    _, secret = hooks.secret_in(request.headers.get("Authorization", ""))
    with open_tenant(owner):
        if not hooks.opens(secret=secret, today=timezone.now().date()):
            raise Http404
    return owner


def _refused(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": {"message": sentence, "fields": {}}}, status=status)


def raw_mail(request: HttpRequest) -> bytes:
    """The mail in a request: the body, or the field or file `raw` of a form. Reads 25 MB and one byte at most."""
    if request.content_type != "multipart/form-data":
        return request.read(MAX_BYTES + 1)
    file = request.FILES.get("raw")
    if file is not None:
        return file.read(MAX_BYTES + 1)
    return str(request.POST.get("raw", "")).encode()


@hook
@csrf_exempt
@require_POST
def mail(request: HttpRequest, tenant: str) -> HttpResponse:
    """One mail as bytes (RFC 5322): 200 once it is stored, 400 or 413 with a sentence, 404 for a wrong secret."""
    owner = _owner(request, tenant)
    try:
        delivery = Delivery(
            raw_mail(request),
            InboundSource.WEBHOOK,
            uid=request.headers.get("Idempotency-Key", ""),
            envelope_to=[request.GET["recipient"]] if request.GET.get("recipient") else [],
        )
        if len(delivery.raw) > MAX_BYTES:
            return _refused(TOO_BIG, 413)
        with open_tenant(owner):
            stored = inbound.receive(delivery=delivery, now=timezone.now())
    except RequestDataTooBig:
        return _refused("Send a mail of this size as the body, with the type message/rfc822.", 413)
    except MailRefused as error:
        return _refused(str(error), 400)
    return JsonResponse({"id": str(stored.pk), "state": stored.state})


@hook
@csrf_exempt
@require_POST
def provider(request: HttpRequest, tenant: str, name: str) -> HttpResponseBase:
    """A mail provider's inbound webhook, read by anymail; its signal comes to `provider_mail`."""
    owner = _owner(request, tenant)
    if name not in PROVIDERS:
        raise Http404
    body = request.read(MAX_BYTES * JSON_OVERHEAD + 1)
    if len(body) > MAX_BYTES * JSON_OVERHEAD:
        return _refused(TOO_BIG, 413)
    request._body = body  # read here, because Django's own limit is for forms
    token = delivering.set(owner)
    try:
        return PROVIDERS[name].as_view()(request)
    finally:
        delivering.reset(token)


def provider_mail(sender: object, event: AnymailInboundEvent, esp_name: str, **_: object) -> None:
    """What anymail's `inbound` signal brings: stored like any other delivery. Raising makes the provider try again."""
    message = event.message
    recipient = getattr(message, "envelope_recipient", None)
    with open_tenant(delivering.get()):
        inbound.receive(
            delivery=Delivery(
                message.as_bytes(),
                InboundSource.PROVIDER,
                uid=f"{esp_name}:{event.event_id}" if event.event_id else "",
                envelope_from=getattr(message, "envelope_sender", None) or "",
                envelope_to=[recipient] if recipient else [],
            ),
            now=timezone.now(),
        )
