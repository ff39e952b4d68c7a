"""What is done with a sequence as a whole, for machines: a copy, the archive and back, throwing a draft away."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.api.sequences import SequenceDetail, SequenceSerializer
from outreach.models import Sequence
from outreach.services import senders, sequence_shelf
from outreach.services.clock import database_now
from outreach.services.steps import NotReady


class SequenceWhole(SequenceDetail):
    """One sequence."""

    permissions = {**SequenceDetail.permissions, "DELETE": Permission.OUTREACH_EDIT}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Throw away one that was never started; 400 for one that was, or that an automation rule names."""
        try:
            sequence_shelf.delete(sequence=load(Sequence, pk), by=self.actor)
        except NotReady as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)


class SequenceCopy(TenantAPIView):
    """A new draft with the same steps, wordings and rules, and nobody in it."""

    permissions = {"POST": Permission.OUTREACH_EDIT}

    @extend_schema(operation_id="sequence_copy", request=None, responses={201: SequenceSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        author = senders.member_of(self.actor)
        made = sequence_shelf.copy(sequence=load(Sequence, pk), by=self.actor, author=author)
        return Response(SequenceSerializer(made).data, status=201)


class SequenceArchive(TenantAPIView):
    """Out of the list (POST), and back (DELETE). Not while people are in it, or a rule that is on feeds it."""

    permissions = {"POST": Permission.OUTREACH_SEND, "DELETE": Permission.OUTREACH_SEND}

    @extend_schema(operation_id="sequence_archive", request=None, responses=SequenceSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        try:
            row = sequence_shelf.archive(sequence=load(Sequence, pk), by=self.actor, now=database_now())
        except NotReady as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(SequenceSerializer(row).data)

    @extend_schema(operation_id="sequence_restore", request=None, responses=SequenceSerializer)
    def delete(self, request: Request, pk: UUID) -> Response:
        return Response(SequenceSerializer(sequence_shelf.restore(sequence=load(Sequence, pk), by=self.actor)).data)
