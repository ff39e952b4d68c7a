"""Lets the links of our mails be called on a domain of a tenant: those addresses alone, whatever the host is called."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]
LINKS = "/t/"  # pictures and counted links: what they show comes from their signed token, never from the host


def link_domains_middleware(get_response: Answer) -> Answer:
    """Stands first. All other addresses go on refusing a host that is not ours."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(LINKS):
            domain, _ = split_domain_port(request.META.get("HTTP_HOST", ""))
            if not validate_host(domain, settings.ALLOWED_HOSTS):
                request.META["HTTP_HOST"] = urlsplit(settings.BASE_URL).netloc
        return get_response(request)

    return middleware
