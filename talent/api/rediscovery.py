"""Finding people again, for machines: who is like somebody, and whom we know for a job, with the evidence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import flag_of
from crm.api.strict import StrictSerializer
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.filters import catalogue, tree
from talent.filters.tree import RuleError
from talent.models import Candidate, Job, RediscoverySearch
from talent.services import rediscovery, similar
from talent.services.rediscovery import Finding, Requirement
from talent.services.search import TooSlow

Shape = serializers.Serializer[Any]
VIEW, EDIT = Permission.CANDIDATE_VIEW, Permission.CANDIDATE_EDIT


class RequirementShape(Shape):
    """One thing a job asks for."""

    text = serializers.CharField(max_length=300)
    must = serializers.BooleanField(default=False)


class RediscoveryIn(StrictSerializer):
    """A search for a job; without `requirements` they are read out of `text`. `rule` is a filter tree."""

    name = serializers.CharField(max_length=120)
    text = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    requirements = RequirementShape(many=True, required=False, default=list)
    rule = serializers.JSONField(required=False, default=dict)
    job_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="One of our jobs; it fills what is left out."
    )


class RediscoveryChange(StrictSerializer):
    """What to change of a search; what is left out stays. A new `text` without `requirements` is read anew."""

    name = serializers.CharField(max_length=120, required=False)
    text = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    requirements = RequirementShape(many=True, required=False)
    rule = serializers.JSONField(required=False)


class RediscoveryRow(serializers.ModelSerializer[RediscoverySearch]):
    """A stored search; `found` are keys of people in order."""

    class Meta:
        model = RediscoverySearch
        fields = ["id", "job_id", "name", "text", "requirements", "rule", "found", "looked_at", "run_at", "run_by"]


class EvidenceShape(Shape):
    """The passage that speaks for a requirement, as escaped HTML; null when nothing we know says so."""

    requirement = serializers.CharField()
    must = serializers.BooleanField()
    passage = serializers.CharField(allow_null=True)
    stands_in = serializers.CharField(allow_null=True)
    by = serializers.ChoiceField(["words", "meaning"], allow_null=True)


class FindingShape(Shape):
    """A person with the evidence for each requirement."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    work = serializers.CharField()
    evidence = EvidenceShape(many=True)


class AlikeShape(Shape):
    """A person who is like another, and what both share."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    work = serializers.CharField()
    skills = serializers.ListField(child=serializers.CharField())
    companies = serializers.ListField(child=serializers.CharField())
    passage = serializers.CharField(allow_null=True)


def _finding(one: Finding) -> dict[str, Any]:
    evidence = [
        {
            "requirement": proof.requirement.text,
            "must": proof.requirement.must,
            "passage": str(proof.snippet.html) if proof.snippet else None,
            "stands_in": proof.snippet.source if proof.snippet else None,
            "by": ("words" if proof.is_worded else "meaning") if proof.snippet else None,
        }
        for proof in one.evidence
    ]
    return {"id": one.row.id, "name": one.row.name, "work": one.row.work, "evidence": evidence}


START = OpenApiParameter("start", OpenApiTypes.INT, description="How many to pass over; 0 without.")
NEAR = OpenApiParameter("near", OpenApiTypes.BOOL, description="Only people of the same country.")


def _start(request: Request) -> int:
    text = request.query_params.get("start", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise ValidationError({"start": ["Give a whole number."]})
    return int(text)


def _changed(stored: RediscoverySearch, said: dict[str, Any]) -> dict[str, Any]:
    """The whole search as it shall be, in the shape of one that is made."""
    known = [] if "text" in said and "requirements" not in said else stored.requirements
    kept = {"name": stored.name, "text": stored.text, "requirements": known, "rule": stored.rule, "job_id": None}
    return kept | said


def _arguments(said: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the service; ValidationError for a rule that cannot be used or when nothing is asked for."""
    wanted = [Requirement(one["text"], one["must"]) for one in said["requirements"]]
    job = load(Job, said["job_id"]) if said["job_id"] else None
    if job is not None and not wanted and not said["text"]:
        wanted, said["text"] = rediscovery.asked_by(job), job.description
    if not wanted and not rediscovery.requirements_in(said["text"]):
        raise ValidationError({"text": ["Give the job's text, or what it asks for."]})
    try:
        rule = tree.dump(catalogue.parse(said["rule"])) if said["rule"] else {}
    except RuleError as error:
        raise ValidationError({"rule": [{"path": p.path, "message": p.message} for p in error.problems]}) from error
    return {"name": said["name"], "text": said["text"], "requirements": wanted, "rule": rule, "job": job}


class RediscoveryList(TenantAPIView):
    """Stored searches for jobs, the last 200 that were run; a new one, which is run at once."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=RediscoveryRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(RediscoveryRow(RediscoverySearch.objects.all()[:200], many=True).data)

    @extend_schema(request=RediscoveryIn, responses={201: RediscoveryRow})
    def post(self, request: Request) -> Response:
        said = RediscoveryIn(data=request.data).sent()
        try:
            stored = rediscovery.create(by=self.actor, now=timezone.now(), **_arguments(said))
        except TooSlow as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(RediscoveryRow(stored).data, status=201)


class RediscoveryDetail(VersionedAPIView):
    """One stored search."""

    permissions = {"GET": VIEW, "PATCH": EDIT, "DELETE": EDIT}
    kept_by_system = ("found", "looked_at", "run_at", "run_by")

    @extend_schema(responses=RediscoveryRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(RediscoveryRow(load(RediscoverySearch, pk)).data)

    @extend_schema(request=RediscoveryChange, responses=RediscoveryRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        """Ask for something else; it is run at once."""
        stored, said = load(RediscoverySearch, pk), RediscoveryChange(data=request.data).sent()
        wanted = _arguments(_changed(stored, said))
        del wanted["job"]
        try:
            rediscovery.change(stored=stored, by=self.actor, now=timezone.now(), **wanted)
        except TooSlow as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(RediscoveryRow(stored).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        rediscovery.delete(stored=load(RediscoverySearch, pk), by=self.actor)
        return Response(status=204)


class RediscoveryRun(TenantAPIView):
    """Look again among whom we know now."""

    permissions = {"POST": EDIT}

    @extend_schema(request=None, responses=RediscoveryRow)
    def post(self, request: Request, pk: UUID) -> Response:
        try:
            stored = rediscovery.run(stored=load(RediscoverySearch, pk), by=self.actor, now=timezone.now())
        except TooSlow as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(RediscoveryRow(stored).data)


class RediscoveryFindings(TenantAPIView):
    """20 people of the last run, from `start`, with the evidence for each requirement."""

    permissions = {"GET": VIEW}

    @extend_schema(parameters=[START], responses=FindingShape(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        stored, start = load(RediscoverySearch, pk), _start(request)
        found = rediscovery.findings(stored=stored, now=timezone.now(), start=start, limit=20)
        return Response([_finding(one) for one in found])


class SimilarPeople(TenantAPIView):
    """The 20 people most like somebody."""

    permissions = {"GET": VIEW}

    @extend_schema(parameters=[NEAR], responses=AlikeShape(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        near = flag_of(request, "near")
        found = similar.people_like(candidate=load(Candidate, pk), now=timezone.now(), same_country=near)
        return Response(
            [
                {
                    **{"id": one.row.id, "name": one.row.name, "work": one.row.work},
                    **{"skills": one.skills, "companies": one.companies},
                    "passage": str(one.snippet.html) if one.snippet else None,
                }
                for one in found
            ]
        )
