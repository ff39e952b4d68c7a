"""Versions of sequences for machines: the draft, publishing it, the history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.models import Sequence, SequenceVersion
from outreach.services import steps, versions
from outreach.services.clock import database_now
from outreach.services.steps import NotReady


class VersionSerializer(serializers.ModelSerializer[SequenceVersion]):
    """A version that was in force: who published it, and in sentences what it changed."""

    changes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = SequenceVersion
        fields = ["number", "published_at", "published_by", "note", "changes", "moved"]


class VersionLineSerializer(VersionSerializer):
    """The same in the history, with how many people are on it now."""

    people = serializers.IntegerField()
    is_current = serializers.BooleanField()

    class Meta(VersionSerializer.Meta):
        fields = [*VersionSerializer.Meta.fields, "people", "is_current"]


class DraftSerializer(serializers.Serializer[Any]):
    """The draft: what it changes, what keeps it from being published, and whom it would meet.

    `stay`: their next step is in it too. `go_on`: it is gone, they get the one after it. `finish`: nothing follows.
    """

    version = serializers.IntegerField()
    changes = serializers.ListField(child=serializers.CharField())
    problems = serializers.ListField(child=serializers.CharField())
    stay = serializers.IntegerField()
    go_on = serializers.IntegerField()
    finish = serializers.IntegerField()


class PublishSerializer(StrictSerializer):
    """`move`: people under way go on with the new version; else they stay on theirs."""

    move = serializers.BooleanField(default=False)
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class SequenceVersions(TenantAPIView):
    """The versions that were in force, the newest first."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=VersionLineSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        lines = versions.history(load(Sequence, pk))
        said = [
            {**VersionSerializer(one.version).data, "people": one.people, "is_current": one.is_current} for one in lines
        ]
        return Response(said)


class SequenceDraft(TenantAPIView):
    """The draft of a sequence that was started; any change of its steps makes one. 404 without."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "DELETE": Permission.OUTREACH_EDIT}

    @extend_schema(responses=DraftSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        sequence = load(Sequence.objects.exclude(draft=None), pk)
        found = versions.under_way(sequence, sequence.shown_version)
        rows = steps.steps_of(sequence, sequence.draft)
        said = {
            "version": sequence.draft,
            "changes": versions.changes(sequence),
            "problems": [str(problem) for problem in steps.problems(sequence, rows)],
            "stay": found.stay,
            "go_on": found.go_on,
            "finish": found.finish,
        }
        return Response(said)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        versions.discard(sequence=load(Sequence, pk), by=self.actor)
        return Response(status=204)


class SequencePublish(TenantAPIView):
    """Puts the draft in force."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=PublishSerializer, responses=VersionSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        sequence, said = load(Sequence, pk), PublishSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            made = versions.publish(sequence=sequence, by=self.actor, now=database_now(), **said.validated_data)
        except NotReady as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(VersionSerializer(made).data)
