"""Topics, and what people want to get, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.choices import Frequency
from outreach.models import Topic
from outreach.services import mail_preferences, topics
from outreach.services.clock import database_now
from outreach.services.mail_preferences import NotAPause, Wanted
from talent.models import Candidate


def known_topic(value: UUID | None) -> UUID | None:
    """The key of a topic that is there; raises for another one."""
    if value is not None and not Topic.objects.filter(pk=value).exists():
        raise serializers.ValidationError("There is no such topic.")
    return value


class TopicSerializer(StrictSerializer, serializers.ModelSerializer[Topic]):
    """A topic. `purpose` is what mails about it rest on in the consent ledger: contact or news."""

    class Meta:
        model = Topic
        fields = ["id", "name", "description", "purpose", "position", "is_archived"]
        read_only_fields = ["id"]
        validators: list[Any] = []


def _save(view: TenantAPIView, request: Request, topic: Topic | None) -> Response:
    said = TopicSerializer(topic, data=request.data, partial=topic is not None)
    said.is_valid(raise_exception=True)
    try:
        row = topics.save(values=said.validated_data, by=view.actor, topic=topic)
    except topics.NameTaken as error:
        raise ValidationError({"name": [str(error)]}) from error
    return Response(TopicSerializer(row).data, status=200 if topic else 201)


class TopicList(TenantAPIView):
    """All topics; a new one."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.TENANT_MANAGE}

    @extend_schema(responses=TopicSerializer(many=True))
    def get(self, request: Request) -> Response:
        topics.in_use()
        return Response(TopicSerializer(Topic.objects.all(), many=True).data)

    @extend_schema(request=TopicSerializer, responses={201: TopicSerializer})
    def post(self, request: Request) -> Response:
        return _save(self, request, None)


class TopicDetail(TenantAPIView):
    """One topic."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "PATCH": Permission.TENANT_MANAGE}

    @extend_schema(responses=TopicSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(TopicSerializer(load(Topic, pk)).data)

    @extend_schema(request=TopicSerializer, responses=TopicSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        return _save(self, request, load(Topic, pk))


class MailPreferencesSerializer(StrictSerializer):
    """What somebody wants to get: topics that are off, days between two mails (0, 7, 30, 90), nothing before a day."""

    topics_off = serializers.ListField(child=serializers.UUIDField(), source="off")
    days = serializers.ChoiceField(choices=Frequency.choices)
    paused_until = serializers.DateField(allow_null=True)

    def validate_topics_off(self, value: list[UUID]) -> frozenset[UUID]:
        return frozenset(key for key in map(known_topic, value) if key)


class MailPreferences(TenantAPIView):
    """What somebody wants to get; PUT keeps all of it."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "PUT": Permission.CANDIDATE_EDIT}

    @extend_schema(responses=MailPreferencesSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(MailPreferencesSerializer(mail_preferences.of(load(Candidate, pk))).data)

    @extend_schema(request=MailPreferencesSerializer, responses=MailPreferencesSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        said, person = MailPreferencesSerializer(data=request.data), load(Candidate, pk)
        said.is_valid(raise_exception=True)
        wanted, now, today = Wanted(**said.validated_data), database_now(), timezone.localdate()
        try:
            mail_preferences.put(candidate=person, wanted=wanted, by=self.actor, now=now, today=today)
        except NotAPause as error:
            raise ValidationError({"paused_until": [str(error)]}) from error
        return Response(MailPreferencesSerializer(mail_preferences.of(person)).data)
