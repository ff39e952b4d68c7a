"""How a mail reads for somebody real, and trials of it in a colleague's own mailbox, for machines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import uuid_of
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.permissions import Permission
from crm.tenancy.context import current_tenant_id
from outreach.choices import StepKind
from outreach.models import MessageTemplate, SequenceStep
from outreach.services import broadcast_overview, languages, overview, senders, templates, trial_mails, worst_cases
from outreach.services.clock import database_now
from outreach.services.overview import Place
from outreach.services.trial_mails import NotSent, TrialMail
from talent.models import Candidate

NOBODY = "Add a candidate first: a mail is shown, and tried, as somebody real gets it."


class WorstRow(serializers.Serializer[Any]):
    """Somebody whom the text may fit badly, and what is difficult about them."""

    difficulty = serializers.CharField(source="label")
    candidate = serializers.UUIDField(source="candidate.pk")
    name = serializers.CharField(source="candidate.name")


class MailPreviewSerializer(serializers.Serializer[Any]):
    """A mail as one person gets it. `problems` keep it from being sent to anybody, `problem` from this person.

    `blanks` are what is not known of them and has no fallback; `language` says in whose words the template speaks.
    """

    candidate = serializers.UUIDField()
    name = serializers.CharField()
    subject = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    html = serializers.CharField(allow_blank=True, help_text="The paragraphs, without what a mail has around them.")
    blanks = serializers.ListField(child=serializers.CharField())
    problem = serializers.CharField(allow_blank=True)
    problems = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField(allow_blank=True)
    worst = WorstRow(many=True)


class TrialRequest(StrictSerializer):
    """As whom it is written (else: somebody of the workspace), and which colleague gets it (else: whoever asks)."""

    candidate = serializers.UUIDField(required=False)
    to = serializers.UUIDField(required=False, help_text="A member. A key must name one; members write to themselves.")


class TrialSerializer(serializers.Serializer[Any]):
    """Where it went, and as whom it was written."""

    address = serializers.CharField()
    candidate = serializers.UUIDField()


def colleague(view: TenantAPIView, key: UUID | None) -> Member:
    """Who gets what a page sends to whoever presses the button: the member who asks, or the one whom a key names."""
    asking = senders.member_of(view.actor)
    here = Member.objects.of_tenant(current_tenant_id()).filter(is_active=True).select_related("user")
    found = asking or (here.filter(pk=key).first() if key else None)
    if found is None:
        raise ValidationError({"to": ["Name a colleague: a key has no mailbox of its own."]})
    return found


def _person(key: UUID | None, chosen: Candidate | None = None) -> Candidate:
    """As whom a mail is shown: the one asked for, else one that fits, else the newest."""
    found = load(Candidate, key) if key else chosen or overview.neighbours(None)[1]
    if found is None:
        raise ValidationError({"detail": NOBODY})
    return found


def _mail(pk: UUID) -> SequenceStep:
    step: SequenceStep = load(overview.steps_with_sequence(), pk)
    if step.kind != StepKind.EMAIL:
        raise ValidationError({"detail": "Only a mail is shown and tried."})
    return step


def _try(view: TenantAPIView, said: dict[str, Any], mail: TrialMail) -> Response:
    to = colleague(view, said.get("to"))
    try:
        address = trial_mails.send(mail=mail, tenant=view.tenant, to=to, by=view.actor, now=database_now())
    except NotSent as error:
        raise ValidationError({"detail": str(error)}) from error
    return Response(TrialSerializer({"address": address, "candidate": mail.candidate.pk}).data)


class StepPreview(TenantAPIView):
    """A mail of a sequence as somebody real gets it: `candidate`, or the newest; with those whom it may fit badly."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(parameters=[OpenApiParameter("candidate", OpenApiTypes.UUID)], responses=MailPreviewSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        step, person = _mail(pk), _person(uuid_of(request, "candidate"))
        choice = languages.for_person(step.template, person) if step.template else None
        subject, body = (choice.subject, choice.body) if choice else (step.previewed_subject, step.body)
        place = overview.place_of(step, person, self.tenant)
        place = replace(place, language=choice.language) if choice else place
        shown = overview.preview(
            tenant=self.tenant, subject=subject, body=body, candidate=person, now=database_now(), place=place
        )
        made = shown.rendered
        said = {
            "candidate": person.pk,
            "name": person.name,
            **{name: getattr(made, name) if made else "" for name in ("subject", "text")},
            "html": made.fragment if made else "",
            "blanks": shown.blanks,
            "problem": shown.problem,
            "problems": [str(one) for one in templates.check(subject=step.previewed_subject, body=step.body_source)],
            "language": choice.note if choice else "",
            "worst": worst_cases.among(worst_cases.recent()),
        }
        return Response(MailPreviewSerializer(said).data)


class StepTrial(TenantAPIView):
    """Sends a mail of a sequence, as it is saved, to a colleague. It is counted nowhere."""

    permissions = {"POST": Permission.OUTREACH_EDIT}

    @extend_schema(request=TrialRequest, responses=TrialSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        step, said = _mail(pk), TrialRequest(data=request.data).sent()
        person = _person(said.get("candidate"))
        place = overview.place_of(step, person, self.tenant)
        return _try(self, said, TrialMail(step.subject_source or "Re:", step.body_source, person, place))


class TemplateTrial(TenantAPIView):
    """Sends the words of a template to a colleague. It is counted nowhere."""

    permissions = {"POST": Permission.OUTREACH_EDIT}

    @extend_schema(request=TrialRequest, responses=TrialSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        template, said = load(MessageTemplate.objects.visible(), pk), TrialRequest(data=request.data).sent()
        signs, person = overview.signed_by(colleague(self, said.get("to"))), _person(said.get("candidate"))
        place = Place(signs, language=template.language)
        return _try(self, said, TrialMail(template.subject, template.body, person, place))


class BroadcastTrial(TenantAPIView):
    """Sends a broadcast to a colleague, as somebody of its audience gets it. It is counted nowhere."""

    permissions = {"POST": Permission.OUTREACH_EDIT}

    @extend_schema(request=TrialRequest, responses=TrialSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        broadcast, said = load(broadcast_overview.with_all(), pk), TrialRequest(data=request.data).sent()
        person = _person(said.get("candidate"), broadcast_overview.people_to_preview(broadcast).first())
        place = overview.place_of_broadcast(broadcast)
        return _try(self, said, TrialMail(broadcast.subject, broadcast.body, person, place, broadcast.mailbox))
