"""Settings: where mail comes in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from crm.access import member
from crm.permissions import Permission
from crm.requests import MemberRequest
from inbox.models import InboundHook
from inbox.services import hooks
from inbox.views.hooks import PROVIDERS
from outreach.models import Mailbox


@never_cache
@member(Permission.TENANT_MANAGE)
def inbound(request: MemberRequest) -> HttpResponse:
    """Addresses and how to use them; once the form is sent, the secret, which is shown this once."""
    secret = hooks.renew(by=request.actor)[1] if request.method == "POST" else ""
    address = settings.BASE_URL + reverse("inbox-public:hook", args=[request.tenant.slug])
    words = {
        "hook": InboundHook.objects.first(),
        "secret": secret,
        "address": address,
        "providers": [(name, f"{address}{name}/".replace("://", "://rapport:<secret>@", 1)) for name in PROVIDERS],
        "mailboxes": Mailbox.objects.exclude(reply_domain=""),
    }
    return render(request, "inbox/settings_inbound.html", words)
