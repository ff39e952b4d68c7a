"""Log-ins leave their trail in the audit log of the person's workspaces."""

from __future__ import annotations

import pytest
from allauth.mfa import signals as mfa
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.dispatch import Signal
from django.test import Client

from crm.models import AuditEntry, Member
from crm.tenancy.context import tenant as open_tenant
from tests.conftest import logged_in
from tests.factories.people import PASSWORD, a_tenant


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def trail(member: Member) -> list[str]:
    with open_tenant(member.tenant):
        entries = AuditEntry.objects.filter(action__startswith="login.", actor_id=member.pk).order_by(
            "occurred_at", "pk"
        )
        return list(entries.values_list("action", flat=True))


def try_in(member: Member, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": member.user.email.upper(), "password": password})
    return client


def test_log_in_and_out_are_noted(recruiter: Member) -> None:
    try_in(recruiter, PASSWORD).post("/accounts/logout/")

    assert trail(recruiter) == ["login.success", "login.end"]


def test_wrong_password_is_noted_without_it(recruiter: Member) -> None:
    try_in(recruiter, "not-the-right-one")

    assert trail(recruiter) == ["login.fail"]
    with open_tenant(recruiter.tenant):
        assert "not-the-right-one" not in str(list(AuditEntry.objects.values()))


def test_unknown_address_leaves_no_trace(recruiter: Member) -> None:
    Client().post("/accounts/login/", {"login": "nobody@example.com", "password": PASSWORD})

    assert trail(recruiter) == []


def test_every_workspace_of_the_person_hears_of_it(recruiter: Member) -> None:
    elsewhere = Member.objects.create(tenant=a_tenant("elsewhere"), user=recruiter.user, role="viewer")

    try_in(recruiter, PASSWORD)

    assert trail(recruiter) == trail(elsewhere) == ["login.success"]


def test_workspaces_of_others_hear_nothing(recruiter: Member, outsider: Member) -> None:
    try_in(recruiter, PASSWORD)

    assert trail(outsider) == []


def test_wrong_second_factor_is_noted(recruiter: Member) -> None:
    totp.TOTP.activate(recruiter.user, totp.generate_totp_secret())

    try_in(recruiter, PASSWORD).post("/accounts/2fa/authenticate/", {"code": "000000"})

    assert trail(recruiter) == ["login.fail_second_factor"]


def test_changed_password_is_noted(recruiter: Member) -> None:
    data = {"oldpassword": PASSWORD, "password1": "five-loud-ravens", "password2": "five-loud-ravens"}

    logged_in(recruiter).post("/accounts/password/change/", data)

    assert "login.change_password" in trail(recruiter)


@pytest.mark.parametrize(
    ("signal", "action"),
    [
        (mfa.authenticator_added, "login.add_second_factor"),
        (mfa.authenticator_removed, "login.remove_second_factor"),
        (mfa.authenticator_reset, "login.renew_second_factor"),
    ],
)
def test_second_factors_are_noted(recruiter: Member, signal: Signal, action: str) -> None:
    signal.send(sender=object, request=None, user=recruiter.user, authenticator=None)

    assert trail(recruiter) == [action]
