"""A form for everybody that somebody filled in."""

from __future__ import annotations

from django.db import models

from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models import ConsentWording


class VisitorRequest(TenantModel):
    """A form that was sent, until it is handled: then the row is gone, and the person knows what it said.

    Handled in the background, so that the answer to a stranger takes as long as the answer to a candidate. `wording`
    are the words that were ticked; without it nothing was.
    """

    name = models.CharField(max_length=200)
    email = models.CharField(max_length=320)
    wording = TenantForeignKey(ConsentWording, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta(TenantModel.Meta):
        abstract = True
