"""What describes one person, for machines: claims, facts, wishes, sources, documents, photo, private labels."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.parsing import SeenMultiPartParser
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from crm.services import audit, files
from crm.services.files import RESUMES, FileRefused
from crm.unseen import one_line
from talent.api import shapes_person as shapes
from talent.api.own import OwnView
from talent.choices import SourceKind
from talent.models import Candidate, CandidateFact, CandidateSkill, ContactPointChange, Document, SourceTouch
from talent.services import (
    candidates,
    claims,
    documents,
    dossier,
    facts,
    photos,
    preferences,
    private_labels,
    sources,
)
from talent.services.claims import Measure, WrongScale
from talent.services.documents import NotCurrent
from talent.services.preferences import NotADay, Wishes
from talent.services.private_labels import LabelRefused

VIEW, EDIT = Permission.CANDIDATE_VIEW, Permission.CANDIDATE_EDIT
MOST = 200


class ClaimList(TenantAPIView):
    """What a person can do, in detail. Skills are added and removed with the person (`skills`)."""

    permissions = {"GET": VIEW}

    @extend_schema(responses=shapes.ClaimRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(shapes.ClaimRow(dossier.claims(load(Candidate, pk)), many=True).data)


class ClaimDetail(TenantAPIView):
    """How well a person does one thing."""

    permissions = {"PATCH": EDIT}

    @extend_schema(request=shapes.ClaimChange, responses=shapes.ClaimRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        claim = load(CandidateSkill.objects.select_related("skill"), pk)
        said = shapes.ClaimChange(data=request.data).sent()
        measure, evidence = Measure(**shapes.measured(claim, said)), said.get("evidence")
        try:
            claims.measure(claim=claim, measure=measure, by=self.actor, now=timezone.now(), evidence=evidence)
        except WrongScale as error:
            raise ValidationError({"level": [str(error)]}) from error
        return Response(shapes.ClaimRow(claim).data)


class FactList(TenantAPIView):
    """Short dated statements about a person, the newest first; one more."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=shapes.FactRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = CandidateFact.objects.filter(candidate=load(Candidate, pk))[:MOST]
        return Response(shapes.FactRow(rows, many=True).data)

    @extend_schema(request=shapes.FactIn, responses={201: shapes.FactRow})
    def post(self, request: Request, pk: UUID) -> Response:
        candidate, said = load(Candidate, pk), shapes.FactIn(data=request.data).sent()
        fact = facts.add(candidate=candidate, by=self.actor, now=timezone.now(), **said)
        return Response(shapes.FactRow(fact).data, status=201)


