"""What the API tells and takes about the floor's own tables; every field is named, none is implied."""

from __future__ import annotations

from rest_framework import serializers

from crm.api.strict import StrictSerializer
from crm.models import ApiKey, AuditEntry, Invitation, Member
from crm.permissions import Role


class MemberSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="user.display_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)

    class Meta:
        model = Member
        fields = ["id", "name", "email", "role", "is_active", "last_active_on", "created_at"]
        fields += ["title", "phone", "booking_link"]
        read_only_fields = fields


class MemberChange(StrictSerializer):
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    is_active = serializers.BooleanField(required=False)


class InvitationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "invited_by", "expires_at", "accepted_at", "created_at"]
        read_only_fields = fields


class NewInvitation(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=Role.choices, default=Role.RECRUITER)


class ApiKeySerializer(serializers.ModelSerializer):
    class Meta:
        model = ApiKey
        fields = ["id", "name", "prefix", "role", "expires_at", "revoked_at", "last_used_on", "created_at"]
        read_only_fields = fields


class NewApiKey(StrictSerializer):
    name = serializers.CharField(max_length=80)
    role = serializers.ChoiceField(choices=[r for r in Role.choices if r[0] != Role.OWNER], default=Role.RECRUITER)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class AuditEntrySerializer(serializers.ModelSerializer):
    class Meta:
        model = AuditEntry
        fields = ["id", "occurred_at", "action", "actor_kind", "actor_id", "actor_label"]
        fields += ["object_type", "object_id", "fields", "facts"]
        read_only_fields = fields
