"""Domains of people's addresses: whether anybody takes mail there, as the DNS said when it was last asked."""

from __future__ import annotations

from django.db import models

from crm.tenancy.models import TenantModel


class RecipientDomain(TenantModel):
    """One domain, in lower case. `takes_mail` None: the DNS did not answer; `silent_since`: since when it says no."""

    domain = models.CharField(max_length=255)
    takes_mail = models.BooleanField(null=True)
    asked_at = models.DateTimeField()
    silent_since = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "domain"], name="recipient_domain_once")]

    def __str__(self) -> str:
        return self.domain
