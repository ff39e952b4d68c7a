"""Invites candidates to look at their profile; the mail goes through the gate and the ledger like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm import events, together
from crm.events import Subject
from crm.models import Member, Tenant
from crm.together import Asked
from outreach.services import bodies, gate, planning
from outreach.services.planning import Content
from portal.events import PORTAL_INVITED
from portal.models import PortalAccount, PortalLink
from portal.services import links
from talent.models import Candidate

TEXT = """Hello {first_name},

{company} keeps a short profile of you, so that we can write to you when we have something that fits.

You can see what we know, correct it, or tell us to stop writing:
{url}

The link works for 7 days.

{sender}
{company}"""


class MayNotInvite(ValueError):
    """The person may not be written to; the message says why."""


@dataclass(frozen=True)
class Standing:
    """How far somebody is on the way into the portal; for colleagues."""

    account: PortalAccount | None
    invitation: PortalLink | None


def standing(candidate: Candidate, now: datetime) -> Standing:
    """The person's account, and the newest invitation that still works."""
    accounts, links_ = asks(candidate.pk)
    account = next(iter(together.rows(accounts)), None)
    works = (link for link in together.rows(links_) if link.used_at is None and link.expires_at > now)
    return Standing(account, next(works, None))


@together.planned
def asks(person: UUID) -> tuple[Asked[PortalAccount], Asked[PortalLink]]:
    """What a person's standing is read from: the account, the newest invitations."""
    invited = PortalLink.objects.invitations().filter(candidate_id=person).order_by("-pk")[:20]
    return PortalAccount.objects.filter(candidate_id=person)[:1], invited


def _content(candidate: Candidate, sender: str, company: str, url: str) -> Content:
    first_name = candidate.name.split()[0] if candidate.name.split() else ""
    text = TEXT.format(first_name=first_name, company=company, url=url, sender=sender)
    return Content(
        subject=f"Your profile at {company}",
        text=bodies.to_text(text, [url]),
        html=bodies.to_html(text, {url: url}),
    )


@transaction.atomic
def send(*, tenant: Tenant, candidate: Candidate, by: Member, now: datetime) -> str:
    """Invite somebody by mail; returns the link's address. Raises MayNotInvite when the gate says never."""
    link, url = links.invite(tenant=tenant, candidate=candidate, by=by.actor, now=now)
    intent = planning.one_off_intent(link.pk, is_proactive=True, sender_id=by.pk)
    verdict = gate.verdicts(candidate_ids=[candidate.pk], intent=intent, now=now)[candidate.pk]
    if verdict.is_final:
        raise MayNotInvite(f"{candidate.name} cannot be invited: {verdict.words}")
    content = _content(candidate, by.actor.label, tenant.name, url)
    planning.plan_single(
        candidate_id=candidate.pk, content=content, intent=intent, due_at=now, sender=by, waits=verdict
    )
    events.publish(
        PORTAL_INVITED,
        candidate=candidate.pk,
        occurred_at=now,
        actor=by.actor,
        subject=Subject("portal.portallink", link.pk),
    )
    return url
