"""What else describes a person and is changed piece by piece: skills in detail, addresses, documents, photo, labels."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import files
from crm.services.files import RESUMES, FileRefused
from crm.unseen import one_line
from talent.choices import SourceKind
from talent.forms.person import DocumentForm, LabelsForm, MeasureForm, PointForm, SourceForm, UploadForm
from talent.models import Candidate, CandidateSkill, ContactPoint, Document
from talent.services import candidates, claims, documents, photos, points, private_labels, sources
from talent.services.contact import AddressTaken
from talent.services.documents import NotCurrent
from talent.services.private_labels import LabelRefused
from talent.views.candidate_parts import again, editing

EDIT = Permission.CANDIDATE_EDIT


@member(EDIT)
def measure(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How well a person does one thing."""
    claim = load(CandidateSkill.objects.select_related("skill", "candidate"), pk)
    form = MeasureForm(request.POST or None, claim=claim)
    if request.method == "POST" and form.is_valid():
        evidence = form.cleaned_data["evidence"]
        claims.measure(claim=claim, measure=form.measure(), by=request.actor, now=timezone.now(), evidence=evidence)
        return answers.done(request, f"{claim.skill} is saved.", to=editing(request, claim.candidate_id))
    words = {"form": form, "claim": claim, "candidate": claim.candidate}
    return render(request, "talent/claim_form.html", words, status=422 if form.errors else 200)


@member(EDIT)
def correct_point(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Another value for an address; the old one stays in the history."""
    point = load(ContactPoint.objects.select_related("candidate"), pk)
    form = PointForm(request.POST or None, point=point)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            points.correct(point=point, told=said["point"], use=said["use"], by=request.actor, now=timezone.now())
        except AddressTaken as error:
            form.add_error("value", str(error))
        else:
            return answers.done(request, f"{point.value} is saved.", to=editing(request, point.candidate_id))
    words = {"form": form, "point": point, "candidate": point.candidate}
    return render(request, "talent/point_form.html", words, status=422 if form.errors else 200)


@require_POST
@member(EDIT)
def verify_point(request: MemberRequest, pk: UUID) -> HttpResponse:
    point = load(ContactPoint, pk)
    points.verify(point=point, by=request.actor, now=timezone.now())
    return answers.done(request, f"{point.value} is known to work.", to=editing(request, point.candidate_id))


@require_POST
@member(EDIT)
def add_source(request: MemberRequest, pk: UUID) -> HttpResponse:
    """They came once more: the first source stays."""
    candidate, form = load(Candidate, pk), SourceForm(request.POST)
    if not form.is_valid():
        return again(request, candidate, source_form=form)
    source = candidates.source_named(one_line(form.cleaned_data["name"]), SourceKind.MANUAL)
    sources.add(candidate=candidate, source=source, by=request.actor, now=timezone.now())
    return answers.done(request, f"“{source}” is noted.", to=editing(request, pk))


@require_POST
@member(Permission.CANDIDATE_VIEW)
def set_labels(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The member's own labels: whoever may see a person may label them."""
    candidate, form = load(Candidate, pk), LabelsForm(request.POST)
    to = reverse("talent:candidate-detail", args=[request.tenant.slug, pk])
    if not form.is_valid():
        return answers.refused(request, " ".join(map(str, form.errors["labels"])), to=to)
    try:
        private_labels.set_labels(candidate=candidate, member=request.member, names=form.cleaned_data["labels"])
    except LabelRefused as error:
        return answers.refused(request, str(error), to=to)
    return answers.done(request, "Your labels are saved. Only you see them.", to=to)


@require_POST
@member(EDIT)
def add_document(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A file about a person; its text is read in the background."""
    candidate, form = load(Candidate, pk), DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return again(request, candidate, document_form=form)
    try:
        stored = files.store_upload(upload=form.cleaned_data["file"], limits=RESUMES)
    except FileRefused as error:
        form.add_error("file", str(error))
        return again(request, candidate, document_form=form)
    kind, now = form.cleaned_data["kind"], timezone.now()
    documents.add(candidate=candidate, file=stored, text="", by=request.actor, now=now, kind=kind)
    return answers.done(request, f"“{stored}” is added.", to=editing(request, pk))


@require_POST
@member(EDIT)
def replace_document(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A newer version; the old ones stay and are listed."""
    document, form = load(Document, pk), UploadForm(request.POST, request.FILES)
    to = editing(request, document.candidate_id)
    if not form.is_valid():
        return answers.refused(request, "Choose the file that takes its place.", to=to)
    try:
        stored = files.store_upload(upload=form.cleaned_data["file"], limits=RESUMES)
        newer = documents.replace(document=document, file=stored, text="", by=request.actor, now=timezone.now())
    except (FileRefused, NotCurrent) as error:
        return answers.refused(request, str(error), to=to)
    return answers.done(request, f"“{stored}” is version {newer.version}. The older one is kept.", to=to)


@require_POST
@member(Permission.CANDIDATE_DELETE)
def remove_document(request: MemberRequest, pk: UUID) -> HttpResponse:
    document = load(Document.objects.select_related("file"), pk)
    name, candidate_id = str(document), document.candidate_id
    documents.remove(document=document, by=request.actor, now=timezone.now())
    return answers.done(request, f"“{name}” is removed with all its versions.", to=editing(request, candidate_id))


@require_POST
@member(EDIT)
def put_photo(request: MemberRequest, pk: UUID) -> HttpResponse:
    candidate, form = load(Candidate.objects.select_related("photo"), pk), UploadForm(request.POST, request.FILES)
    to = editing(request, pk)
    if not form.is_valid():
        return answers.refused(request, "Choose a picture.", to=to)
    try:
        photos.put(candidate=candidate, upload=form.cleaned_data["file"], by=request.actor, now=timezone.now())
    except FileRefused as error:
        return answers.refused(request, str(error), to=to)
    return answers.done(request, "The photo is saved.", to=to)


@require_POST
@member(EDIT)
def remove_photo(request: MemberRequest, pk: UUID) -> HttpResponse:
    candidate = load(Candidate.objects.select_related("photo"), pk)
    photos.remove(candidate=candidate, by=request.actor, now=timezone.now())
    return answers.done(request, "The photo is removed.", to=editing(request, pk))


@member(Permission.CANDIDATE_VIEW)
def photo(request: MemberRequest, pk: UUID) -> FileResponse:
    """The picture itself."""
    response = photos.picture(load(Candidate.objects.select_related("photo"), pk))
    if response is None:
        raise Http404("There is no photo.")
    return response
