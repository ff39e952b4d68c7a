"""Who of the candidates was let in."""

from __future__ import annotations

from django.db import models

from crm.actors import Actor
from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models import Candidate


class PortalAccount(TenantModel):
    """A candidate's access to their own profile. `epoch` is in every session: one more, and all of them end."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="portal_accounts")
    last_seen_at = models.DateTimeField(null=True, blank=True)
    epoch = models.PositiveIntegerField(default=1, editable=False)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "candidate"], name="portal_account_once")]

    def __str__(self) -> str:
        return str(self.candidate)

    @property
    def actor(self) -> Actor:
        return Actor("candidate", self.candidate_id, self.candidate.name)
