"""Pages of the content library, for members: list, writing, publishing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import files
from portal.choices import ContentKind
from portal.forms import ContentForm
from portal.models import ContentItem
from portal.services import content
from portal.services.content import NotContent, Words
from talent.views.paging import after, split

VIEW, EDIT = Permission.OUTREACH_VIEW, Permission.OUTREACH_EDIT
PAGE = 50


@require_safe
@member(VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """All content, of one kind with `?kind=`."""
    kind = request.GET.get("kind", "") if request.GET.get("kind") in ContentKind.values else ""
    found, last = split(content.listing(kind=kind, before=after(request), limit=PAGE + 1), PAGE)
    names = content.topic_names(found)
    rows = [(item, [names[key] for key in item.topics]) for item in found]
    words = {"rows": rows, "last": last, "kind": kind, "kinds": ContentKind.choices}
    return render(request, "portal/content_list.html", words)


def _page(request: MemberRequest, form: ContentForm, kind: str, item: ContentItem | None) -> HttpResponse:
    address = content.address(item) if item else ""
    words = {"form": form, "item": item, "kind": kind, "kinds": ContentKind.choices, "address": address}
    return render(request, "portal/content_edit.html", words, status=422 if form.errors else 200)


def _done(
    request: MemberRequest, form: ContentForm, write: Callable[[Words, UploadedFile | None], ContentItem], said: str
) -> HttpResponse | None:
    """On to the item that was written; None when the form has mistakes, which it then shows."""
    try:
        item = write(form.words(), form.cleaned_data.get("file"))
    except NotContent as error:
        for field, sentence in error.problems.items():
            form.add_error(field if field in form.fields else None, sentence)
        return None
    messages.success(request, f"“{item.title}” is {said}.")
    return redirect("portal:content-edit", request.tenant.slug, item.pk)


@member(EDIT)
def new(request: MemberRequest, kind: str) -> HttpResponse:
    """A draft of one kind."""
    if kind not in ContentKind.values:
        raise Http404("There is no such kind of content.")
    form = ContentForm(request.POST or None, request.FILES or None, kind=kind)

    def write(words: Words, upload: UploadedFile | None) -> ContentItem:
        return content.create(kind=kind, words=words, by=request.actor, upload=upload, author=request.member)

    done = _done(request, form, write, "saved") if form.is_bound and form.is_valid() else None
    return done or _page(request, form, kind, None)


@member(EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    item = _load(pk)
    form = ContentForm(request.POST or None, request.FILES or None, kind=item.kind, item=item)

    def write(words: Words, upload: UploadedFile | None) -> ContentItem:
        return content.change(item=item, words=words, by=request.actor, upload=upload)

    done = _done(request, form, write, "saved") if form.is_bound and form.is_valid() else None
    return done or _page(request, form, item.kind, item)


@require_POST
@member(EDIT)
def publish(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Saves what stands in the form, and shows it to everybody; what is missing is said at its field."""
    item = _load(pk)
    form = ContentForm(request.POST, request.FILES, kind=item.kind, item=item)

    def write(words: Words, upload: UploadedFile | None) -> ContentItem:
        return content.publish_as(item=item, words=words, by=request.actor, upload=upload, now=timezone.now())

    done = _done(request, form, write, "published") if form.is_valid() else None
    return done or _page(request, form, item.kind, item)


def _load(pk: UUID) -> ContentItem:
    return load(ContentItem.objects.select_related("file", "tenant"), pk)


@require_POST
@member(EDIT)
def withdraw(request: MemberRequest, pk: UUID) -> HttpResponse:
    item = content.withdraw(item=load(ContentItem, pk), by=request.actor)
    messages.success(request, f"“{item.title}” is a draft again. Its address leads nowhere now.")
    return redirect("portal:content-edit", request.tenant.slug, pk)


@require_POST
@member(EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A draft that was never published."""
    item = load(ContentItem, pk)
    try:
        content.delete(item=item, by=request.actor)
    except content.WasPublished as error:
        messages.error(request, str(error))
        return redirect("portal:content-edit", request.tenant.slug, pk)
    messages.success(request, f"“{item.title}” is deleted.")
    return redirect("portal:content-list", request.tenant.slug)


@require_safe
@member(VIEW)
def file(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The file as it came, to look at; not counted."""
    item = load(ContentItem.objects.select_related("file"), pk)
    if item.file is None:
        raise Http404("There is no file.")
    return files.download(item.file)
