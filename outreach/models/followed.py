"""What the planned messages of many people follow: held, let go or ended as its status says."""

from __future__ import annotations

from django.db import models

from crm.tenancy.models import TenantModel


class Followed(TenantModel):
    """A sequence or broadcast. `outreach.services.holds` moves on what is written here, a batch at a time."""

    following_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when what is planned is held, let go or ended."
    )
    followed_to = models.UUIDField(
        null=True, blank=True, editable=False, help_text="The person whose messages followed last."
    )

    class Meta(TenantModel.Meta):
        abstract = True
