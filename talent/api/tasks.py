"""Tasks for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm import paging
from crm.access import load
from crm.api.pages import flag_of, limit_of, uuid_of
from crm.api.strict import StrictSerializer
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.paging import Order, moment
from crm.permissions import Permission
from crm.services.undo import NothingToUndo
from talent.api.candidates import EDIT, PAGING
from talent.api.shapes import OwnedField
from talent.choices import TaskSource, TouchKind
from talent.models import Candidate, Task
from talent.services import tasks

Shape = serializers.Serializer[Any]
LATEST = Order("created_at", descending=True, parse=moment)
OF_WHOM = [
    OpenApiParameter("candidate", UUID, description="Only those about one person."),
    OpenApiParameter("assignee", UUID, description="Only those of one member."),
    OpenApiParameter("overdue", bool, description="Only those that are late."),
]


class TaskRow(Shape):
    """A task; `due_at` is the moment after which it is late."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    touch_kind = serializers.CharField(help_text="The kind of contact that it is: call, linkedin, meeting, or empty.")
    candidate_id = serializers.UUIDField(allow_null=True)
    assignee_id = serializers.UUIDField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    due_time = serializers.TimeField(allow_null=True)
    time_zone = serializers.CharField(help_text="IANA name; what date and time are meant in.")
    due_at = serializers.DateTimeField(allow_null=True)
    source = serializers.ChoiceField(TaskSource.choices)  # type: ignore[assignment]
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.CharField()
    created_at = serializers.DateTimeField()


class TaskPage(Shape):
    """A page of tasks."""

    results = TaskRow(many=True)
    next = serializers.CharField(allow_null=True)


class TaskIn(StrictSerializer):
    """A task to add. Without a zone, the workspace's counts. With a `touch_kind` it is a contact with the person."""

    title = serializers.CharField(max_length=200)
    touch_kind = serializers.ChoiceField(TouchKind.choices, required=False, allow_blank=True, default="")
    candidate_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    assignee_id = OwnedField(Member)
    due_on = serializers.DateField(required=False, allow_null=True, default=None, validators=[*tasks.DUE])
    due_time = serializers.TimeField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("due_time") and not attrs.get("due_on"):
            raise ValidationError({"due_on": ["A time needs its day."]})
        return attrs


class TaskChange(StrictSerializer):
    """What to change; what is left out stays. `done` marks it as done, or opens it again.

    With `done`, `reached` says of a contact whether both sides spoke.
    """

    title = serializers.CharField(max_length=200, required=False)
    touch_kind = serializers.ChoiceField(TouchKind.choices, required=False, allow_blank=True)
    assignee_id = OwnedField(Member)
    due_on = serializers.DateField(required=False, allow_null=True, validators=[*tasks.DUE])
    due_time = serializers.TimeField(required=False, allow_null=True)
    done = serializers.BooleanField(required=False)
    reached = serializers.BooleanField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "reached" in attrs and not attrs.get("done"):
            raise ValidationError({"reached": ["Say so of a task that is done by it: send `done` as well."]})
        return attrs


