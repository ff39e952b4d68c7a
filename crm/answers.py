"""What a view answers when something is done: a toast for htmx, else a message on the next page."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from crm.services.undo import NothingToUndo


def toast(text: str, *, undo: str = "", tone: str = "", watch: str = "", events: tuple[str, ...] = ()) -> HttpResponse:
    """204 with a toast; `undo` is the address that its button posts to, `events` are fired on the page as well.

    `watch` is the address of a fragment that the toast shows: how far something is that goes on.
    """
    more = {"undo": undo, "tone": tone, "watch": watch}
    shown = {"text": text} | {name: value for name, value in more.items() if value}
    fired: dict[str, object] = {"crm:toast": shown, **{name: {} for name in events}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(fired)})


def done(
    request: HttpRequest, text: str, *, to: str, undo: str = "", watch: str = "", events: tuple[str, ...] = ()
) -> HttpResponse:
    """It worked: a toast in place for htmx, else on to the page `to`, where the same text (and Undo) is shown."""
    if getattr(request, "htmx", False):
        return toast(text, undo=undo, watch=watch, events=events)
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    return redirect(to)


def refused(request: HttpRequest, text: str, *, to: str, events: tuple[str, ...] = ()) -> HttpResponse:
    """It was not done, and why; `events` are fired on the page, for what is no longer as it is shown there."""
    if getattr(request, "htmx", False):
        return toast(text, tone="error", events=events)
    messages.error(request, text)
    return redirect(to)


def taken_back(
    request: HttpRequest, take_back: Callable[[], str], *, to: str, events: tuple[str, ...] = ()
) -> HttpResponse:
    """What the Undo of a toast answers: the sentence that `take_back` gives, or why it cannot be taken back.

    Outside a page, where no toast has offered it, a token that leads to nothing is an address that does not exist.
    """
    try:
        text = take_back()
    except NothingToUndo as error:
        if not getattr(request, "htmx", False):
            raise Http404(str(error)) from error
        return refused(request, str(error), to=to)
    return done(request, text, to=to, events=events)
