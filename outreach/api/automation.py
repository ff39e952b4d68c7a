"""Automation for machines: rules, what they did, recipes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import uuid_of
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.models import AutomationRule, RuleRun
from outreach.services import actions, recipes, rule_backlogs, rule_dry_runs, rule_values, rules, senders
from outreach.services.clock import database_now
from outreach.services.foretelling import Foretold
from outreach.services.recipes import RECIPES, Recipe
from outreach.services.steps import NotReady
from outreach.services.triggers import TRIGGERS
from talent.filters import catalogue, tree
from talent.filters.tree import RuleError
from talent.services.segment_previews import TooSlow

VIEW, EDIT, SEND = Permission.OUTREACH_VIEW, Permission.OUTREACH_EDIT, Permission.OUTREACH_SEND


class AutomationSerializer(StrictSerializer, serializers.ModelSerializer[AutomationRule]):
    """A rule. `settings` say what the trigger means: segment, pool, sequence, outcome, content_kind, reply_class
    or recruiting_event, the key of an event.

    pool_moved and application_moved: stage, its name; silent: months; consent_expiring: days; date: date_field (a
    field of the filter language), days, side (before or after). `condition` is a tree of the filter language.
    `actions` are done in order, each {"act": ...}: enrol (sequence, sent_by), tag and untag (tag), pool (pool), task
    and notify (words, member; task: days), webhook (url), rest.
    """

    trigger = serializers.ChoiceField(choices=[(t.key, t.label) for t in TRIGGERS.values()])
    settings = serializers.DictField(required=False)
    condition = serializers.JSONField(required=False)
    actions = serializers.ListField(child=serializers.DictField(), required=False, max_length=20)
    problems = serializers.SerializerMethodField()
    is_at_work = serializers.SerializerMethodField(
        help_text="It still runs for more people of something that happened."
    )

    class Meta:
        model = AutomationRule
        fields = [
            "id",
            "name",
            "trigger",
            "settings",
            "condition",
            "actions",
            "repeat_days",
            "is_active",
            "activated_at",
            "problems",
            "is_at_work",
            "created_at",
        ]
        read_only_fields = ["id", "is_active", "activated_at", "created_at"]
        validators: list[Any] = []

    def get_problems(self, rule: AutomationRule) -> list[str]:
        return rules.problems(rule)

    def get_is_at_work(self, rule: AutomationRule) -> bool:
        return rule_backlogs.is_at_work(rule)

    def validate_settings(self, value: dict[str, Any]) -> dict[str, Any]:
        if said := rule_values.wrong(value):
            raise ValidationError(said)
        return value

    def validate_condition(self, value: Any) -> Any:
        try:
            return tree.dump(catalogue.parse(value)) if value else {}
        except RuleError as error:
            raise ValidationError([problem.said for problem in error.problems]) from error

    def validate_actions(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if wrong := [one.get("act") for one in value if one.get("act") not in actions.Act.values]:
            raise ValidationError(f"There is no action “{str(wrong[0])[:60]}”.")
        if refused := [said for one in value if (said := _wrong_action(one))]:
            raise ValidationError(refused)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        trigger = attrs.get("trigger") or self.instance.trigger  # type: ignore[union-attr]
        asks = TRIGGERS[trigger].asks if trigger in TRIGGERS else ()
        if said := rule_values.strange(attrs.get("settings", {}), asks, of=trigger):
            raise ValidationError({"settings": [said]})
        return attrs


def _wrong_action(action: dict[str, Any]) -> str:
    act = action["act"]
    said = rule_values.strange(action, {"act", *actions.TAKES[act]}, of=act)
    return said or rule_values.wrong(action) or actions.wrong_with(action)


class AutomationRunSerializer(serializers.ModelSerializer[RuleRun]):
    """What a rule did for a person; where `acted` is false, why it did nothing."""

    candidate = serializers.UUIDField(source="candidate_id")

    class Meta:
        model = RuleRun
        fields = ["id", "candidate", "ran_at", "acted", "words"]


class MailSerializer(serializers.Serializer[Any]):
    """The words of a mail."""

    subject = serializers.CharField()
    body = serializers.CharField()


def _saved(rule: AutomationRule, request: Request, by: Any, partial: bool = False) -> AutomationRule:
    serializer = AutomationSerializer(rule if partial else None, data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    try:
        return rules.save(rule=rule, values=serializer.validated_data, by=by)
    except rules.NameTaken as error:
        raise ValidationError({"name": [str(error)]}) from error


class RuleList(TenantAPIView):
    """All rules; a new one, which is off."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=AutomationSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(AutomationSerializer(AutomationRule.objects.all(), many=True).data)

    @extend_schema(request=AutomationSerializer, responses={201: AutomationSerializer})
    def post(self, request: Request) -> Response:
        return Response(AutomationSerializer(_saved(AutomationRule(), request, self.actor)).data, status=201)