class FactDetail(TenantAPIView):
    """One statement."""

    permissions = {"PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(request=shapes.FactChange, responses=shapes.FactRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        fact, now = load(CandidateFact, pk), timezone.now()
        said = shapes.FactChange(data=request.data).sent()
        settled = said.pop("settled", None)
        if said:
            whole = {name: getattr(fact, name) for name in ("text", "kind", "stated_on", "valid_until")}
            facts.change(fact=fact, by=self.actor, now=now, **whole | said)
        if settled is not None:
            facts.settle(fact=fact, by=self.actor, now=now, settled=settled)
        return Response(shapes.FactRow(fact).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        facts.remove(fact=load(CandidateFact, pk), by=self.actor, now=timezone.now())
        return Response(status=204)


class WishesDetail(VersionedAPIView):
    """How a person likes to be contacted."""

    permissions = {"GET": VIEW, "PUT": EDIT}

    @extend_schema(responses=shapes.WishesShape)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(shapes.WishesShape(asdict(preferences.of(load(Candidate, pk)))).data)

    @extend_schema(request=shapes.WishesShape, responses=shapes.WishesShape)
    def put(self, request: Request, pk: UUID) -> Response:
        candidate, said = load(Candidate, pk), shapes.WishesShape(data=request.data).sent()
        preferences.put(candidate=candidate, wishes=Wishes(**said), by=self.actor, now=timezone.now())
        return Response(shapes.WishesShape(said).data)


class Pause(TenantAPIView):
    """Nothing is begun with a person before a day: no sequence, mailing or first mail. Answers still go."""

    permissions = {"PUT": EDIT, "DELETE": EDIT}

    @extend_schema(operation_id="candidate_pause", request=shapes.PauseShape, responses=shapes.PauseShape)
    def put(self, request: Request, pk: UUID) -> Response:
        said = shapes.PauseShape(data=request.data).sent()
        self._set(pk, said["until"])
        return Response(shapes.PauseShape(said).data)

    @extend_schema(operation_id="candidate_resume", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        self._set(pk, None)
        return Response(status=204)

    def _set(self, pk: UUID, until: date | None) -> None:
        candidate, today = load(Candidate, pk), timezone.localdate()
        try:
            preferences.pause(candidate=candidate, until=until, by=self.actor, now=timezone.now(), today=today)
        except NotADay as error:
            raise ValidationError({"until": [str(error)]}) from error


class SourceList(TenantAPIView):
    """The times after the first one that a person came to us; one more. The first one is the person's `source_id`."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=shapes.SourceRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(shapes.SourceRow(sources.later(load(Candidate, pk)), many=True).data)

    @extend_schema(request=shapes.SourceIn, responses={201: shapes.SourceRow(many=True)})
    def post(self, request: Request, pk: UUID) -> Response:
        candidate, said = load(Candidate, pk), shapes.SourceIn(data=request.data).sent()
        source = candidates.source_named(one_line(said["name"]), SourceKind.API)
        sources.add(candidate=candidate, source=source, by=self.actor, now=timezone.now())
        rows: list[SourceTouch] = sources.later(candidate)
        return Response(shapes.SourceRow(rows, many=True).data, status=201)


class PointChangeList(TenantAPIView):
    """What happened to a person's contact points, the latest first."""

    permissions = {"GET": VIEW}

    @extend_schema(responses=shapes.PointChangeRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = ContactPointChange.objects.filter(candidate=load(Candidate, pk))[:MOST]
        return Response(shapes.PointChangeRow(rows, many=True).data)


class PrivateLabels(OwnView):
    """The private labels of the member who asks; an API key is nobody, and has none."""

    permissions = {"GET": VIEW, "PUT": VIEW}
    what = "Private labels"

    @extend_schema(responses=shapes.LabelsShape)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response({"labels": private_labels.on(load(Candidate, pk), self.member())})

    @extend_schema(request=shapes.LabelsShape, responses=shapes.LabelsShape)
    def put(self, request: Request, pk: UUID) -> Response:
        candidate, said = load(Candidate, pk), shapes.LabelsShape(data=request.data).sent()
        try:
            names = private_labels.set_labels(candidate=candidate, member=self.member(), names=said["labels"])
        except LabelRefused as error:
            raise ValidationError({"labels": [str(error)]}) from error
        return Response({"labels": names})


class _Uploads(TenantAPIView):
    parser_classes = [SeenMultiPartParser]

    def upload(self, request: Request) -> Any:
        return shapes.UploadIn(data=request.data).sent()["file"]


class DocumentList(_Uploads):
    """A person's documents with their older versions; one more (`multipart/form-data`), whose text is read soon."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=shapes.DocumentRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = Document.objects.filter(candidate=load(Candidate, pk)).select_related("file").defer("text")[:MOST]
        return Response(shapes.DocumentRow(rows, many=True).data)

    @extend_schema(request={"multipart/form-data": shapes.DocumentIn}, responses={201: shapes.DocumentRow})
    def post(self, request: Request, pk: UUID) -> Response:
        candidate, said = load(Candidate, pk), shapes.DocumentIn(data=request.data).sent()
        try:
            stored = files.store_upload(upload=said["file"], limits=RESUMES)
        except FileRefused as error:
            raise ValidationError({"file": [str(error)]}) from error
        now, kind = timezone.now(), said["kind"]
        document = documents.add(candidate=candidate, file=stored, text="", by=self.actor, now=now, kind=kind)
        return Response(shapes.DocumentRow(document).data, status=201)


class DocumentDetail(_Uploads):
    """One document with its text: a newer version takes its place, or it goes with all its versions.

    Who read it is written down, as for the file.
    """

    permissions = {"GET": VIEW, "POST": EDIT, "DELETE": Permission.CANDIDATE_DELETE}

    @extend_schema(responses=shapes.DocumentWhole)
    def get(self, request: Request, pk: UUID) -> Response:
        document = load(Document.objects.select_related("file"), pk)
        audit.record(action="file.read", by=self.actor, object_type="crm.storedfile", object_id=document.file_id)
        return Response(shapes.DocumentWhole(document).data)

    @extend_schema(request={"multipart/form-data": shapes.UploadIn}, responses={201: shapes.DocumentRow})
    def post(self, request: Request, pk: UUID) -> Response:
        document = load(Document, pk)
        try:
            stored = files.store_upload(upload=self.upload(request), limits=RESUMES)
            newer = documents.replace(document=document, file=stored, text="", by=self.actor, now=timezone.now())
        except (FileRefused, NotCurrent) as error:
            raise ValidationError({"file": [str(error)]}) from error
        return Response(shapes.DocumentRow(newer).data, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        documents.remove(document=load(Document, pk), by=self.actor, now=timezone.now())
        return Response(status=204)


class DocumentFile(TenantAPIView):
    """The file of a document. Who read it is written down."""

    permissions = {"GET": VIEW}

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        file = load(Document.objects.select_related("file"), pk).file
        audit.record(action="file.read", by=self.actor, object_type="crm.storedfile", object_id=file.pk)
        return files.download(file)


class Photo(_Uploads):
    """A person's photo: JPEG, PNG or WebP by its bytes, up to 5 MB."""

    permissions = {"GET": VIEW, "PUT": EDIT, "DELETE": EDIT}

    @extend_schema(responses={(200, "image/*"): OpenApiTypes.BINARY, 404: None})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        picture = photos.picture(load(Candidate.objects.select_related("photo"), pk))
        if picture is None:
            raise Http404
        return picture

    @extend_schema(request={"multipart/form-data": shapes.UploadIn}, responses={204: None})
    def put(self, request: Request, pk: UUID) -> Response:
        candidate = load(Candidate.objects.select_related("photo"), pk)
        try:
            photos.put(candidate=candidate, upload=self.upload(request), by=self.actor, now=timezone.now())
        except FileRefused as error:
            raise ValidationError({"file": [str(error)]}) from error
        return Response(status=204)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        photos.remove(candidate=load(Candidate.objects.select_related("photo"), pk), by=self.actor, now=timezone.now())
        return Response(status=204)