class TaskList(TenantAPIView):
    """Tasks, the newest first; a new one."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "POST": EDIT}

    @extend_schema(
        operation_id="tasks_list",
        parameters=[*PAGING, *OF_WHOM, OpenApiParameter("open", bool, description="Only those that are not done.")],
        responses=TaskPage,
    )
    def get(self, request: Request) -> Response:
        rows = Task.objects.open() if flag_of(request, "open") else Task.objects.all()
        if flag_of(request, "overdue"):
            rows = rows.overdue(timezone.now())
        if person := uuid_of(request, "candidate"):
            rows = rows.filter(candidate_id=person)
        if member := uuid_of(request, "assignee"):
            rows = rows.of_member(member)
        page = paging.page(rows, LATEST, after=request.query_params.get("after", ""), limit=limit_of(request))
        return Response(TaskPage({"results": page.rows, "next": page.after or None}).data)

    @extend_schema(request=TaskIn, responses={201: TaskRow})
    def post(self, request: Request) -> Response:
        said = TaskIn(data=request.data).sent()
        key = said.pop("candidate_id")
        person = load(Candidate, key) if key else None
        said["assignee"] = said.pop("assignee_id", None)
        task = tasks.add(candidate=person, by=self.actor, now=timezone.now(), zone=self.tenant.time_zone, **said)
        return Response(TaskRow(task).data, status=201)


class TaskDetail(VersionedAPIView):
    """One task."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(responses=TaskRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(TaskRow(load(Task, pk)).data)

    @extend_schema(request=TaskChange, responses=TaskRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        task, said = load(Task, pk), TaskChange(data=request.data).sent()
        done, reached, now = said.pop("done", None), said.pop("reached", None), timezone.now()
        if said:
            asked: dict[str, Any] = {
                "title": task.title,
                "touch_kind": task.touch_kind,
                "assignee": task.assignee,
                "due_on": task.due_on,
                "due_time": task.due_time,
            }
            asked |= {name.removesuffix("_id"): value for name, value in said.items()}
            tasks.change(task=task, by=self.actor, zone=task.time_zone or self.tenant.time_zone, **asked)
        if done:
            tasks.complete(tasks=[task], by=self.actor, now=now, reached=reached)
        elif done is not None:
            tasks.reopen(tasks=[task], by=self.actor, now=now)
        task.refresh_from_db()
        return Response(TaskRow(task).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        tasks.delete(task=load(Task, pk), by=self.actor, now=timezone.now())
        return Response(status=204)


class TasksDone(StrictSerializer):
    """Tasks that are done together: by their keys, or with `show` all open ones of that list, or about one person."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=1000, required=False, default=list)
    show = serializers.ChoiceField(["mine", "team", "overdue"], required=False, default=None, allow_null=True)
    candidate_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    reached = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Of contacts among them: did both sides speak?"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["ids"]) == bool(attrs["show"]):
            raise ValidationError({"ids": ["Send either `ids` or `show`."]})
        return attrs


class TasksDoneRow(Shape):
    """How many were open and are done now; `undo` takes it back within an hour."""

    done = serializers.IntegerField()
    undo = serializers.CharField()


class TaskUndoIn(StrictSerializer):
    """What `complete` answered."""

    undo = serializers.CharField(max_length=64)


class TasksReopened(Shape):
    """How many are open again."""

    reopened = serializers.IntegerField()


class TaskComplete(TenantAPIView):
    """Tasks done together."""

    permissions = {"POST": EDIT}

    @extend_schema(request=TasksDone, responses=TasksDoneRow)
    def post(self, request: Request) -> Response:
        said, now = TasksDone(data=request.data).sent(), timezone.now()
        if said["show"]:
            rows = tasks.all_open(
                show=said["show"], member=self._member(said["show"]), now=now, candidate_id=said["candidate_id"]
            )
        else:
            rows = list(Task.objects.filter(pk__in=said["ids"]))
        done = tasks.complete_together(tasks=rows, by=self.actor, now=now, reached=said["reached"])
        return Response({"done": done.count, "undo": done.undo})

    def _member(self, show: str) -> Member | None:
        """Whose tasks `mine` are: an API key has none."""
        if key := self.actor.member_id:
            return Member.objects.of_tenant(self.tenant.pk).filter(pk=key).first()
        if show == "mine":
            raise ValidationError({"show": ["An API key has no tasks of its own: say `team` or `overdue`."]})
        return None


class TaskUndo(TenantAPIView):
    """Open again what was done together."""

    permissions = {"POST": EDIT}

    @extend_schema(request=TaskUndoIn, responses=TasksReopened)
    def post(self, request: Request) -> Response:
        token = TaskUndoIn(data=request.data).sent()["undo"]
        try:
            return Response({"reopened": tasks.take_back(token=token, by=self.actor, now=timezone.now())})
        except NothingToUndo as error:
            raise ValidationError({"undo": [str(error)]}) from error
