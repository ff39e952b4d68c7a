"""Keys of what is there: for serializers that name a colleague or a mailbox of the workspace."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers

from crm.models import Member
from crm.tenancy.context import current_tenant_id
from outreach.models import Mailbox


def known_member(value: UUID | None) -> UUID | None:
    """The key of a colleague who is here; raises for another one."""
    here = Member.objects.of_tenant(current_tenant_id()).filter(is_active=True)
    if value is not None and not here.filter(pk=value).exists():
        raise serializers.ValidationError("There is no such colleague.")
    return value


def known_mailbox(value: UUID | None) -> UUID | None:
    """The key of a mailbox that mails leave from; raises for another one."""
    if value is not None and not Mailbox.objects.for_mail().filter(pk=value).exists():
        raise serializers.ValidationError("There is no such mailbox.")
    return value
