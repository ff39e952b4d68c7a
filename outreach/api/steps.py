"""The steps of sequences, for machines."""

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
from outreach.api.known import known_member
from outreach.api.sequences import ready
from outreach.choices import StepKind
from outreach.forms.steps import FORMS, StepForm, form_of
from outreach.models import MessageTemplate, Sequence, SequenceStep
from outreach.services import overview, rule_values, steps
from outreach.services.clock import database_now
from outreach.services.doing import Act


class StepSerializer(StrictSerializer, serializers.ModelSerializer[SequenceStep]):
    """A step. `branch` and `arm` (yes, no) say where it stands; `settings` are what its page asks for.

    A mail has a `template`, or `subject` and `body`: both at once are refused. Settings: call, linkedin, task: member,
    days; wait_until: weekday (0 is Monday) or date, hour, or when, segment, days; branch: when, segment, days; goal:
    when (segment, booked), segment; webhook: url; update: act (tag, untag, pool, field, empty), and what that needs of
    tag, pool, field (own ones as `custom.<key>`) and value; notify: member. A change of settings leaves what it does
    not name as it is, and null takes a value away.
    """

    template = serializers.UUIDField(source="template_id", allow_null=True, required=False)
    sender = serializers.UUIDField(
        source="sender_id", allow_null=True, required=False, help_text="Who writes the mail."
    )
    branch = serializers.UUIDField(source="parent_id", allow_null=True, required=False)
    settings = serializers.DictField(required=False)

    class Meta:
        model = SequenceStep
        fields = [
            "id",
            "version",
            "branch",
            "arm",
            "position",
            "kind",
            "template",
            "subject",
            "body",
            "sender",
            "same_thread",
            "needs_review",
            "wait_days",
            "wait_hours",
            "settings",
        ]
        read_only_fields = ["id", "version", "position"]
        validators: list[Any] = []

    def validate_sender(self, value: UUID | None) -> UUID | None:
        return known_member(value)

    def validate_template(self, value: UUID | None) -> UUID | None:
        if value is not None and not MessageTemplate.objects.visible().filter(pk=value).exists():
            raise serializers.ValidationError("There is no such template.")
        return value


def _shown(sequence: Sequence) -> list[SequenceStep]:
    """Those of the draft, where there is one."""
    return steps.steps_of(sequence, sequence.shown_version)


def _settled(step: SequenceStep, values: dict[str, Any], role: str) -> dict[str, Any]:
    """The values with their settings as the step's page would take them from somebody of that role.

    What is not sent stays as it is; what was never said is what the page begins with.
    """
    given = values.pop("settings", None)
    if given is None:
        return values
    if not issubclass(FORMS[step.kind], StepForm):
        _refuse_strange(step, given, set())
        return values
    whole = {**_begun(step, role), **_kept(step, given), **given}
    form = form_of(step, {"subject": step.subject, "body": step.body, **values, **whole}, role=role)
    value = {"value"} if whole.get("act") == Act.FIELD else set[str]()  # its form may not know the field to ask of
    _refuse_strange(step, given, (set(form.fields) - set(form.columns)) | value)
    if not form.is_valid():
        raise ValidationError({"settings": form.errors})
    return {**values, "settings": form.values()["settings"]}


def _begun(step: SequenceStep, role: str) -> dict[str, Any]:
    form = form_of(step, role=role)
    return {name: one.initial for name, one in form.fields.items() if one.initial is not None}


# Of these one alone is meant: to say one takes back the others.
ALTERNATIVES = ({"weekday", "date"},)
# What belongs to a choice, and goes with it when another is made.
OF_CHOICE = {
    "act": {"tag", "pool", "field", "value"},
    "field": {"value"},
    "when": {"segment", "reply_class"},
}


def _kept(step: SequenceStep, given: dict[str, Any]) -> dict[str, Any]:
    """Of the settings that there are, those that what is sent leaves as they are."""
    had: dict[str, Any] = step.settings
    gone = {one for group in ALTERNATIVES for name in group if given.get(name) not in (None, "") for one in group}
    for choice, own in OF_CHOICE.items():
        if choice in given and given[choice] != had.get(choice):
            gone |= own
    return {name: value for name, value in had.items() if name not in gone}


def _refuse_strange(step: SequenceStep, given: dict[str, Any], known: set[str]) -> None:
    if said := rule_values.strange(given, known, of=step.kind):
        raise ValidationError({"settings": [said]})


def _place(values: dict[str, Any], sequence: Sequence) -> dict[str, Any]:
    """Where a new step stands, taken out of its values."""
    key, arm = values.pop("parent_id", None), values.pop("arm", "")
    parent = SequenceStep.objects.filter(sequence=sequence, kind=StepKind.BRANCH, pk=key).first() if key else None
    if bool(key or arm) and (parent is None or not arm):
        raise ValidationError({"branch": "A branch of this sequence, and its arm: yes or no."})
    return {"parent": parent, "arm": arm}


def _stays(step: SequenceStep, values: dict[str, Any]) -> None:
    """What a step is and where it stands is not changed with its words: said as it is, or refused."""
    for field, name in (("kind", "kind"), ("branch", "parent_id"), ("arm", "arm")):
        if name in values and values.pop(name) != getattr(step, name):
            said = "A step keeps its kind." if name == "kind" else "A step is moved at its own address: place/."
            raise ValidationError({field: [said]})


class StepList(TenantAPIView):
    """The steps of a sequence in order; a further one at the end."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_EDIT}

    @extend_schema(responses=StepSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(StepSerializer(_shown(load(Sequence, pk)), many=True).data)

    @extend_schema(request=StepSerializer, responses={201: StepSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        sequence, values = load(Sequence, pk), StepSerializer(data=request.data).sent()
        kind, place = values.pop("kind", "email"), _place(values, sequence)
        step = ready(lambda: steps.add(sequence=sequence, kind=kind, by=self.actor, **place))
        changed = ready(lambda: steps.change(step=step, values=_settled(step, values, self.role), by=self.actor))
        return Response(StepSerializer(changed).data, status=201)


class StepDetail(TenantAPIView):
    """One step."""

    permissions = {"PATCH": Permission.OUTREACH_EDIT, "DELETE": Permission.OUTREACH_EDIT}

    @extend_schema(request=StepSerializer, responses=StepSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        step = load(SequenceStep, pk)
        values = StepSerializer(step, data=request.data, partial=True).sent()
        _stays(step, values)
        changed = ready(lambda: steps.change(step=step, values=_settled(step, values, self.role), by=self.actor))
        return Response(StepSerializer(changed).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        step = load(overview.steps_with_sequence(), pk)
        steps.remove(step=step, by=self.actor, now=database_now())
        return Response(status=204)
