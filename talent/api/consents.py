"""Consent for machines: what a person said, what purposes rest on, and the words that ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
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
from talent.api.shapes import OwnedField
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ConsentState, LawfulBasis
from talent.models import Candidate, ConsentWording
from talent.services import consents, contact_standing
from talent.services.consents import NotAConsent, Said

Shape = serializers.Serializer[Any]
VIEW, EDIT, MANAGE = Permission.CANDIDATE_VIEW, Permission.CANDIDATE_EDIT, Permission.TENANT_MANAGE
HEARD = [(o.value, o.label) for o in ConsentOrigin if o != ConsentOrigin.MERGE]


class ConsentRow(Shape):
    """One thing a person said. `channel` empty: of every way of writing."""

    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(ConsentPurpose.choices)
    channel = serializers.CharField(help_text="email, phone, text, linkedin, or empty for all.")
    state = serializers.ChoiceField(ConsentState.choices)
    origin = serializers.ChoiceField(ConsentOrigin.choices)
    wording_id = serializers.UUIDField(allow_null=True)
    evidence = serializers.CharField()
    recorded_by = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class ConsentChannelState(Shape):
    """What was said otherwise of one channel."""

    channel = serializers.CharField()
    state = serializers.CharField()


class ConsentLine(Shape):
    """One purpose: what it rests on, and what holds by mail. `state` "expired": it ran out; empty: not asked."""

    purpose = serializers.CharField()
    basis = serializers.ChoiceField(LawfulBasis.choices)
    state = serializers.CharField()
    record_id = serializers.UUIDField(allow_null=True)
    other_channels = ConsentChannelState(many=True)


class ConsentLedger(Shape):
    """What holds now, the sentence that decides, and everything that was said, the newest first."""

    sentence = serializers.CharField()
    purposes = ConsentLine(many=True)
    history = ConsentRow(many=True)


class ConsentIn(StrictSerializer):
    """What a person said, to be written down. Without `expires_at`, a consent holds as the purpose has it."""

    purpose = serializers.ChoiceField(ConsentPurpose.choices)
    channel = serializers.ChoiceField(Channel.choices, required=False, allow_blank=True, default="")
    state = serializers.ChoiceField(ConsentState.choices)
    origin = serializers.ChoiceField(HEARD)
    wording_id = OwnedField(ConsentWording)
    evidence = serializers.CharField(max_length=300)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


def _line(line: contact_standing.Line) -> dict[str, Any]:
    record = line.standing.record
    return {
        "purpose": line.purpose.value,
        "basis": line.basis.lawful,
        "state": line.standing.state,
        "record_id": record.pk if record else None,
        "other_channels": [{"channel": c, "state": s.state} for c, s in line.others],
    }


class CandidateConsents(TenantAPIView):
    """The consent ledger of one person; one more line. Lines are never changed: a withdrawal is a new one."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="candidate_consents", responses=ConsentLedger)
    def get(self, request: Request, pk: UUID) -> Response:
        stand = contact_standing.of(load(Candidate, pk), timezone.now())
        lines = [_line(line) for line in stand.lines]
        found = {"sentence": stand.sentence.words, "purposes": lines, "history": stand.history}
        return Response(ConsentLedger(found).data)

    @extend_schema(request=ConsentIn, responses={201: ConsentRow})
    def post(self, request: Request, pk: UUID) -> Response:
        candidate, said = load(Candidate, pk), ConsentIn(data=request.data).sent()
        moment, said["wording"] = said.pop("occurred_at"), said.pop("wording_id", None)
        now = timezone.now()
        try:
            row = consents.record(candidate=candidate, said=Said(**said), by=self.actor, now=now, occurred_at=moment)
        except NotAConsent as error:
            raise ValidationError({"purpose": [str(error)]}) from error
        return Response(ConsentRow(row).data, status=201)


class WordingRow(Shape):
    """The words that people were shown, in one version."""

    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(ConsentPurpose.choices)
    language = serializers.CharField()
    version = serializers.IntegerField()
    text = serializers.CharField()
    written_by = serializers.CharField()
    created_at = serializers.DateTimeField()


class WordingIn(StrictSerializer):
    """New words: the next version of that purpose and language."""

    purpose = serializers.ChoiceField(ConsentPurpose.choices)
    language = serializers.RegexField(r"^[A-Za-z]{2,8}$", required=False, default="en", help_text="ISO 639-1.")
    text = serializers.CharField(max_length=4000)


class WordingList(TenantAPIView):
    """The words that ask for consent, every version; a new version never changes an old one."""

    permissions = {"GET": VIEW, "POST": MANAGE}

    @extend_schema(operation_id="consent_wordings", responses=WordingRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(WordingRow(consents.wordings(), many=True).data)

    @extend_schema(request=WordingIn, responses={201: WordingRow})
    def post(self, request: Request) -> Response:
        said = WordingIn(data=request.data).sent()
        return Response(WordingRow(consents.word(by=self.actor, **said)).data, status=201)


class PurposeRow(Shape):
    """What a purpose rests on; `valid_months` null: a consent holds until it is withdrawn."""

    purpose = serializers.CharField()
    basis = serializers.ChoiceField(LawfulBasis.choices)
    valid_months = serializers.IntegerField(allow_null=True)


class PurposeIn(StrictSerializer):
    """What a purpose shall rest on."""

    basis = serializers.ChoiceField(LawfulBasis.choices)
    valid_months = serializers.IntegerField(min_value=1, max_value=240, required=False, allow_null=True, default=None)


def _purpose(purpose: str) -> dict[str, Any]:
    basis = consents.bases()[purpose]
    return {"purpose": purpose, "basis": basis.lawful, "valid_months": basis.valid_months}


class PurposeList(TenantAPIView):
    """The purposes and what each rests on."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="consent_purposes", responses=PurposeRow(many=True))
    def get(self, request: Request) -> Response:
        rows = [{"purpose": p, "basis": b.lawful, "valid_months": b.valid_months} for p, b in consents.bases().items()]
        return Response(PurposeRow(rows, many=True).data)


class PurposeDetail(TenantAPIView):
    """What one purpose rests on."""

    permissions = {"GET": VIEW, "PUT": MANAGE}

    @staticmethod
    def _known(purpose: str) -> str:
        if purpose not in ConsentPurpose.values:
            raise Http404("No such purpose.")
        return purpose

    @extend_schema(responses=PurposeRow)
    def get(self, request: Request, purpose: str) -> Response:
        return Response(PurposeRow(_purpose(self._known(purpose))).data)

    @extend_schema(request=PurposeIn, responses=PurposeRow)
    def put(self, request: Request, purpose: str) -> Response:
        said = PurposeIn(data=request.data).sent()
        consents.rest_on(purpose=self._known(purpose), by=self.actor, **said)
        return Response(PurposeRow(_purpose(purpose)).data)
