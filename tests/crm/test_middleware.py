"""The headers that every page carries: Content-Security-Policy and what keeps fragments apart from pages."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from crm.middleware.csp import build_policy, csp_middleware, csp_override
from crm.middleware.fragments import fragments_middleware

POLICY = {"default-src": ["'none'"], "img-src": ["'self'", "data:"]}


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def test_build_policy_joins_directives() -> None:
    policy = {**POLICY, "upgrade-insecure-requests": True, "script-src": [], "sandbox": False}

    assert build_policy(policy) == "default-src 'none'; img-src 'self' data:; upgrade-insecure-requests"


@override_settings(SECURE_CSP=POLICY)
def test_csp_middleware_sets_the_policy_of_the_settings(rf: RequestFactory) -> None:
    response = csp_middleware(plain)(rf.get("/"))

    assert response["Content-Security-Policy"] == "default-src 'none'; img-src 'self' data:"


@override_settings(SECURE_CSP=POLICY)
def test_csp_override_puts_the_views_own_policy(rf: RequestFactory) -> None:
    view = csp_override({"sandbox": True})(plain)

    assert csp_middleware(view)(rf.get("/"))["Content-Security-Policy"] == "sandbox"


@override_settings(SECURE_CSP=POLICY)
def test_csp_override_with_nothing_sends_no_header(rf: RequestFactory) -> None:
    view = csp_override({})(plain)

    assert "Content-Security-Policy" not in csp_middleware(view)(rf.get("/")).headers


@pytest.mark.parametrize(("headers", "expected"), [({}, None), ({"HX-Request": "true"}, "no-store")])
def test_fragments_are_kept_apart_and_not_stored(
    rf: RequestFactory, headers: dict[str, str], expected: str | None
) -> None:
    response = fragments_middleware(plain)(rf.get("/", headers=headers))

    assert (response["Vary"], response.headers.get("Cache-Control")) == ("HX-Request", expected)
