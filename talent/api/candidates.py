"""People for machines: list, add, change, delete; their contact points."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from crm.access import load
from crm.api.pages import LIMIT, limit_of
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent import identity
from talent.api import shapes
from talent.api.merged_away import MergedAway, standing
from talent.api.shapes_person import PointPatch
from talent.filters import catalogue, chips, tree
from talent.filters.tree import RuleError
from talent.identity import NotAContactPoint
from talent.models import Candidate, ContactPoint
from talent.profile import Claim, Job, Place, Profile, School
from talent.services import candidates, contact, everybody, field_values, kept_rules, labels, listing, points, search
from talent.services.candidates import CandidateInUse, NothingKnown, Origin
from talent.services.contact import AddressTaken
from talent.services.field_values import BadValues
from talent.services.kept_rules import RuleGone
from talent.services.listing import NEWEST, Asked

EDIT = Permission.CANDIDATE_EDIT
VIEW = Permission.CANDIDATE_VIEW
SHOWN = sorted(listing.OF_ITS_PAGE - {"after", "limit"})
PAGING = [
    OpenApiParameter("after", OpenApiTypes.STR, description="`next` of the page before."),
    LIMIT,
]
CHIPS = [
    OpenApiParameter(one.name, OpenApiTypes.STR, many=True, description=f"{one.field} {one.op.replace('_', ' ')}.")
    for one in chips.PARAMS
]
FILTERS = [
    *CHIPS,
    OpenApiParameter(
        "q", OpenApiTypes.STR, description="Words, “phrases”, brackets, OR, -not, begin*, field:value; see /search/."
    ),
    OpenApiParameter(
        "filter",
        OpenApiTypes.STR,
        description="A filter tree as JSON; see the segments. A long one is kept first: see /candidates/rules/.",
    ),
    OpenApiParameter("sort", OpenApiTypes.STR, enum=sorted(listing.ORDERS)),
    # The query of a saved view may be sent as it is.
    *(OpenApiParameter(name, OpenApiTypes.STR, description="Of a view's page; says nothing here.") for name in SHOWN),
]


def fast(data: object, status: int = 200) -> HttpResponse:
    """JSON of plain values, past the renderers."""
    return HttpResponse(orjson.dumps(data), content_type="application/json", status=status)


def _whole(data: dict[str, Any], status: int) -> HttpResponse:
    """A person, past the renderers as well, with moments and numbers as these write them."""
    told = orjson.dumps(data, JSONEncoder().default, orjson.OPT_UTC_Z)
    return HttpResponse(told, content_type="application/json", status=status)


def _rule(text: str) -> tree.Node | None:
    try:
        return catalogue.parse(orjson.loads(kept_rules.whole(text))) if text else None
    except RuleGone as error:
        raise ValidationError({"filter": [str(error)]}) from error
    except orjson.JSONDecodeError as error:
        raise ValidationError({"filter": ["This is not JSON."]}) from error
    except RuleError as error:
        raise ValidationError({"filter": [{"path": p.path, "message": p.message} for p in error.problems]}) from error


class _WithCustom(TenantAPIView):
    def _custom(self, candidate: Candidate, values: dict[str, Any], *, only_empty: bool = False) -> None:
        """Keep custom fields; of a person who is known already, `only_empty` ones are filled."""
        put = field_values.fill if only_empty else field_values.put
        try:
            put(candidate=candidate, values=values, role=self.role, by=self.actor, now=timezone.now())
        except BadValues as error:
            raise ValidationError({f"custom.{key}": [text] for key, text in error.problems.items()}) from error


class CandidateList(_WithCustom):
    """People, a page at a time; a new person."""

    permissions = {"GET": VIEW, "POST": EDIT}

    def _asked(self, request: Request) -> Asked:
        asked, chosen = listing.asked_in(request.query_params, self.tenant.time_zone)
        if chosen.problems:
            raise ValidationError({"detail": " ".join(one.said for one in chosen.problems)})
        if asked.sort and asked.sort not in listing.ORDERS:
            raise ValidationError({"sort": [f"Sort by one of: {', '.join(sorted(listing.ORDERS))}."]})
        rule = _rule(request.query_params.get("filter", ""))
        both = tree.All((asked.tree, rule)) if rule else asked.tree
        return Asked(both, asked.words, asked.sort, asked.zone)

    @extend_schema(operation_id="candidates_list", parameters=[*PAGING, *FILTERS], responses=shapes.CandidatePage)
    def get(self, request: Request) -> HttpResponse:
        asked, limit, after = self._asked(request), limit_of(request), request.query_params.get("after", "")
        try:
            if asked.is_everybody and (all_of := everybody.page(asked.sort or NEWEST, after=after, limit=limit)):
                return _answer(all_of.rows, all_of.after, all_of.total)
            # Everybody in an order is read off an index; what is asked for may be slow.
            with search.in_time() if asked.words or asked.tree != tree.EVERYBODY else nullcontext():
                found = listing.page(asked, now=timezone.now(), after=after, limit=limit)
        except search.TooSlow as error:
            raise ValidationError({"q": [str(error)]}) from error
        return _answer(found.page.rows, found.page.after, found.total)

    @extend_schema(request=shapes.CandidateIn, responses={201: shapes.CandidateWhole, 200: shapes.CandidateWhole})
    def post(self, request: Request) -> HttpResponse:
        """201 with a new person; 200 with the known one, who now has what was new."""
        said, now = shapes.CandidateIn.checked(request.data), timezone.now()
        origin = Origin(self.actor.label, shapes.SOURCE_KIND, said.get("source", "API"))
        profile = _profile(said)
        if problems := candidates.identified(profile)[1]:
            raise ValidationError({"detail": " ".join(problems)})
        try:
            fields = field_values.in_use()
            outcome = candidates.save(profile=profile, origin=origin, by=self.actor, now=now, also=[fields])
        except NothingKnown as error:
            raise ValidationError({"name": [str(error)]}) from error
        person, custom, tags = outcome.candidate, said.get("custom", {}), said.get("tags", [])
        self._custom(person, custom, only_empty=True)
        for name in tags:
            labels.tag(candidates=[person], name=name, by=self.actor, now=now)
        if outcome.brought and not (custom or tags):
            return _whole(shapes.newcomer(person, outcome.brought, fields, self.role), 201)
        if custom or tags:
            person.refresh_from_db()
        return _whole(shapes.whole(person, self.role), 201 if outcome.created else 200)


SORTED_BY = [name for name in ("score", *(o.column for o in listing.ORDERS.values())) if name not in listing.COLUMNS]


def _answer(rows: Sequence[dict[str, Any]], after: str, total: int) -> HttpResponse:
    return fast({"results": [_row(one) for one in rows], "next": after or None, "total": total})


def _row(one: dict[str, Any]) -> dict[str, Any]:
    one["id"] = one.pop("pk")
    for name in SORTED_BY:
        one.pop(name, None)
    return one


def _profile(said: dict[str, Any]) -> Profile:
    def claim(name: str) -> Claim | None:
        return Claim(said[name]) if said.get(name) else None

    def claims(name: str) -> list[Claim]:
        return [Claim(text) for text in said.get(name, [])]

    return Profile(
        name=claim("name"),
        headline=claim("headline"),
        summary=claim("summary"),
        emails=claims("emails"),
        phones=claims("phones"),
        links=claims("links"),
        place=Place(said["location"]) if said.get("location") else None,
        skills=claims("skills"),
        jobs=[Job(**job) for job in said.get("jobs", [])],
        schools=[School(**school) for school in said.get("education", [])],
    )


class CandidateDetail(_WithCustom, VersionedAPIView):
    """One person. A record that became part of another one answers 410, with the id of that one in `merged_into`."""

    permissions = {"GET": VIEW, "PATCH": EDIT, "DELETE": Permission.CANDIDATE_DELETE}
    kept_by_system = ("last_contacted_at", "last_replied_at", "last_two_way_at", "updated_at", "told_at")

    @extend_schema(responses={200: shapes.CandidateWhole, 410: MergedAway})
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(shapes.whole(standing(pk), self.role))

    @extend_schema(request=shapes.CandidateChange, responses={200: shapes.CandidateWhole, 410: MergedAway})
    def patch(self, request: Request, pk: UUID) -> Response:
        candidate, now = standing(pk), timezone.now()
        said = shapes.CandidateChange(data=request.data).sent()
        if "source_id" in said and candidate.source_id not in (None, said["source_id"] and said["source_id"].pk):
            raise ValidationError({"source_id": ["The first source stays. Add another one to the person's sources."]})
        skills, tags = said.pop("skills", None), said.pop("tags", None)
        self._custom(candidate, said.pop("custom", {}))
        changes = {name.removesuffix("_id"): value for name, value in said.items()}
        candidates.edit(candidate=candidate, changes=changes, by=self.actor, now=now)
        if skills is not None:
            labels.set_skills(candidate=candidate, names=skills, by=self.actor, now=now)
        if tags is not None:
            labels.set_tags(candidate=candidate, names=tags, by=self.actor, now=now)
        return Response(shapes.whole(load(Candidate, pk), self.role))

    @extend_schema(responses={204: None, 410: MergedAway})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            candidates.delete(candidate=standing(pk), by=self.actor, now=timezone.now())
        except CandidateInUse as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)


class ContactPointList(TenantAPIView):
    """Ways to reach a person."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=shapes.ContactPointRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = ContactPoint.objects.filter(candidate=load(Candidate, pk))
        return Response(shapes.ContactPointRow(rows, many=True).data)

    @extend_schema(request=shapes.ContactPointIn, responses={201: shapes.ContactPointRow})
    def post(self, request: Request, pk: UUID) -> Response:
        candidate = load(Candidate, pk)
        said = shapes.ContactPointIn(data=request.data, context={"region": candidate.country or None}).sent()
        try:
            row = contact.give_point(candidate=candidate, point=said["point"], by=self.actor, now=timezone.now())
        except AddressTaken as error:
            raise ValidationError({"value": [str(error)]}) from error
        return Response(shapes.ContactPointRow(row).data, status=201)


class ContactPointDetail(TenantAPIView):
    """One way to reach a person."""

    permissions = {"PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(request=PointPatch, responses=shapes.ContactPointRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        """What it was before stays in the person's contact-point changes."""
        point, now = load(ContactPoint.objects.select_related("candidate"), pk), timezone.now()
        said = PointPatch(data=request.data).sent()
        try:
            if "value" in said or "use" in said:
                region = point.candidate.country or None
                told = identity.contact_point(point.kind, said.get("value", point.value), region)
                points.correct(point=point, told=told, use=said.get("use", point.use), by=self.actor, now=now)
        except (AddressTaken, NotAContactPoint) as error:
            raise ValidationError({"value": [str(error)]}) from error
        if said.get("verified"):
            points.verify(point=point, by=self.actor, now=now)
        if said.get("is_primary"):
            contact.make_primary(point=point, by=self.actor, now=now)
        return Response(shapes.ContactPointRow(point).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        contact.remove_point(point=load(ContactPoint, pk), by=self.actor, now=timezone.now())
        return Response(status=204)
