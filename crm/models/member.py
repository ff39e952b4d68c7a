"""Members of a tenant, and invitations to become one."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q

from crm.actors import Actor
from crm.models.tenant import Tenant
from crm.models.user import User
from crm.permissions import ROLE_PERMISSIONS, Permission, Role
from crm.tenancy.models import TenantManager, TenantModel, TenantQuerySet, uuid7

HTTPS = URLValidator(schemes=["https"], message="Write an address that begins with https://.")


class MemberQuerySet(models.QuerySet["Member"]):
    """Memberships; a directory table, so that a log-in can find its tenants."""

    def active(self) -> MemberQuerySet:
        return self.filter(is_active=True, user__is_active=True, tenant__status=Tenant.Status.ACTIVE)

    def of_user(self, user: User | UUID) -> MemberQuerySet:
        return self.active().filter(user=user).select_related("tenant", "user").order_by("tenant__name")

    def last_used_first(self, user: User) -> MemberQuerySet:
        """The workspaces of this person, the one used last first."""
        return self.of_user(user).order_by(F("last_active_on").desc(nulls_last=True), "created_at")

    def of_tenant(self, tenant_id: UUID) -> MemberQuerySet:
        return self.filter(tenant_id=tenant_id).select_related("user").order_by("user__name", "user__email")

    def active_owners(self, tenant_id: UUID) -> MemberQuerySet:
        return self.filter(tenant_id=tenant_id, role=Role.OWNER, is_active=True, user__is_active=True)


class Member(models.Model):
    """A person of staff in one tenant. One log-in may belong to several tenants."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=24, choices=Role, default=Role.RECRUITER)
    is_active = models.BooleanField(default=True)
    last_active_on = models.DateField(null=True, editable=False)
    title = models.CharField("job title", max_length=120, blank=True, default="")
    phone = models.CharField("telephone number", max_length=40, blank=True, default="")
    booking_link = models.URLField(
        "booking address",
        max_length=300,
        blank=True,
        default="",
        validators=[HTTPS],
        help_text="A page on which candidates choose a time with you.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[MemberQuerySet] = MemberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="member_once_per_tenant"),
            models.UniqueConstraint(fields=["tenant", "id"], name="crm_member_tenant_id_key"),
        ]

    def __str__(self) -> str:
        return self.user.display_name

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLE_PERMISSIONS[self.role]

    @property
    def actor(self) -> Actor:
        return Actor("member", self.id, self.user.display_name)

    def note_activity(self, today: date) -> None:
        """Remember the day this member was last here: one write a day."""
        if self.last_active_on != today:
            self.last_active_on = today
            self.save(update_fields=["last_active_on"])


class InvitationQuerySet(TenantQuerySet["Invitation"]):
    """Invitations of the current tenant."""

    def waiting(self) -> InvitationQuerySet:
        """Not accepted yet; some may have expired."""
        return self.filter(accepted_at=None)

    def open(self, now: datetime) -> InvitationQuerySet:
        return self.waiting().filter(expires_at__gt=now)


class InvitationManager(TenantManager.from_queryset(InvitationQuerySet)):  # type: ignore[misc]
    """Invitations of the current tenant; raises outside of one."""


class Invitation(TenantModel):
    """An invitation by e-mail; the link's secret is kept as its SHA-256 only."""

    email = models.EmailField()
    role = models.CharField(max_length=24, choices=Role, default=Role.RECRUITER)
    token_hash = models.CharField(max_length=64, editable=False)
    invited_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "email"], condition=Q(accepted_at=None), name="invitation_open_once"
            ),
        ]

    objects: ClassVar[InvitationManager] = InvitationManager()

    def __str__(self) -> str:
        return self.email

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at <= now