class RuleDetail(TenantAPIView):
    """One rule."""

    permissions = {"GET": VIEW, "PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(responses=AutomationSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(AutomationSerializer(load(AutomationRule, pk)).data)

    @extend_schema(request=AutomationSerializer, responses=AutomationSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        saved = _saved(load(AutomationRule, pk), request, self.actor, partial=True)
        return Response(AutomationSerializer(saved).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        rules.delete(rule=load(AutomationRule, pk), by=self.actor)
        return Response(status=204)


class RuleOn(TenantAPIView):
    """Turns a rule on for what happens from now on, and starts the sequences it names."""

    permissions = {"POST": SEND}

    @extend_schema(request=None, responses=AutomationSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        try:
            rule = rules.turn_on(rule=load(AutomationRule, pk), by=self.actor, now=database_now())
        except NotReady as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(AutomationSerializer(rule).data)


class RuleOff(TenantAPIView):
    """Turns a rule off."""

    permissions = {"POST": SEND}

    @extend_schema(request=None, responses=AutomationSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(AutomationSerializer(rules.turn_off(rule=load(AutomationRule, pk), by=self.actor)).data)


class RuleRunNow(TenantAPIView):
    """Runs a rule that is on, in the background, for those who are in its segment already."""

    permissions = {"POST": SEND}

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request, pk: UUID) -> Response:
        rules.start_for_members(rule=load(AutomationRule, pk), by=self.actor)
        return Response(status=202)


class RuleRuns(TenantAPIView):
    """For whom a rule ran, the newest first, 50 at a time."""

    permissions = {"GET": VIEW}

    @extend_schema(
        parameters=[OpenApiParameter("after", OpenApiTypes.UUID)], responses=AutomationRunSerializer(many=True)
    )
    def get(self, request: Request, pk: UUID) -> Response:
        after = uuid_of(request, "after")
        found = rules.runs_of(load(AutomationRule, pk), after)
        return Response(AutomationRunSerializer(found[: rules.PAGE], many=True).data)


class RuleReasonSerializer(serializers.Serializer[Any]):
    """Why something would not be done, and for how many."""

    words = serializers.CharField()
    count = serializers.IntegerField()


class ForetoldSerializer(serializers.Serializer[Any]):
    """An action of the rule in words: for how many of those looked into it would be done, and why not for others."""

    action = serializers.CharField(source="said")
    would = serializers.IntegerField()
    left_out = serializers.SerializerMethodField()

    @extend_schema_field(RuleReasonSerializer(many=True))
    def get_left_out(self, act: Foretold) -> list[dict[str, object]]:
        return [{"words": words, "count": count} for words, count in act.reasons]


class MetSerializer(serializers.Serializer[Any]):
    """Somebody it would have run for: when it last happened to them (null: a day came), and what would be done."""

    candidate = serializers.UUIDField(source="candidate.pk")
    name = serializers.CharField(source="candidate.name")
    at = serializers.DateTimeField(allow_null=True)
    words = serializers.CharField()


class DryRunSerializer(serializers.Serializer[Any]):
    """What a rule would have met. Of `people`, to whom it happened `times` times, `fitting` match its condition now.

    It ran for `had` of these and would not again: `left` remain, and `looked_into` of them, the latest, are told of in
    `actions`. `is_cut`: more happened than is read, and the counts are of the latest, since `since`.
    """

    since = serializers.DateTimeField()
    is_cut = serializers.BooleanField()
    times = serializers.IntegerField()
    people = serializers.IntegerField()
    fitting = serializers.IntegerField()
    had = serializers.IntegerField()
    left = serializers.IntegerField()
    looked_into = serializers.IntegerField()
    actions = ForetoldSerializer(source="acts", many=True)
    sample = MetSerializer(many=True)


class RuleDryRun(TenantAPIView):
    """Whom a rule would have met in the last 30 days, and what it would have done. Nothing is done."""

    permissions = {"GET": VIEW}

    @extend_schema(responses=DryRunSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        try:
            found = rule_dry_runs.ask(load(AutomationRule, pk), database_now())
        except TooSlow as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(DryRunSerializer(found).data)


class RecipeSerializer(serializers.Serializer[Any]):
    """What a recipe does, and what its mails say."""

    key = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()
    mails = serializers.SerializerMethodField()

    @extend_schema_field(MailSerializer(many=True))
    def get_mails(self, recipe: Recipe) -> list[dict[str, str]]:
        return [{"subject": subject, "body": body} for subject, body in recipe.mails]


class RecipeList(TenantAPIView):
    """The recipes that there are."""

    permissions = {"GET": VIEW}

    @extend_schema(responses=RecipeSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(RecipeSerializer(RECIPES, many=True).data)


class RecipeUse(TenantAPIView):
    """Makes the segment, the sequence and the rule of a recipe, by its key. The rule is off until it is turned on."""

    permissions = {"POST": EDIT}

    @extend_schema(request=None, responses={201: AutomationSerializer})
    def post(self, request: Request, recipe: str) -> Response:
        member = senders.member_of(self.actor)
        made = recipes.use(recipe=recipes.find(recipe), by=self.actor, member=member, now=timezone.now())
        return Response(AutomationSerializer(made).data, status=201)
