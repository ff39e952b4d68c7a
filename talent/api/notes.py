"""Notes for machines: about a person; one of them, what it said before, and its pin."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import MOST
from crm.api.strict import StrictSerializer
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.permissions import Permission
from crm.tenancy.context import current_tenant_id
from talent.api.candidates import EDIT, VIEW
from talent.choices_notes import NoteVisibility, Unread
from talent.models import Candidate, Note
from talent.services import notes
from talent.services.notes import MentionsUnread, NotANote, NotTheAuthor, Sharing

Shape = serializers.Serializer[Any]
QUOTABLE_HELP = "Mails may name its first line as what was talked about; only of a note for the whole `team`."
UNREAD_HELP = "For mentions of members who may not read the note: let them read it, or do not tell them."


class NoteRow(Shape):
    """A note of the team. Only those that the caller may read are shown; with an API key, those for everybody."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    author_id = serializers.UUIDField(allow_null=True)
    visibility = serializers.ChoiceField(NoteVisibility.choices)
    may_be_shown = serializers.BooleanField(help_text="May be seen by the candidate.")
    is_quotable = serializers.BooleanField(help_text=QUOTABLE_HELP)
    pinned_at = serializers.DateTimeField(allow_null=True)
    edited_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class NoteVersionRow(Shape):
    """What a note said for a while."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    written_at = serializers.DateTimeField()
    replaced_at = serializers.DateTimeField()


class NoteDetailRow(NoteRow):
    """A note with its chosen readers, and what it said before, the latest first."""

    candidate_id = serializers.UUIDField()
    readers = serializers.ListField(child=serializers.UUIDField())
    versions = NoteVersionRow(many=True)


class NoteIn(StrictSerializer):
    """A note to write. "@Name" in the text mentions a member, who is told."""

    text = serializers.CharField(max_length=10000)
    visibility = serializers.ChoiceField(NoteVisibility.choices, required=False, default=NoteVisibility.TEAM)
    readers = serializers.ListField(
        child=serializers.UUIDField(), max_length=200, required=False, default=list, help_text="Members, for `chosen`."
    )
    may_be_shown = serializers.BooleanField(required=False, default=False)
    is_quotable = serializers.BooleanField(required=False, default=False, help_text=QUOTABLE_HELP)
    unread = serializers.ChoiceField(
        Unread.choices, required=False, allow_blank=True, default="", help_text=UNREAD_HELP
    )


class NoteChange(StrictSerializer):
    """What to change; what is left out stays. Words and readers are the author's, the pin is everybody's."""

    text = serializers.CharField(max_length=10000, required=False)
    visibility = serializers.ChoiceField(NoteVisibility.choices, required=False)
    readers = serializers.ListField(child=serializers.UUIDField(), max_length=200, required=False)
    may_be_shown = serializers.BooleanField(required=False)
    is_quotable = serializers.BooleanField(required=False, help_text=QUOTABLE_HELP)
    unread = serializers.ChoiceField(Unread.choices, required=False, allow_blank=True, help_text=UNREAD_HELP)
    pinned = serializers.BooleanField(required=False)


def _members(keys: list[UUID]) -> list[Member]:
    team = {m.pk: m for m in Member.objects.of_tenant(current_tenant_id()).active()}
    if unknown := set(keys) - set(team):
        raise ValidationError({"readers": [f"There is no member {one} here." for one in unknown]})
    return [team[key] for key in keys]


def _sharing(said: dict[str, Any]) -> Sharing:
    readers = _members(said["readers"])
    return Sharing(said["visibility"], readers, said["may_be_shown"], said["unread"], said["is_quotable"])


def _told(note: Note) -> dict[str, Any]:
    readers = [m.pk for m in notes.readers(note)]
    more = {"candidate_id": note.candidate_id, "readers": readers, "versions": notes.versions(note)}
    return dict(NoteDetailRow(NoteRow(note).data | more).data)


class NoteList(TenantAPIView):
    """Notes about a person, newest first, the last 200."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=NoteRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = Note.objects.filter(candidate=load(Candidate, pk))[:MOST]
        return Response(NoteRow(rows, many=True).data)

    @extend_schema(request=NoteIn, responses={201: NoteRow})
    def post(self, request: Request, pk: UUID) -> Response:
        candidate, said = load(Candidate, pk), NoteIn(data=request.data).sent()
        author, now, sharing = self.actor.member_id, timezone.now(), _sharing(said)
        try:
            note = notes.add(
                candidate=candidate, text=said["text"], by=self.actor, author_id=author, now=now, sharing=sharing
            )
        except MentionsUnread as error:
            raise ValidationError({"unread": [str(error)]}) from error
        except NotANote as error:
            raise ValidationError({"visibility": [str(error)]}) from error
        return Response(NoteRow(note).data, status=201)


class NoteDetail(VersionedAPIView):
    """One note."""

    permissions = {"GET": VIEW, "PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(responses=NoteDetailRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(_told(load(Note, pk)))

    @extend_schema(request=NoteChange, responses=NoteDetailRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        note, said = load(Note, pk), NoteChange(data=request.data).sent()
        pinned = said.pop("pinned", None)
        if said:
            self._edit(note, said)
            note = load(Note, pk)
        if pinned is not None:
            notes.pin(note=note, pinned=pinned, by=self.actor, now=timezone.now())
        return Response(_told(note))

    def _edit(self, note: Note, said: dict[str, Any]) -> None:
        now = {name: getattr(note, name) for name in ("visibility", "may_be_shown", "is_quotable")} | {"unread": ""}
        told = {**now, "readers": [m.pk for m in notes.readers(note)], **said}
        text, sharing = said.get("text", note.text), _sharing(told)
        try:
            notes.edit(note=note, text=text, by=self.actor, now=timezone.now(), sharing=sharing)
        except NotTheAuthor as error:
            raise PermissionDenied(str(error)) from error
        except MentionsUnread as error:
            raise ValidationError({"unread": [str(error)]}) from error
        except NotANote as error:
            raise ValidationError({"visibility": [str(error)]}) from error

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        note = load(Note, pk)
        is_own = self.actor.kind == "member" and note.author_id == self.actor.id
        if not is_own and Permission.CANDIDATE_DELETE not in self.held:
            raise PermissionDenied("Only its author or an administrator can delete a note.")
        notes.delete(note=note, by=self.actor, now=timezone.now())
        return Response(status=204)
