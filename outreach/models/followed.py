"""What the planned messages of many people follow: its status, its priority, its mailbox, its version."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.tenancy.models import TenantModel
from outreach.choices import Follows


class Followed(TenantModel):
    """A sequence or broadcast. `outreach.services.following` moves on what is written here, a batch at a time."""

    following_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when what is planned is being brought in line."
    )
    following = ArrayField(
        models.CharField(max_length=8, choices=Follows.choices),
        default=list,
        blank=True,
        editable=False,
        help_text="With what it is brought in line.",
    )
    followed_to = models.UUIDField(
        null=True, blank=True, editable=False, help_text="The person whose messages followed last."
    )

    class Meta(TenantModel.Meta):
        abstract = True
