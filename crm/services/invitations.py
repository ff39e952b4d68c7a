"""Invites people by e-mail. The link's secret is stored as its SHA-256 only, and works for seven days."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from crm.actors import Actor
from crm.models import Invitation, Member, Tenant, User
from crm.models.member import InvitationQuerySet
from crm.services import audit, members
from crm.tenancy.context import current_tenant_id

VALID_FOR = timedelta(days=7)
logger = logging.getLogger(__name__)


class InvitationProblem(ValueError):
    """The invitation cannot be made or taken; the message says why, in the user's words."""


def fingerprint(token: str) -> str:
    """SHA-256 in hexadecimal: the token has 256 bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def link(*, workspace: Tenant, token: str) -> str:
    """The address to open; built from the product's own base address, never from a request's Host header."""
    return settings.BASE_URL + reverse("crm:invitation-open", args=[workspace.slug, token])


@transaction.atomic
def create(
    *, workspace: Tenant, email: str, role: str, by: Actor, by_role: str, now: datetime
) -> tuple[Invitation, str]:
    """Invite somebody; returns the invitation and its link, which is mailed and otherwise shown this once.

    An invitation to the same address that expired is replaced. Raises InvitationProblem when one is open, when the
    person is a member already, or when `by_role` may not give this role.
    """
    address = email.strip().lower()
    if role not in members.roles_given_by(by_role):
        raise InvitationProblem("Only an owner can invite another owner.")
    if Member.objects.of_tenant(workspace.pk).filter(user__email=address, is_active=True).exists():
        raise InvitationProblem(f"{address} is a member of this workspace already.")
    if Invitation.objects.open(now).filter(email=address).exists():
        raise InvitationProblem(f"{address} has an open invitation. Revoke it first to send a new one.")
    Invitation.objects.waiting().filter(email=address).delete()
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address, role=role, token_hash=fingerprint(token), invited_by=by.label, expires_at=now + VALID_FOR
    )
    audit.record(
        action="invitation.create", by=by, object_type="crm.invitation", object_id=invitation.pk, facts={"role": role}
    )
    address_of_link = link(workspace=workspace, token=token)
    transaction.on_commit(lambda: _mail(invitation, workspace, address_of_link), robust=True)
    return invitation, address_of_link


def _mail(invitation: Invitation, workspace: Tenant, url: str) -> None:
    words = {"invitation": invitation, "workspace": workspace, "url": url, "days": VALID_FOR.days}
    send_mail(
        subject=f"{invitation.invited_by} invites you to {workspace.name}",
        message=render_to_string("crm/emails/invitation.txt", words),
        html_message=render_to_string("crm/emails/invitation.html", words),
        from_email=None,
        recipient_list=[invitation.email],
    )


def waiting() -> InvitationQuerySet:
    """Invitations of the current tenant that nobody took yet, newest first; expired ones included."""
    found: InvitationQuerySet = Invitation.objects.waiting().order_by("-created_at")
    return found


def find(*, token: str, now: datetime) -> Invitation | None:
    """The open invitation of the current tenant with this token, or None."""
    return Invitation.objects.open(now).filter(token_hash=fingerprint(token)).first()


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Member:
    """Make the invited person a member. Raises InvitationProblem when another address is logged in, or it was used."""
    now = timezone.now()
    locked = Invitation.objects.open(now).select_for_update().filter(pk=invitation.pk).first()
    if locked is None:
        raise InvitationProblem("This invitation was used, revoked or has expired. Ask for a new one.")
    if user.email.lower() != locked.email:
        raise InvitationProblem(f"This invitation is for {locked.email}. Log in with that address to take it.")
    locked.accepted_at = now
    locked.save(update_fields=["accepted_at"])
    member, _ = Member.objects.update_or_create(
        tenant_id=locked.tenant_id, user=user, defaults={"role": locked.role, "is_active": True}
    )
    audit.record(action="invitation.accept", by=member.actor, object_type="crm.invitation", object_id=locked.pk)
    members.publish(members.JOINED, member=member, by=member.actor, now=now)
    return member


@transaction.atomic
def revoke(*, invitation: Invitation, by: Actor) -> None:
    """Make the link useless."""
    audit.record(action="invitation.revoke", by=by, object_type="crm.invitation", object_id=invitation.pk)
    invitation.delete()


def somebody_was_invited() -> bool:
    """Whether the current tenant ever invited somebody, or has a second member."""
    return Invitation.objects.exists() or Member.objects.of_tenant(current_tenant_id()).count() > 1
