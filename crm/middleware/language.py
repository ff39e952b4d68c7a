"""The one language of the pages, said to Django before each request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponseBase]


def language_middleware(get_response: Answer) -> Answer:
    """It is the language that Django takes anyway. But where none is active it learns so from an exception, for each
    sentence and each address: a twelfth of the time of a page.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        translation.activate(settings.LANGUAGE_CODE)
        return get_response(request)

    return middleware
