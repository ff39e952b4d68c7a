"""What a page's form sends and nobody can see is gone before any view looks at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from crm.unseen import cleaned

Answer = Callable[[HttpRequest], HttpResponseBase]


class UnseenMiddleware:
    """After the check of the form's token, which reads what was sent. A view without that check reads it itself."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        told = {name: cleaned(values, name) for name, values in request.POST.lists()}
        if told != dict(request.POST.lists()):
            sent = request.POST.copy()
            for name, values in told.items():
                sent.setlist(name, values)
            request.POST = sent  # type: ignore[assignment]
