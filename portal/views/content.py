"""Pages of the content library, for members: list, writing, publishing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
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


def _saved(request: MemberRequest, form: ContentForm, kind: str, item: ContentItem | None) -> ContentItem | None:
    """The item as it was written; None when the form has mistakes, which it then shows."""
    by, upload, words = request.actor, form.cleaned_data.get("file"), form.words()
    try:
        if item is not None:
            return content.change(item=item, words=words, by=by, upload=upload)
        return content.create(kind=kind, words=words, by=by, upload=upload, author=request.member)
    except content.NotContent as error:
        for field, sentence in error.problems.items():
            form.add_error(field if field in form.fields else None, sentence)
    return None


def _write(request: MemberRequest, kind: ContentKind, item: ContentItem | None) -> HttpResponse:
    form = ContentForm(request.POST or None, request.FILES or None, kind=kind, item=item)
    if request.method == "POST" and form.is_valid() and (saved := _saved(request, form, kind, item)):
        messages.success(request, f"“{saved.title}” is saved.")
        return redirect("portal:content-edit", request.tenant.slug, saved.pk)
    address = content.address(item) if item else ""
    words = {"form": form, "item": item, "kind": kind, "kinds": ContentKind.choices, "address": address}
    return render(request, "portal/content_edit.html", words, status=422 if form.errors else 200)


@member(EDIT)
def new(request: MemberRequest, kind: str) -> HttpResponse:
    if kind not in ContentKind.values:
        raise Http404("There is no such kind of content.")
    return _write(request, ContentKind(kind), None)


@member(EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    item = load(ContentItem.objects.select_related("file", "tenant"), pk)
    return _write(request, ContentKind(item.kind), item)


@require_POST
@member(EDIT)
def publish(request: MemberRequest, pk: UUID) -> HttpResponse:
    try:
        item = content.publish(item=load(ContentItem, pk), by=request.actor, now=timezone.now())
    except content.NotReady as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{item.title}” is published.")
    return redirect("portal:content-edit", request.tenant.slug, pk)


@require_POST
@member(EDIT)
def withdraw(request: MemberRequest, pk: UUID) -> HttpResponse:
    item = content.withdraw(item=load(ContentItem, pk), by=request.actor)
    messages.success(request, f"“{item.title}” is a draft again. Its address leads nowhere now.")
    return redirect("portal:content-edit", request.tenant.slug, pk)


@require_safe
@member(VIEW)
def file(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The file as it came, to look at; not counted."""
    item = load(ContentItem.objects.select_related("file"), pk)
    if item.file is None:
        raise Http404("There is no file.")
    return files.download(item.file)
