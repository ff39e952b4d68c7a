"""Message templates for machines."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.models import MessageTemplate, Snippet, TemplateTranslation
from outreach.services import languages, message_templates, senders, snippets, templates
from outreach.services.message_templates import Shelf
from outreach.services.snippets import NotASnippet


class TemplateSerializer(StrictSerializer, serializers.ModelSerializer[MessageTemplate]):
    """A template; `problems` are sentences: it is never sent while there are any."""

    problems = serializers.SerializerMethodField()
    tags = serializers.ListField(child=serializers.CharField(max_length=40), max_length=12, required=False)

    class Meta:
        model = MessageTemplate
        shelf: ClassVar[list[str]] = ["folder", "tags", "is_private", "is_locked", "language"]
        fields = ["id", "name", "subject", "body", *shelf, "problems", "used_count", "created_at", "updated_at"]
        read_only_fields = ["id", "used_count", "created_at", "updated_at"]
        validators: list[Any] = []

    def get_problems(self, template: MessageTemplate) -> list[str]:
        return [str(problem) for problem in templates.check(subject=template.subject, body=template.body)]


def _require(view: TenantAPIView, template: MessageTemplate, shelf: Shelf | None = None) -> None:
    try:
        message_templates.require(template, shelf, view.held)
    except message_templates.Locked as error:
        raise PermissionDenied(str(error)) from error


def _save(view: TenantAPIView, request: Request, template: MessageTemplate | None) -> Response:
    serializer = TemplateSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    values = dict(serializer.validated_data)
    before = template or MessageTemplate()
    shelf = Shelf(**{name: values.pop(name, getattr(before, name)) for name in TemplateSerializer.Meta.shelf})
    _require(view, before, shelf)
    try:
        author = senders.member_of(view.actor)
        row = message_templates.save(template=template, by=view.actor, shelf=shelf, author=author, **values)
    except message_templates.NameTaken as error:
        raise ValidationError({"name": [str(error)]}) from error
    return Response(TemplateSerializer(row).data, status=200 if template else 201)


class TemplateList(TenantAPIView):
    """All templates; a new one."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_EDIT}

    @extend_schema(responses=TemplateSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(TemplateSerializer(MessageTemplate.objects.visible(), many=True).data)

    @extend_schema(request=TemplateSerializer, responses={201: TemplateSerializer})
    def post(self, request: Request) -> Response:
        return _save(self, request, None)


class TemplateDetail(TenantAPIView):
    """One template."""

    permissions = {
        "GET": Permission.OUTREACH_VIEW,
        "PUT": Permission.OUTREACH_EDIT,
        "DELETE": Permission.OUTREACH_EDIT,
    }

    @extend_schema(responses=TemplateSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(TemplateSerializer(load(MessageTemplate.objects.visible(), pk)).data)

    @extend_schema(request=TemplateSerializer, responses=TemplateSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        return _save(self, request, load(MessageTemplate.objects.visible(), pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        template = load(MessageTemplate.objects.visible(), pk)
        _require(self, template)
        try:
            message_templates.delete(template=template, by=self.actor)
        except message_templates.InUse as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)


class TemplateCopy(TenantAPIView):
    """The same words under a name of its own, without a lock."""

    permissions = {"POST": Permission.OUTREACH_EDIT}

    @extend_schema(request=None, responses={201: TemplateSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        template = load(MessageTemplate.objects.visible(), pk)
        made = message_templates.copy(template=template, by=self.actor, author=senders.member_of(self.actor))
        return Response(TemplateSerializer(made).data, status=201)


class TranslationSerializer(StrictSerializer, serializers.ModelSerializer[TemplateTranslation]):
    """The words of a template in another language (ISO 639-1), for whoever would rather read that one."""

    class Meta:
        model = TemplateTranslation
        fields = ["id", "language", "subject", "body", "updated_at"]
        read_only_fields = ["id", "updated_at"]
        validators: list[Any] = []

    def validate_language(self, value: str) -> str:
        if value not in dict(languages.known()):
            raise serializers.ValidationError("An ISO 639-1 code: two small letters.")
        return value


class TranslationList(TenantAPIView):
    """The words of a template in other languages; POST gives it some, or other ones."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_EDIT}

    @extend_schema(responses=TranslationSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = languages.of(load(MessageTemplate.objects.visible(), pk))
        return Response(TranslationSerializer(rows, many=True).data)

    @extend_schema(request=TranslationSerializer, responses={201: TranslationSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        template = load(MessageTemplate.objects.visible(), pk)
        _require(self, template)
        said = TranslationSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            row = languages.put(template=template, by=self.actor, **said.validated_data)
        except languages.NotALanguage as error:
            raise ValidationError({"language": [str(error)]}) from error
        return Response(TranslationSerializer(row).data, status=201)


class TranslationDetail(TenantAPIView):
    """The words of one language."""

    permissions = {"DELETE": Permission.OUTREACH_EDIT}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        row = load(TemplateTranslation.objects.select_related("template"), pk)
        _require(self, load(MessageTemplate.objects.visible(), row.template_id))
        languages.drop(translation=row, by=self.actor)
        return Response(status=204)


class RateSerializer(serializers.Serializer[Any]):
    """A share, and where it may really lie, with 95 % confidence."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class TemplateUseSerializer(serializers.Serializer[Any]):
    """What came of the mails that were written with a template."""

    sent = serializers.IntegerField()
    replied = serializers.IntegerField()
    rate = RateSerializer()


class TemplateUse(TenantAPIView):
    """How often a template was sent and answered."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=TemplateUseSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        template = load(MessageTemplate.objects.visible(), pk)
        return Response(TemplateUseSerializer(message_templates.entries([template])[0]).data)


class SnippetSerializer(StrictSerializer, serializers.ModelSerializer[Snippet]):
    """Words for many texts: `[[name]]` stands for them."""

    class Meta:
        model = Snippet
        fields = ["id", "name", "body", "created_at", "updated_at"]
        read_only_fields = ["id", "created_at", "updated_at"]
        validators: list[Any] = []


def _save_snippet(view: TenantAPIView, request: Request, snippet: Snippet | None) -> Response:
    said = SnippetSerializer(data=request.data)
    said.is_valid(raise_exception=True)
    try:
        row = snippets.save(by=view.actor, snippet=snippet, **said.validated_data)
    except NotASnippet as error:
        raise ValidationError({"body": [str(error)]}) from error
    return Response(SnippetSerializer(row).data, status=200 if snippet else 201)


class SnippetList(TenantAPIView):
    """All snippets; a new one."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_EDIT}

    @extend_schema(responses=SnippetSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(SnippetSerializer(Snippet.objects.all(), many=True).data)

    @extend_schema(request=SnippetSerializer, responses={201: SnippetSerializer})
    def post(self, request: Request) -> Response:
        return _save_snippet(self, request, None)


class SnippetDetail(TenantAPIView):
    """One snippet."""

    permissions = {
        "GET": Permission.OUTREACH_VIEW,
        "PUT": Permission.OUTREACH_EDIT,
        "DELETE": Permission.OUTREACH_EDIT,
    }

    @extend_schema(responses=SnippetSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(SnippetSerializer(load(Snippet, pk)).data)

    @extend_schema(request=SnippetSerializer, responses=SnippetSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        return _save_snippet(self, request, load(Snippet, pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            snippets.delete(snippet=load(Snippet, pk), by=self.actor)
        except NotASnippet as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)
