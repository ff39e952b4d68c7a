"""The simulator for machines."""

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
from outreach.services import overview, senders, sequences, simulator
from outreach.services.clock import database_now
from outreach.services.simulation import Sent
from outreach.services.simulator import Simulation
from outreach.services.steps import NotReady
from talent.models import Candidate, Segment

PAGE = 500


class SimulateSerializer(StrictSerializer):
    """For whom: a segment, or people by key. `person`: with every text to this one. `offset`: further mails."""

    segment = serializers.UUIDField(required=False)
    candidates = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=10_000)
    person = serializers.UUIDField(required=False)
    offset = serializers.IntegerField(min_value=0, default=0)


class SimulatedMailSerializer(serializers.Serializer[Any]):
    """One mail: to whom, which step, when (UTC), and when by their clock."""

    candidate = serializers.UUIDField()
    step = serializers.UUIDField()
    at = serializers.DateTimeField()
    local = serializers.CharField(help_text="ISO 8601 with the offset of their zone.")


class SimulatedStepSerializer(serializers.Serializer[Any]):
    """One step that does something: how many people come to it, when, and the mailboxes that its mails leave from."""

    step = serializers.UUIDField(source="card.step.pk")
    number = serializers.CharField(source="card.number")
    kind = serializers.CharField(source="card.step.kind")
    title = serializers.CharField(source="card.title")
    people = serializers.IntegerField(source="times")
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)
    mailboxes = serializers.ListField(child=serializers.CharField())


class SimulatedTextSerializer(serializers.Serializer[Any]):
    """One mail as the person would get it; `problem` says why it cannot be made."""

    step = serializers.UUIDField()
    local = serializers.CharField()
    subject = serializers.CharField()
    text = serializers.CharField()
    blanks = serializers.ListField(child=serializers.CharField())
    problem = serializers.CharField()


class SimulationSerializer(serializers.Serializer[Any]):
    """What would happen; mails in order of time, 500 at a time, and so the other steps."""

    version = serializers.IntegerField()
    people = serializers.IntegerField()
    written_to = serializers.IntegerField()
    mails = serializers.IntegerField()
    beyond = serializers.IntegerField(help_text="Mails that would go later than in 180 days.")
    days = serializers.DictField(child=serializers.IntegerField(), help_text="Mails by day of the mailbox.")
    limits = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Days on which a mailbox, a domain or the workspace is full, by name.",
    )
    left_out = serializers.DictField(child=serializers.IntegerField(), help_text="People by reason.")
    collisions = serializers.DictField(child=serializers.IntegerField(), help_text="People by what else they get then.")
    blanks = serializers.DictField(child=serializers.IntegerField(), help_text="People by merge tag without a value.")
    without = serializers.DictField(
        child=serializers.ListField(child=serializers.UUIDField()), help_text="The first 50 of them, by merge tag."
    )
    steps = SimulatedStepSerializer(many=True)
    schedule = SimulatedMailSerializer(many=True)
    done = SimulatedMailSerializer(many=True, help_text="Steps that send nothing: changes, notices, webhooks, tasks.")
    texts = SimulatedTextSerializer(many=True)


def _texts(found: Simulation, person: Candidate | None, tenant: Any) -> list[dict[str, Any]]:
    rows = simulator.texts(found, person, tenant) if person else []
    return [
        {
            "step": str(one.step.pk),
            "local": one.at.isoformat(),
            "subject": one.preview.rendered.subject if one.preview.rendered else "",
            "text": one.preview.rendered.text if one.preview.rendered else "",
            "blanks": one.preview.blanks,
            "problem": one.preview.problem,
        }
        for one in rows
    ]


def _said(found: Simulation, offset: int) -> dict[str, Any]:
    return {
        "version": found.version,
        "people": found.people,
        "written_to": found.written_to,
        "mails": len(found.journey.sent),
        "beyond": found.journey.beyond,
        "days": {day.isoformat(): mails for day, mails in found.days.items()},
        "limits": found.reached,
        "left_out": {reason: len(people) for reason, _, people in found.reasons},
        "collisions": found.collisions,
        "blanks": {blank.tag: blank.people for blank in found.blanks},
        "without": {blank.tag: blank.who for blank in found.blanks},
        "steps": SimulatedStepSerializer(found.steps, many=True).data,
        "schedule": _dated(found, found.journey.sent, offset),
        "done": _dated(found, found.journey.done, offset),
    }


def _dated(found: Simulation, every: list[Sent], offset: int) -> list[dict[str, Any]]:
    return [
        {"candidate": one.person, "step": one.step.pk, "at": one.at, "local": found.local(one).isoformat()}
        for one in every[offset : offset + PAGE]
    ]


class SequenceSimulation(TenantAPIView):
    """Runs the planner on a snapshot; nothing is written."""

    permissions = {"POST": Permission.OUTREACH_VIEW}

    @extend_schema(request=SimulateSerializer, responses=SimulationSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        sequence, said = load(overview.sequences_with_sender(), pk), SimulateSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        asked: dict[str, Any] = said.validated_data
        segment = load(Segment, asked["segment"]) if asked.get("segment") else None
        ids = sequences.people_of(segment) if segment else asked.get("candidates", [])
        person = load(Candidate, asked["person"]) if asked.get("person") else None
        try:
            acting, now = senders.member_of(self.actor), database_now()
            found = simulator.simulate(sequence=sequence, candidate_ids=ids, tenant=self.tenant, now=now, acting=acting)
        except NotReady as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response({**_said(found, asked["offset"]), "texts": _texts(found, person, self.tenant)})
