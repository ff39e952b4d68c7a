"""What a workspace publishes, for everybody: its page, the form before a file, and the file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from crm.models import Tenant
from crm.services import files
from crm.tenancy.context import tenant as open_tenant
from portal import access
from portal.forms import VisitorForm
from portal.models import ContentItem
from portal.services import content, downloads, visitors


def _item(slug: str) -> ContentItem:
    item = content.at_address(slug)
    if item is None:
        raise Http404("There is nothing at this address.")
    return item


def _page(
    request: HttpRequest, name: str, workspace: Tenant, item: ContentItem, status: int = 200, **words: Any
) -> HttpResponse:
    words |= {"workspace": workspace, "item": item, "topics": content.names_of(item)}
    return render(request, f"portal/{name}.html", words, status=status)


@access.everybody
@require_http_methods(["GET", "HEAD", "POST"])
def article(request: HttpRequest, workspace: Tenant, slug: str) -> HttpResponse:
    """The page of one item. With a form before the file: the answer to it is the same for every address."""
    with open_tenant(workspace):
        item = _item(slug)
        if not item.is_gated:
            return _page(request, "article", workspace, item, ticket=downloads.ticket(item) if item.file else "")
        form = VisitorForm(request.POST if request.method == "POST" else None, wording=visitors.wording())
        if form.is_bound and not access.may(request, workspace, "download"):
            form.add_error(None, access.TOO_OFTEN)
        if not form.is_bound or not form.is_valid():
            return _page(request, "article", workspace, item, 422 if form.errors else 200, form=form)
        if not form.is_machine:
            said = form.cleaned_data
            downloads.ask(item=item, name=said["name"], email=said["email"], agreed_to=form.agreed_to)
    return redirect("portal-public:content-thanks", workspace.slug, slug, downloads.ticket(item))


def _refused(request: HttpRequest, workspace: Tenant, item: ContentItem, ticket: str) -> HttpResponse | None:
    """The answer to a link that opens nothing, any more or at all."""
    found = downloads.check(item, ticket)
    if found == "false" or item.file is None:
        raise Http404("There is nothing at this address.")
    return _page(request, "article_late", workspace, item, 410) if found == "late" else None


@access.everybody
@require_safe
def thanks(request: HttpRequest, workspace: Tenant, slug: str, ticket: str) -> HttpResponse:
    """After the form: the file."""
    with open_tenant(workspace):
        item = _item(slug)
        return _refused(request, workspace, item, ticket) or _page(
            request, "article_thanks", workspace, item, ticket=ticket
        )


@access.everybody
@require_safe
def file(request: HttpRequest, workspace: Tenant, slug: str, ticket: str) -> HttpResponseBase:
    """The file, under a name of ours; one without a form is counted here."""
    with open_tenant(workspace):
        item = _item(slug)
        if refused := _refused(request, workspace, item, ticket):
            return refused
        assert item.file is not None
        if request.method == "GET" and not item.is_gated:
            downloads.count(item)
        return files.download(item.file, name=downloads.file_name(item))
