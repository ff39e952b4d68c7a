"""The inbox: conversations, one of them open, answering, done."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from crm.access import load, member
from crm.paging import BadCursor
from crm.permissions import Permission
from crm.registry import HomeRow
from crm.requests import MemberRequest, aims_at
from inbox.forms import LetterForm, ReplyForm
from inbox.models import Thread
from inbox.services import classes, threads, tray, writing
from inbox.services.writing import AlreadyPlanned, MayNotWrite
from outreach.choices import ExclusionReason
from outreach.models import OutboundMessage
from talent.models import Candidate
from talent.services import contact_standing

HOME_ROWS = 5


def go(request: MemberRequest, url: str) -> HttpResponse:
    """To another page; from an Undo, which asks in the background, as well."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _view(request: MemberRequest) -> str:
    asked = request.GET.get("view", "")
    return asked if asked in dict(threads.VIEWS) else "needs"


def panes(request: MemberRequest) -> dict[str, object]:
    """What the two left panes show: the views with their counts, and the list."""
    view = _view(request)
    try:
        found = threads.listing(view=view, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404(str(error)) from error
    here = reverse("inbox:thread-list", args=[request.tenant.slug])
    return {
        "view": view,
        "listing": found,
        "more_url": f"{here}?{urlencode({'view': view, 'after': found.after})}" if found.after else "",
        "waiting": threads.waiting(),
        "unknown": tray.waiting(),
    }


def home_rows(request: MemberRequest) -> list[HomeRow]:
    """For the start page: the newest answers that wait for us."""
    if Permission.INBOX_VIEW not in request.member.permissions:
        return []
    return [
        HomeRow(
            rank=10,
            icon="reply",
            text=f"{thread.candidate.name} replied",
            url=reverse("inbox:thread", args=[request.tenant.slug, thread.pk]),
            button="Reply",
            detail=thread.snippet or str(thread),
        )
        for thread in threads.listing(view="needs", limit=HOME_ROWS).rows
    ]


@member(Permission.INBOX_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """The list alone; for `load more` the next rows."""
    part = "#rows" if request.htmx and request.GET.get("after") else ""
    return render(request, f"inbox/thread_list.html{part}", panes(request))


def _open(request: MemberRequest, thread: Thread, form: ReplyForm, status: int = 200) -> HttpResponse:
    words: dict[str, Any] = {"thread": thread, "said": threads.conversation(thread), "form": form}
    words["reply_classes"] = classes.SAID
    part = "#conversation" if aims_at(request, "conversation") else ""
    if not part:
        words |= {
            "outlook": writing.outlook(thread=thread, sender=request.member, now=timezone.now()),
            **panes(request),
        }
    return render(request, f"inbox/thread_detail.html{part}", words, status=status)


@member(Permission.INBOX_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _open(request, load(threads.everybody(), pk), ReplyForm())


@require_POST
@member(Permission.INBOX_REPLY)
def reply(request: MemberRequest, pk: UUID) -> HttpResponse:
    thread = load(threads.everybody(), pk)
    form = ReplyForm(request.POST)
    if form.is_valid() and form.may_go(thread.candidate, request.member):
        try:
            planned = writing.reply(thread=thread, letter=form.letter(), sender=request.member, now=timezone.now())
            return _sent(request, planned, reverse("inbox:thread", args=[request.tenant.slug, pk]))
        except (MayNotWrite, AlreadyPlanned) as error:
            form.add_error(None, str(error))
    return _open(request, thread, form, status=422)


def _sent(request: MemberRequest, planned: OutboundMessage, to: str) -> HttpResponse:
    """Back to the page, with ten seconds to take it back; or until it goes, where it has to wait."""
    undo = reverse("inbox:message-cancel", args=[request.tenant.slug, planned.pk])
    waits = planned.put_off_words
    messages.success(request, f"It waits. {waits}" if waits else "On its way in 10 seconds.", extra_tags=f"undo:{undo}")
    return redirect(to)


@require_POST
@member(Permission.INBOX_REPLY)
def cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    message = load(OutboundMessage, pk)
    if writing.cancel(message=message, by=request.actor, now=timezone.now()):
        messages.success(request, "Taken back. It was not sent.")
    else:
        messages.error(request, "Too late: it has been sent.")
    thread = threads.of_outgoing(message)
    slug = request.tenant.slug
    if thread is None:
        return go(request, reverse("talent:candidate-detail", args=[slug, message.candidate_id]))
    return go(request, reverse("inbox:thread", args=[slug, thread.pk]))


@require_POST
@member(Permission.INBOX_REPLY)
def done(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Done, and on to the next one that waits."""
    thread = load(Thread, pk)
    if threads.done(thread=thread, by=request.actor, now=timezone.now()):
        undo = reverse("inbox:thread-reopen", args=[request.tenant.slug, pk])
        messages.success(request, "Done.", extra_tags=f"undo:{undo}")
    following = threads.next_waiting()
    if following is None:
        return redirect("inbox:thread-list", request.tenant.slug)
    return redirect("inbox:thread", request.tenant.slug, following.pk)


@require_POST
@member(Permission.INBOX_REPLY)
def reopen(request: MemberRequest, pk: UUID) -> HttpResponse:
    thread = load(Thread, pk)
    threads.reopen(thread=thread, by=request.actor, now=timezone.now())
    return go(request, reverse("inbox:thread", args=[request.tenant.slug, thread.pk]))


@member(Permission.INBOX_REPLY)
def write(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A first mail to a person."""
    candidate = load(Candidate, pk)
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.may_go(candidate, request.member):
        try:
            planned = writing.write(
                candidate=candidate, letter=form.letter(), sender=request.member, now=timezone.now()
            )
            return _sent(request, planned, reverse("talent:candidate-detail", args=[request.tenant.slug, pk]))
        except (MayNotWrite, AlreadyPlanned) as error:
            form.add_error(None, str(error))
    now = timezone.now()
    outlook = writing.outlook_to(candidate=candidate, sender=request.member, now=now)
    sentence = contact_standing.of(candidate, now).sentence
    is_said = sentence.words.split(":")[0] in outlook.warning  # what is off limits is named by both
    words = {"candidate": candidate, "form": form, "sentence": None if is_said else sentence, "outlook": outlook}
    words["refused"] = writing.refuses(outlook)
    if outlook.reason == ExclusionReason.IN_CONVERSATION:
        words["conversation"] = threads.latest_with(candidate.pk)
    return render(request, "inbox/message_new.html", words, status=422 if form.errors else 200)
