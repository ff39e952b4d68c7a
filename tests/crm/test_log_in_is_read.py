"""Who is logged in, and with which workspaces: read together, and never later than the truth."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm import navigation
from crm.backends import Backend
from crm.models import Member, Tenant, User
from crm.permissions import Role
from tests.conftest import logged_in
from tests.factories.people import a_tenant

TODAY, LOG_IN = "/o/acme/", "/accounts/login/?next=/o/acme/"


def test_a_person_comes_with_the_workspaces_that_are_open_to_them(owner: Member) -> None:
    closed = a_tenant("closed", status=Tenant.Status.SUSPENDED)
    Member.objects.create(tenant=closed, user=owner.user, role=Role.VIEWER)

    with CaptureQueriesContext(connection) as asked:
        found = Backend().get_user(owner.user_id)

    brought = found.brought if found else None
    assert (found, [one.tenant.slug for one in brought or ()], len(asked)) == (owner.user, ["acme"], 1)


def test_a_session_that_is_over_opens_nothing(owner: Member) -> None:
    client = logged_in(owner)
    before = client.get(TODAY).status_code
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert (before, client.get(TODAY).headers["location"]) == (200, LOG_IN)


def test_a_session_of_nobody_opens_nothing(owner: Member) -> None:
    client = Client()
    for key in ("x" * 32, "' OR true --" * 3, "short", "%s" * 16):
        client.cookies["session"] = key

        assert client.get(TODAY).headers["location"] == LOG_IN


def test_who_is_deactivated_is_logged_out(owner: Member) -> None:
    client = logged_in(owner)
    User.objects.filter(pk=owner.user_id).update(is_active=False)

    assert client.get(TODAY).headers["location"] == LOG_IN


def test_another_password_ends_the_sessions_that_are_open(owner: Member) -> None:
    client = logged_in(owner)
    owner.user.set_password("another-password-2026")
    owner.user.save()

    assert client.get(TODAY).headers["location"] == LOG_IN


def test_a_page_that_changes_something_asks_for_the_workspaces_anew(owner: Member) -> None:
    requests = [getattr(RequestFactory(), way)(TODAY) for way in ("get", "post")]
    for request in requests:
        request.user, request.member, request.tenant = Backend().get_user(owner.user_id), owner, owner.tenant
    Tenant.objects.filter(pk=owner.tenant_id).update(name="Renamed")

    assert [navigation.workspaces(request)[0]["name"] for request in requests] == [owner.tenant.name, "Renamed"]
