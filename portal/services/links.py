"""Lets candidates in: links and codes by mail, each used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from crm.actors import Actor
from crm.background import wake_on_commit
from crm.models import Tenant
from crm.services import audit
from crm.tenancy.context import current_tenant_id
from portal.choices import LinkKind
from portal.models import PortalAccount, PortalLink
from portal.services import secrets
from talent import identity
from talent.identity import NotAContactPoint
from talent.models import Candidate, ContactPoint

REQUESTED_FOR = timedelta(minutes=10)
INVITED_FOR = timedelta(days=7)
MOST_TRIES = 5
MOST_MAILS, MAILS_WITHIN = 5, timedelta(hours=1)
KEPT_FOR = timedelta(days=1)  # after a requested link expired
SEND_TASK = "portal.tasks.send_link"


@dataclass(frozen=True)
class Entry:
    """What became of an attempt to come in. `asked` is a new secret for the browser's cookie, where there is one."""

    state: Literal["open", "code_needed", "code_sent", "wrong_code", "gone"]
    account: PortalAccount | None = None
    asked: str = ""


@dataclass(frozen=True)
class Letter:
    """A mail with a way in, not yet sent."""

    candidate: Candidate
    address: str
    url: str
    code: str


def url_of(tenant: Tenant, token: str) -> str:
    """The token stands behind a `#`: browsers do not send that part, so it is in no log and no scanner's request."""
    return f"{settings.BASE_URL}{reverse('portal-public:enter', args=[tenant.slug])}#{token}"


def front_page(tenant: Tenant) -> str:
    """Where anybody can ask for a link; it tells nothing, so that it may stand in any mail."""
    return f"{settings.BASE_URL}{reverse('portal-public:ask', args=[tenant.slug])}"


@transaction.atomic
def ask(*, address: str, now: datetime, candidate: Candidate | None = None) -> str:
    """Somebody wants to come in; returns the secret that marks their browser. The mail is sent in the background.

    Known and unknown addresses take the same work here. With `candidate` the address is known to be theirs.
    """
    asked = secrets.new_token()
    row = PortalLink.objects.create(
        kind=LinkKind.REQUESTED,
        candidate=candidate,
        address=address.strip()[:320],
        asked_hash=secrets.fingerprint(asked),
        expires_at=now + REQUESTED_FOR,
    )
    wake_on_commit(SEND_TASK, "interactive", current_tenant_id(), row.pk)
    return asked


def _owner_of(address: str) -> Candidate | None:
    try:
        key = identity.email(address).key
    except NotAContactPoint:
        return None
    owner_id = ContactPoint.objects.owners_of([key]).get(key)
    return Candidate.objects.filter(pk=owner_id).first() if owner_id else None


def _has_enough(candidate: Candidate, now: datetime) -> bool:
    return PortalLink.objects.sent_since(candidate.pk, now - MAILS_WITHIN) >= MOST_MAILS


@transaction.atomic
def prepare(*, tenant: Tenant, link_id: UUID, now: datetime) -> Letter | None:
    """Give a requested link its secrets; the letter to send, or None for strangers and what was handled already.

    At most MOST_MAILS an hour go to one person. Old requests are forgotten on the way.
    """
    PortalLink.objects.filter(kind=LinkKind.REQUESTED, expires_at__lt=now - KEPT_FOR).delete()
    link = PortalLink.objects.open(now).filter(pk=link_id, handled_at=None).select_for_update().first()
    if link is None:
        return None
    candidate = link.candidate or _owner_of(link.address)
    link.handled_at, token, code = now, secrets.new_token(), secrets.new_code()
    if candidate is None or not link.address or _has_enough(candidate, now):
        link.address = ""  # nothing about strangers is kept
        link.save(update_fields=["handled_at", "address"])
        return None
    link.candidate, link.token_hash = candidate, secrets.fingerprint(token)
    link.code_hash = secrets.seal_code(link.pk, code)
    link.save(update_fields=["handled_at", "candidate", "token_hash", "code_hash"])
    return Letter(candidate, link.address, url_of(tenant, token), code)


@transaction.atomic
def invite(*, tenant: Tenant, candidate: Candidate, by: Actor, now: datetime) -> tuple[PortalLink, str]:
    """A link for somebody who did not ask for one; returns it with its address, which is shown this once."""
    token = secrets.new_token()
    link = PortalLink.objects.create(
        kind=LinkKind.INVITED,
        candidate=candidate,
        token_hash=secrets.fingerprint(token),
        invited_by=by.label[:120],
        expires_at=now + INVITED_FOR,
    )
    audit.record(action="portal_link.create", by=by, object_type="talent.candidate", object_id=candidate.pk)
    return link, url_of(tenant, token)


def _locked(now: datetime, token: str, asked: str) -> PortalLink | None:
    wanted = {"token_hash": secrets.fingerprint(token)} if token else {"asked_hash": secrets.fingerprint(asked)}
    if not token and not asked:
        return None
    link = PortalLink.objects.open(now).filter(**wanted).select_for_update().first()
    return link if link and link.tries < MOST_TRIES else None


@transaction.atomic
def enter(*, token: str, asked: str, code: str, now: datetime) -> Entry:
    """Come in: by the link in the browser that asked for it, else by the link or that browser and the code.

    `token` is the link's, `asked` the secret of the browser, `code` the six digits; "" where there is none. An
    invitation has a code sent to the person's own address, and stays good until somebody came in.
    """
    link = _locked(now, token, asked)
    if link is None:
        return Entry("gone")
    if link.kind == LinkKind.INVITED:
        return _send_code(link, now)
    if token and asked and link.asked_hash == secrets.fingerprint(asked):
        return _let_in(link, now)
    if not code:
        return Entry("code_needed")
    if link.candidate_id is None or not secrets.is_code(link.pk, code, link.code_hash):
        PortalLink.objects.filter(pk=link.pk).update(tries=F("tries") + 1)
        return Entry("wrong_code")
    return _let_in(link, now)


def _send_code(invitation: PortalLink, now: datetime) -> Entry:
    """Whoever holds the invitation must also read the mail of the person it was made for."""
    assert invitation.candidate is not None
    emails = ContactPoint.objects.emails().filter(candidate=invitation.candidate)
    address = emails.order_by("-is_primary", "created_at").values_list("value", flat=True).first() or ""
    return Entry("code_sent", asked=ask(address=address, now=now, candidate=invitation.candidate))


def _let_in(link: PortalLink, now: datetime) -> Entry:
    """Everything that is open for this person is used up with it."""
    PortalLink.objects.open(now).filter(candidate_id=link.candidate_id).update(used_at=now)
    points = ContactPoint.objects.emails().filter(candidate_id=link.candidate_id, value__iexact=link.address)
    points.filter(verified_at=None).update(verified_at=now)
    account, _ = PortalAccount.objects.select_related("candidate").get_or_create(candidate_id=link.candidate_id)
    return Entry("open", account=account)
