"""Tags, skills and custom fields for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import flag_of, uuid_of
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from crm.services.undo import NothingToUndo
from talent.api import shapes_person as shapes
from talent.api.shapes import NamedRow
from talent.models import FieldDefinition, Skill, SkillAlias, Tag
from talent.services import custom_fields, relabel, skills, tags
from talent.services.custom_fields import NAMES, FieldRefused, Rules
from talent.services.relabel import SameLabel
from talent.services.skills import BadParent, NameTaken, SkillInUse
from talent.services.tags import TagInUse

MOST = 1000
VIEW, MANAGE = Permission.CANDIDATE_VIEW, Permission.TENANT_MANAGE
INTO = [OpenApiParameter("into", OpenApiTypes.UUID, required=True, description="The one that would stay.")]
ARCHIVED = [OpenApiParameter("archived", OpenApiTypes.BOOL, description="Those put away as well; for managers.")]
WORDS = [OpenApiParameter("q", OpenApiTypes.STR, description="A part of the name, or of another name.")]


def _words(request: Request) -> str:
    return request.query_params.get("q", "").replace("\x00", "")[:80]


def _into(request: Request) -> UUID:
    """The key of what a merge would go into."""
    key = uuid_of(request, "into")
    if key is None:
        raise ValidationError({"into": ["Say into which one."]})
    return key


def _wrong(name: str, error: Exception) -> ValidationError:
    return ValidationError({name: [str(error)]})


class TagList(TenantAPIView):
    """The tags of the workspace by name, 1,000 at most; a new one."""

    permissions = {"GET": VIEW, "POST": MANAGE}

    @extend_schema(parameters=WORDS, responses=NamedRow(many=True))
    def get(self, request: Request) -> Response:
        rows = Tag.objects.filter(name__icontains=_words(request))[:MOST]
        return Response(NamedRow(rows, many=True).data)

    @extend_schema(request=shapes.NameIn, responses={201: NamedRow})
    def post(self, request: Request) -> Response:
        try:
            tag = tags.create(name=shapes.NameIn(data=request.data).sent()["name"], by=self.actor)
        except NameTaken as error:
            raise _wrong("name", error) from error
        return Response(NamedRow(tag).data, status=201)


class TagDetail(TenantAPIView):
    """One tag: another name for it, or, when nobody has it, its end."""

    permissions = {"PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(request=shapes.NameIn, responses=shapes.RelabelledRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        tag, said = load(Tag, pk), shapes.NameIn(data=request.data).sent()
        try:
            done = relabel.rename_tag(tag=tag, name=said["name"], by=self.actor, now=timezone.now())
        except NameTaken as error:
            raise _wrong("name", error) from error
        return Response(asdict(done))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            tags.delete(tag=load(Tag, pk), by=self.actor)
        except TagInUse as error:
            raise _wrong("detail", error) from error
        return Response(status=204)


class TagMerge(TenantAPIView):
    """Whoever has this tag has another one instead."""

    permissions = {"GET": MANAGE, "POST": MANAGE}

    @extend_schema(operation_id="tags_merge_preview", parameters=INTO, responses=shapes.MergeTouches)
    def get(self, request: Request, pk: UUID) -> Response:
        """How many people a merge would touch; nothing happens yet."""
        tag, into = load(Tag, pk), load(Tag, _into(request))
        return Response({"people": tags.people(tag), "both": tags.both(tag, into)})

    @extend_schema(request=shapes.TagMergeIn, responses=shapes.RelabelledRow)
    def post(self, request: Request, pk: UUID) -> Response:
        tag, said = load(Tag, pk), shapes.TagMergeIn(data=request.data).sent()
        into = Tag.objects.filter(pk=said["into"]).first()
        if into is None:
            raise ValidationError({"into": ["There is no such tag in this workspace."]})
        try:
            return Response(asdict(relabel.merge_tags(tag=tag, into=into, by=self.actor, now=timezone.now())))
        except SameLabel as error:
            raise _wrong("into", error) from error


class SkillList(TenantAPIView):
    """The skills of the workspace by name, 1,000 at most; a new one."""

    permissions = {"GET": VIEW, "POST": MANAGE}

    @extend_schema(parameters=WORDS, responses=shapes.SkillRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(shapes.SkillRow(skills.overview(_words(request))[:MOST], many=True).data)

    @extend_schema(request=shapes.SkillIn, responses={201: shapes.SkillRow})
    def post(self, request: Request) -> Response:
        try:
            skill = skills.create(by=self.actor, **shapes.SkillIn(data=request.data).sent())
        except NameTaken as error:
            raise _wrong("name", error) from error
        return Response(_skill(skill.pk), status=201)


def _skill(pk: UUID) -> dict[str, Any]:
    return dict(shapes.SkillRow(load(skills.overview(), pk)).data)


class SkillDetail(TenantAPIView):
    """One skill."""

    permissions = {"GET": VIEW, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(responses=shapes.SkillRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(_skill(pk))

    @extend_schema(request=shapes.SkillChange, responses=shapes.SkillRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        """A new name re-keys everybody who has it; the old one becomes an alias."""
        skill = load(Skill.objects.select_related("parent"), pk)
        said = shapes.SkillChange(data=request.data).sent()
        try:
            self._change(skill, said)
        except NameTaken as error:
            raise _wrong("name", error) from error
        except BadParent as error:
            raise _wrong("parent", error) from error
        return Response(_skill(pk))

    def _change(self, skill: Skill, said: dict[str, Any]) -> None:
        if "kind" in said or "parent" in said:
            kind, parent = said.get("kind", skill.kind), said.get("parent", skill.parent)
            skills.place(skill=skill, kind=kind, parent=parent, by=self.actor)
        if said.get("name", skill.name) != skill.name:
            relabel.rename_skill(skill=skill, name=said["name"], by=self.actor, now=timezone.now())
        if "aliases" in said:
            for alias in SkillAlias.objects.filter(skill=skill).exclude(name__in=said["aliases"]):
                skills.remove_alias(alias=alias, by=self.actor)
            for name in said["aliases"]:
                skills.add_alias(skill=skill, name=name, by=self.actor)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            skills.delete(skill=load(Skill, pk), by=self.actor)
        except SkillInUse as error:
            raise _wrong("detail", error) from error
        return Response(status=204)


class SkillMerge(TenantAPIView):
    """Whoever has this skill has another one instead; its names become aliases of that."""

    permissions = {"GET": MANAGE, "POST": MANAGE}

    @extend_schema(operation_id="skills_merge_preview", parameters=INTO, responses=shapes.MergeTouches)
    def get(self, request: Request, pk: UUID) -> Response:
        """How many people a merge would touch; nothing happens yet."""
        skill, into = load(Skill, pk), load(Skill, _into(request))
        return Response({"people": skills.people(skill), "both": skills.both(skill, into)})

    @extend_schema(request=shapes.SkillMergeIn, responses=shapes.RelabelledRow)
    def post(self, request: Request, pk: UUID) -> Response:
        skill, said = load(Skill, pk), shapes.SkillMergeIn(data=request.data).sent()
        try:
            done = relabel.merge_skills(skill=skill, into=said["into"], by=self.actor, now=timezone.now())
        except SameLabel as error:
            raise _wrong("into", error) from error
        return Response(asdict(done))


class LabelUndo(TenantAPIView):
    """Takes back a rename or merge of skills or tags, within the hour."""

    permissions = {"POST": MANAGE}

    @extend_schema(request=shapes.UndoIn, responses=shapes.UndoneRow)
    def post(self, request: Request) -> Response:
        said = shapes.UndoIn(data=request.data).sent()
        try:
            people = relabel.take_back(token=said["undo"], by=self.actor, now=timezone.now())
        except NothingToUndo as error:
            raise _wrong("undo", error) from error
        return Response({"people": people})


class FieldList(TenantAPIView):
    """The workspace's own fields about people that the caller's role may see; a new one."""

    permissions = {"GET": VIEW, "POST": MANAGE}

    @extend_schema(parameters=ARCHIVED, responses=shapes.FieldRow(many=True))
    def get(self, request: Request) -> Response:
        if flag_of(request, "archived"):
            if MANAGE not in self.held:
                raise PermissionDenied("Your role may not manage the workspace's own fields.")
            return Response(shapes.FieldRow(custom_fields.overview(), many=True).data)
        return Response(shapes.FieldRow(custom_fields.definitions(self.role), many=True).data)

    @extend_schema(request=shapes.FieldIn, responses={201: shapes.FieldRow})
    def post(self, request: Request) -> Response:
        said = shapes.FieldIn(data=request.data).sent()
        type_, key = said.pop("type"), said.pop("key", "")
        try:
            field = custom_fields.create(rules=Rules(**said), type=type_, key=key, by=self.actor)
        except FieldRefused as error:
            raise ValidationError({name: [text] for name, text in error.problems.items()}) from error
        return Response(shapes.FieldRow(field).data, status=201)


class FieldDetail(TenantAPIView):
    """One custom field; `archived` puts it away or brings it back."""

    permissions = {"PATCH": MANAGE}

    @extend_schema(request=shapes.FieldChange, responses=shapes.FieldRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        field, said = load(FieldDefinition, pk), shapes.FieldChange(data=request.data).sent()
        archived = said.pop("archived", None)
        rules = Rules(**{name: said.get(name, getattr(field, name)) for name in NAMES})
        try:
            custom_fields.change(definition=field, rules=rules, by=self.actor)
        except FieldRefused as error:
            raise ValidationError({name: [text] for name, text in error.problems.items()}) from error
        if archived:
            custom_fields.archive(definition=field, by=self.actor, now=timezone.now())
        elif archived is False:
            custom_fields.restore(definition=field, by=self.actor)
        return Response(shapes.FieldRow(field).data)
