"""Saved views and exports for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.permissions import Permission
from crm.services import files
from talent.models import Export, SavedView
from talent.services import columns, exports, listing, saved_views
from talent.services.exports import ExportRefused
from talent.services.kept_rules import MOST_LETTERS
from talent.services.listing import NotReadable
from talent.services.saved_views import NameTaken, NotYours, TooManyViews

VIEW = Permission.CANDIDATE_VIEW
EXPORT = Permission.CANDIDATE_EXPORT


class ViewRow(serializers.ModelSerializer[SavedView]):
    """A saved view; `query` is a query string of the list of candidates, here as on the page."""

    class Meta:
        model = SavedView
        fields = ["id", "name", "owner", "is_shared", "query", "last_used_at", "archived_at", "created_at"]
        read_only_fields = fields


def of_the_list(query: str) -> None:
    """Raises ValidationError for a name that is none of the list's: a misspelled one would mean everybody."""
    if names := listing.unknown(query):
        raise ValidationError(f"“{names[0][:60]}” is nothing that the list can be asked for.")


class ViewIn(StrictSerializer):
    """A view to be saved."""

    name = serializers.CharField(max_length=80)
    query = serializers.CharField(
        max_length=MOST_LETTERS, allow_blank=True, required=False, default="", validators=[of_the_list]
    )
    is_shared = serializers.BooleanField(required=False, default=False)


class ViewChange(StrictSerializer):
    """What changes about a view."""

    name = serializers.CharField(max_length=80, required=False)
    query = serializers.CharField(max_length=MOST_LETTERS, allow_blank=True, required=False, validators=[of_the_list])
    is_shared = serializers.BooleanField(required=False)
    archived = serializers.BooleanField(required=False, help_text="Put away and off every rail, or taken back.")


class ExportRow(serializers.ModelSerializer[Export]):
    """An export and how far it is."""

    class Meta:
        model = Export
        fields = ["id", "format", "query", "columns", "state", "total", "written", "problem", "actor_label"]
        fields += ["started_at", "finished_at", "expires_at"]
        read_only_fields = fields


class ExportIn(StrictSerializer):
    """An export to be made; without `columns` the usual ones."""

    query = serializers.CharField(
        max_length=MOST_LETTERS, allow_blank=True, required=False, default="", validators=[of_the_list]
    )
    columns = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=30)
    format = serializers.ChoiceField(Export.Format.choices, required=False, default=Export.Format.CSV)


def _refused(error: NameTaken | NotReadable | TooManyViews) -> ValidationError:
    if isinstance(error, NotReadable):
        return ValidationError({"query": [{"path": p.path, "message": p.message} for p in error.problems]})
    return ValidationError({"name" if isinstance(error, NameTaken) else "query": [str(error)]})


class ViewBase(TenantAPIView):
    """What the addresses of saved views share: views belong to members, so a key sees those of the team."""

    @property
    def member_id(self) -> UUID | None:
        return self.actor.member_id

    def member(self) -> Member:
        found = Member.objects.filter(pk__in=[self.member_id]).select_related("user").first()
        if found is None:
            raise PermissionDenied("Views belong to members: a key can read those of the team.")
        return found

    def view(self, pk: UUID) -> SavedView:
        return load(SavedView.objects.seen_by(self.member_id), pk)


class ViewList(ViewBase):
    """One's own saved views and the team's; a new one."""

    permissions = {"GET": VIEW, "POST": VIEW}

    @extend_schema(operation_id="views_list", responses=ViewRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(ViewRow(SavedView.objects.seen_by(self.member_id), many=True).data)

    @extend_schema(request=ViewIn, responses={201: ViewRow})
    def post(self, request: Request) -> Response:
        said = ViewIn(data=request.data).sent()
        try:
            view = saved_views.create(owner=self.member(), **said)
        except (NameTaken, NotReadable, TooManyViews) as error:
            raise _refused(error) from error
        return Response(ViewRow(view).data, status=201)


class ViewDetail(ViewBase):
    """One saved view."""

    permissions = {"GET": VIEW, "PATCH": VIEW, "DELETE": VIEW}

    @extend_schema(responses=ViewRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ViewRow(self.view(pk)).data)

    @extend_schema(request=ViewChange, responses=ViewRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        view, said = self.view(pk), ViewChange(data=request.data).sent()
        archived, by = said.pop("archived", None), self.member()
        try:
            if said:
                saved_views.change(view=view, by=by, **said)
            if archived is not None:
                saved_views.archive(view=view, by=by, now=timezone.now() if archived else None)
        except NotYours as error:
            raise PermissionDenied(str(error)) from error
        except (NameTaken, NotReadable, TooManyViews) as error:
            raise _refused(error) from error
        return Response(ViewRow(view).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            saved_views.delete(view=self.view(pk), by=self.member())
        except NotYours as error:
            raise PermissionDenied(str(error)) from error
        return Response(status=204)


class ExportList(TenantAPIView):
    """The latest exports, 50 of them; a new one."""

    permissions = {"GET": EXPORT, "POST": EXPORT}

    @extend_schema(operation_id="exports_list", responses=ExportRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(ExportRow(exports.recently(), many=True).data)

    @extend_schema(request=ExportIn, responses={201: ExportRow, 202: ExportRow})
    def post(self, request: Request) -> Response:
        """201 when the file is ready, 202 when it is being written: ask for it again."""
        said: dict[str, Any] = ExportIn(data=request.data).sent()
        facts: dict[str, Any] = {
            "role": self.role,
            "by": self.actor,
            "now": timezone.now(),
            "zone": self.tenant.time_zone,
        }
        wanted = said.get("columns", [])
        if strange := sorted(set(wanted) - {column.name for column in columns.offered(self.role)}):
            raise ValidationError({"columns": [f"There is no column “{strange[0]}”. See /columns/."]})
        try:
            export = exports.start(query=said["query"], wanted=wanted, format=said["format"], **facts)
        except ExportRefused as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(ExportRow(export).data, status=202 if export.is_open else 201)


class ExportDetail(TenantAPIView):
    """One export: how far it is."""

    permissions = {"GET": EXPORT}

    @extend_schema(responses=ExportRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ExportRow(load(Export, pk)).data)


class ExportFile(TenantAPIView):
    """The file of an export."""

    permissions = {"GET": EXPORT}

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        try:
            return files.download(exports.read(export=load(Export, pk), by=self.actor, now=timezone.now()))
        except ExportRefused as error:
            raise ValidationError({"detail": str(error)}) from error
