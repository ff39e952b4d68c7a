"""API keys: only the SHA-256 of the secret is stored."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from crm.actors import Actor
from crm.permissions import ROLE_PERMISSIONS, Permission, Role
from crm.tenancy.models import TenantModel


class ApiKey(TenantModel):
    """A machine's key to one tenant, with the permissions of a role."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, editable=False, help_text="The first letters, to recognise it by.")
    secret_hash = models.CharField(max_length=64, editable=False)
    role = models.CharField(max_length=24, choices=Role, default=Role.RECRUITER)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "secret_hash"], name="api_key_secret_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLE_PERMISSIONS[self.role]

    @property
    def actor(self) -> Actor:
        return Actor("api_key", self.id, self.name)

    def is_usable(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)
