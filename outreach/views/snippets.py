"""Pages of snippets: the list, writing one, throwing one away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.writing import SnippetForm
from outreach.models import Snippet
from outreach.services import merge_tags, snippets
from outreach.services.snippets import NotASnippet


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    return render(request, "outreach/snippet_list.html", {"snippets": Snippet.objects.all()})


def _edit(request: MemberRequest, snippet: Snippet | None) -> HttpResponse:
    stored = Snippet.objects.get(pk=snippet.pk) if snippet else None
    form = SnippetForm(request.POST or None, instance=snippet)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "body")}
        try:
            snippets.save(**values, by=request.actor, snippet=stored, author=request.member)
        except NotASnippet as error:
            form.add_error("body", str(error))
        else:
            messages.success(request, f"“{values['name']}” is saved.")
            return redirect("outreach:snippet-list", request.tenant.slug)
    words = {"form": form, "snippet": stored, "tags": merge_tags.offered()}
    words["uses"] = snippets.uses(stored.name) if stored else []
    return render(request, "outreach/snippet_edit.html", words, status=422 if form.errors else 200)


@member(Permission.OUTREACH_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    return _edit(request, None)


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _edit(request, load(Snippet, pk))


@require_POST
@member(Permission.OUTREACH_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    snippet = load(Snippet, pk)
    try:
        snippets.delete(snippet=snippet, by=request.actor)
    except NotASnippet as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{snippet.name}” is deleted.")
    return redirect("outreach:snippet-list", request.tenant.slug)
