"""Content-Security-Policy header from the setting SECURE_CSP, in the shape Django 6 uses."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"
TECHNICAL_PAGES = (404, 500)  # Django's own error pages under DEBUG are inline script and style
Policy = Mapping[str, Sequence[str] | bool]
Answer = Callable[[HttpRequest], HttpResponseBase]


def build_policy(policy: Policy) -> str:
    """`{"img-src": ["'self'", "data:"]}` -> `img-src 'self' data:`. True stands alone; False and empty lists drop."""
    parts = []
    for directive, values in policy.items():
        if values is True:
            parts.append(directive)
        elif values:
            parts.append(f"{directive} {' '.join(values)}")
    return "; ".join(parts)


def csp_middleware(get_response: Answer) -> Answer:
    """Sets the header on every answer, unless the view chose its own policy or the answer already has one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        policy = getattr(response, "_csp_config", settings.SECURE_CSP)
        if settings.DEBUG and response.status_code in TECHNICAL_PAGES:
            return response
        if policy and HEADER not in response.headers:
            response.headers[HEADER] = build_policy(policy)
        return response

    return middleware


def csp_override(policy: Policy) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """View decorator: this page has a policy of its own. An empty one means no header."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response._csp_config = policy  # type: ignore[attr-defined]
            return response

        return inner

    return decorate
