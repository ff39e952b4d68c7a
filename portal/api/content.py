"""Content for machines: what there is, writing it, publishing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api import pages
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from portal.choices import ContentKind
from portal.models import ContentItem
from portal.services import content
from portal.services.content import NotContent, Words

VIEW, EDIT = Permission.OUTREACH_VIEW, Permission.OUTREACH_EDIT


class ContentShape(serializers.ModelSerializer[ContentItem]):
    """A piece of content. `url` is its page for everybody once it is published; `topics` are names of skills."""

    topics = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    file_name = serializers.CharField(source="file.name", default="", read_only=True)

    class Meta:
        model = ContentItem
        fields = ["id", "kind", "title", "slug", "summary", "body", "link", "topics", "event_on", "is_gated"]
        fields += ["file_name", "url", "published_at", "download_count", "created_at", "updated_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_topics(self, item: ContentItem) -> list[str]:
        return [self.context["names"][key] for key in item.topics]

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, item: ContentItem) -> str:
        return content.address(item)


class ContentPage(serializers.Serializer[Any]):
    """Pieces of content, and the address of the next page or null."""

    results = ContentShape(many=True)
    next = serializers.CharField(allow_null=True)


class ContentWords(StrictSerializer):
    """What is written; what is left out is empty. A `file` goes as `multipart/form-data`, with `topics` repeated."""

    title = serializers.CharField(max_length=160)
    summary = serializers.CharField(max_length=400, required=False, allow_blank=True)
    body = serializers.CharField(max_length=50_000, required=False, allow_blank=True)
    link = serializers.URLField(max_length=500, required=False, allow_blank=True)
    topics = serializers.ListField(child=serializers.CharField(max_length=80), required=False, max_length=20)
    event_on = serializers.DateField(required=False, allow_null=True)
    is_gated = serializers.BooleanField(required=False, default=False)
    file = serializers.FileField(required=False)


class NewContent(ContentWords):
    """The same, and what kind of content it is; that stays."""

    kind = serializers.ChoiceField(choices=ContentKind.choices)


def _split(said: dict[str, Any]) -> tuple[Words, UploadedFile | None]:
    upload: UploadedFile | None = said.pop("file", None)
    return Words(**said), upload


def _shapes(items: Sequence[ContentItem]) -> list[dict[str, Any]]:
    return list(ContentShape(items, many=True, context={"names": content.topic_names(items)}).data)


def _both(shape: type[StrictSerializer]) -> Any:
    return {"application/json": shape, "multipart/form-data": shape}


class ContentList(TenantAPIView):
    """All content, what was begun last first; a new draft."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(
        operation_id="content_list",
        parameters=[
            OpenApiParameter("kind", enum=ContentKind.values),
            OpenApiParameter("limit", OpenApiTypes.INT),
            OpenApiParameter("before", OpenApiTypes.UUID),
        ],
        responses=ContentPage,
    )
    def get(self, request: Request) -> Response:
        limit, kind = pages.limit_of(request), request.query_params.get("kind", "")
        if kind and kind not in ContentKind.values:
            raise ValidationError({"kind": [f"One of {', '.join(ContentKind.values)}."]})
        rows = content.listing(kind=kind, before=pages.uuid_of(request, "before"), limit=limit + 1)
        return Response(pages.answer(request, _shapes(rows[:limit]), len(rows) > limit))

    @extend_schema(request=_both(NewContent), responses={201: ContentShape})
    def post(self, request: Request) -> Response:
        said = NewContent(data=request.data).sent()
        kind, (words, upload) = said.pop("kind"), _split(said)
        try:
            item = content.create(kind=kind, words=words, by=self.actor, upload=upload)
        except NotContent as error:
            raise ValidationError(dict(error.problems)) from error
        return Response(_shapes([item])[0], status=201)


class ContentDetail(TenantAPIView):
    """One piece of content; other words for it."""

    permissions = {"GET": VIEW, "PUT": EDIT, "DELETE": EDIT}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Throw away a draft that was never published; 400 for one that was."""
        try:
            content.delete(item=load(ContentItem, pk), by=self.actor)
        except content.WasPublished as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)

    @extend_schema(responses=ContentShape)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(_shapes([load(ContentItem, pk)])[0])

    @extend_schema(request=_both(ContentWords), responses=ContentShape)
    def put(self, request: Request, pk: UUID) -> Response:
        item, (words, upload) = load(ContentItem, pk), _split(ContentWords(data=request.data).sent())
        try:
            item = content.change(item=item, words=words, by=self.actor, upload=upload)
        except NotContent as error:
            raise ValidationError(dict(error.problems)) from error
        return Response(_shapes([item])[0])


class ContentPublish(TenantAPIView):
    """Shows it to everybody; it is announced the first time. Again changes nothing."""

    permissions = {"POST": EDIT}

    @extend_schema(request=None, responses=ContentShape)
    def post(self, request: Request, pk: UUID) -> Response:
        try:
            item = content.publish(item=load(ContentItem, pk), by=self.actor, now=timezone.now())
        except NotContent as error:
            raise ValidationError(dict(error.problems)) from error
        return Response(_shapes([item])[0])


class ContentWithdraw(TenantAPIView):
    """Makes it a draft again: its page is gone."""

    permissions = {"POST": EDIT}

    @extend_schema(request=None, responses=ContentShape)
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(_shapes([content.withdraw(item=load(ContentItem, pk), by=self.actor)])[0])
