"""Links into the portal: those that people ask for, and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from portal.choices import LinkKind
from talent.models import Candidate


class PortalLinkQuerySet(TenantQuerySet["PortalLink"]):
    """Links of the current tenant."""

    def open(self, now: datetime) -> PortalLinkQuerySet:
        return self.filter(used_at=None, expires_at__gt=now)

    def invitations(self) -> PortalLinkQuerySet:
        return self.filter(kind=LinkKind.INVITED)

    def sent_since(self, candidate_id: UUID, moment: datetime) -> int:
        """How many mails with a link this person was sent since then."""
        return self.filter(candidate_id=candidate_id, kind=LinkKind.REQUESTED, handled_at__gte=moment).count()


class PortalLinkManager(TenantManager.from_queryset(PortalLinkQuerySet)):  # type: ignore[misc]
    """Links of the current tenant."""


class PortalLink(TenantModel):
    """One way in, used once. Secrets are kept as hashes only.

    A requested link is written for every address somebody types, known or not, and handled in the background: the
    answer to a stranger takes as long as the answer to a candidate. `asked_hash` is of the secret in the asking
    browser. An invitation lets nobody in by itself: it only has a code sent to the person's own address.
    """

    kind = models.CharField(max_length=12, choices=LinkKind)
    candidate = TenantForeignKey(
        Candidate, on_delete=models.CASCADE, related_name="portal_links", null=True, blank=True
    )
    address = models.CharField(max_length=320, blank=True, editable=False, help_text="Where its mail goes.")
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    asked_hash = models.CharField(max_length=64, blank=True, editable=False)
    invited_by = models.CharField(max_length=120, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Wrong codes that were entered.")
    expires_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True, help_text="Looked up, and mailed to whom we know.")
    used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PortalLinkManager] = PortalLinkManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "token_hash"], condition=~Q(token_hash=""), name="portal_link_token_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "asked_hash"], condition=~Q(asked_hash=""), name="portal_link_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(candidate__isnull=False), name="portal_link_used_by_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "candidate", "kind"], name="portal_link_by_person"),
            models.Index(
                fields=["created_at"], condition=Q(handled_at=None, kind="requested"), name="portal_link_waiting"
            ),
            models.Index(fields=["tenant", "expires_at"], name="portal_link_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.created_at:%Y-%m-%d %H:%M}"
