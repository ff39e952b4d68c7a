"""Steps of the way into the portal, as a browser takes them."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import SandboxMessage
from portal.models import PortalLink
from portal.services import links
from portal.tasks import send_link

FRONT = "/p/acme/"
HOME = "/p/acme/me/"


def handle_all(tenant: Tenant) -> None:
    """What the worker does: every request that waits."""
    with open_tenant(tenant):
        waiting = list(PortalLink.objects.filter(handled_at=None, kind="requested").values_list("pk", flat=True))
    for pk in waiting:
        send_link.run(str(tenant.pk), str(pk))


def mails(tenant: Tenant) -> list[str]:
    """The texts in the sandbox mailbox, the newest first."""
    with open_tenant(tenant):
        raws = [bytes(m.raw) for m in SandboxMessage.objects.order_by("-pk")]
    parsed = [message_from_bytes(raw, policy=policy.default) for raw in raws]
    return [str(m.get_body(("plain",)).get_content()) for m in parsed]


def token_in(text: str) -> str:
    return re.search(r"/enter/#(\S+)", text)[1]


def code_in(text: str) -> str:
    return re.search(r"\b\d{6}\b", text)[0]


def asked(tenant: Tenant, address: str = "zoe@example.com", client: Client | None = None) -> tuple[Client, str]:
    """A browser that asked for a link, and the newest mail."""
    cache.clear()
    browser = client or Client()
    browser.post(FRONT, {"email": address})
    handle_all(tenant)
    return browser, (mails(tenant) or [""])[0]


def inside(tenant: Tenant, address: str = "zoe@example.com") -> Client:
    """A browser that came in."""
    browser, mail = asked(tenant, address)
    browser.post(f"{FRONT}enter/", {"token": token_in(mail)})
    return browser


def invited(tenant: Tenant, candidate: object) -> str:
    """The token of a colleague's invitation."""
    from crm.actors import SYSTEM

    with open_tenant(tenant):
        _, url = links.invite(tenant=tenant, candidate=candidate, by=SYSTEM, now=timezone.now())
    return url.split("#")[1]
