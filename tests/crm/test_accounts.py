"""Sign-up, log-in with a second factor, and what outsiders can learn from either."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client

from crm.models import AuditEntry, Member, Tenant, User
from crm.permissions import Role
from crm.services import tenants
from crm.tenancy.context import tenant as open_tenant
from tests.conftest import logged_in
from tests.factories.people import PASSWORD, a_member, a_tenant, a_user

SIGN_UP = {
    "name": "Ada Example",
    "email": "Ada@example.com",
    "workspace": "Northwind Talent",
    "password1": "four-quiet-herons",
}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def verified_addresses(settings: object) -> None:
    """As where the product can send mail."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True


def test_sign_up_lands_on_the_new_workspace(db: None) -> None:
    response = Client().post("/accounts/signup/", SIGN_UP, follow=True)

    assert response.redirect_chain == [("/", 302), ("/o/northwind-talent/", 302)]


def test_sign_up_makes_owner_in_test_mode(db: None) -> None:
    Client().post("/accounts/signup/", SIGN_UP)

    member = Member.objects.get()
    assert (member.user.email, str(member), member.role) == ("ada@example.com", "Ada Example", Role.OWNER)
    assert (member.tenant.name, member.tenant.mail_mode) == ("Northwind Talent", Tenant.MailMode.TEST)


@pytest.mark.parametrize(
    ("zone", "kept"), [("Asia/Tokyo", "Asia/Tokyo"), ("Mars/Base", "UTC"), ("x" * 60, "UTC"), ("", "UTC")]
)
def test_new_person_and_workspace_go_by_the_clock_of_the_browser(db: None, zone: str, kept: str) -> None:
    Client().post("/accounts/signup/", {**SIGN_UP, "time_zone": zone})

    member = Member.objects.get()
    assert (member.user.time_zone, member.tenant.time_zone, member.user.name) == (kept, kept, "Ada Example")


def test_further_workspace_goes_by_its_makers_clock(recruiter: Member) -> None:
    User.objects.filter(pk=recruiter.user_id).update(time_zone="America/Chicago")

    logged_in(recruiter).post("/workspaces/new/", {"name": "Side Project"})

    assert Tenant.objects.get(name="Side Project").time_zone == "America/Chicago"


def test_sign_up_that_fails_halfway_saves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenants, "free_slug", lambda name: "x" * 60)

    with pytest.raises(Exception, match="too long"):
        Client().post("/accounts/signup/", SIGN_UP)

    assert User.objects.count() == 0


def test_sign_up_with_weak_password_keeps_what_was_typed(db: None) -> None:
    response = Client().post("/accounts/signup/", {**SIGN_UP, "password1": "short"})

    assert 'value="Northwind Talent"' in response.content.decode()
    assert User.objects.count() == 0


def test_start_address_leads_to_log_in(db: None) -> None:
    assert Client().get("/").headers["Location"] == "/accounts/login/"


def test_start_address_leads_to_the_workspace_used_last(owner: Member) -> None:
    second = tenants.create(name="Second", owner=owner.user)
    client = logged_in(owner)
    client.get(f"/o/{second.tenant.slug}/")

    assert client.get("/").headers["Location"] == "/o/second/"


def test_start_address_without_workspace_offers_one(db: None) -> None:
    client = Client()
    client.force_login(a_user("ada@example.com"))

    assert client.get("/").headers["Location"] == "/workspaces/new/"


def test_further_workspace_is_owned_by_its_maker(recruiter: Member) -> None:
    response = logged_in(recruiter).post("/workspaces/new/", {"name": "Side Project"})

    assert response.headers["Location"] == "/o/side-project/"
    assert Member.objects.get(tenant__slug="side-project").role == Role.OWNER


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Northwind Talent", "northwind-talent"),
        ("Admin", "admin-2"),
        ("Acme", "acme-2"),
        ("Société d’Été", "societe-dete"),
        ("x" * 80, "x" * 35),
    ],
)
def test_slug_is_free_and_not_reserved(tenant: Tenant, name: str, slug: str) -> None:
    assert tenants.free_slug(name) == slug


def test_slug_of_name_without_latin_letters_is_neutral(db: None) -> None:
    assert tenants.free_slug("株式会社").startswith("workspace-")


@pytest.mark.parametrize("slug", ["admin", "acme"])
def test_reserved_or_taken_slug_is_refused(tenant: Tenant, slug: str) -> None:
    with pytest.raises(tenants.SlugRefused):
        tenants.create(name="Anything", slug=slug, owner=a_user("ada@example.com"))


def test_slug_taken_meanwhile_is_retried(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    a_tenant("acme")
    answers = iter(["acme", "acme-2"])
    monkeypatch.setattr(tenants, "free_slug", lambda name: next(answers))

    assert tenants.create(name="Acme", owner=a_user("ada@example.com")).tenant.slug == "acme-2"


def test_new_workspace_is_in_the_audit_log(db: None) -> None:
    member = tenants.create(name="Acme", owner=a_user("ada@example.com"))

    with open_tenant(member.tenant):
        entries = AuditEntry.objects.filter(object_type="crm.tenant")
        assert list(entries.values_list("action", "actor_id")) == [("tenant.create", member.pk)]


def test_log_in_lands_on_the_workspace(recruiter: Member) -> None:
    response = Client().post(
        "/accounts/login/", {"login": "recruiter@acme.example.com", "password": PASSWORD}, follow=True
    )

    assert response.redirect_chain[-1] == ("/o/acme/", 302)


def with_totp(member: Member) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(member.user, secret)
    return secret


def code_for(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def test_log_in_asks_for_the_second_factor(recruiter: Member) -> None:
    secret, client = with_totp(recruiter), Client()

    first = client.post("/accounts/login/", {"login": recruiter.user.email, "password": PASSWORD})
    assert (first.headers["Location"], client.get("/o/acme/").status_code) == ("/accounts/2fa/authenticate/", 302)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})

    assert client.get("/o/acme/").status_code == 200


def test_wrong_second_factor_stays_outside(recruiter: Member) -> None:
    with_totp(recruiter)
    client = Client()

    client.post("/accounts/login/", {"login": recruiter.user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    assert client.get("/o/acme/").status_code == 302


def test_seed_of_one_time_codes_is_encrypted(recruiter: Member) -> None:
    secret = with_totp(recruiter)

    assert secret not in Authenticator.objects.get().data["secret"]


def test_guessing_at_one_account_ends_after_five(recruiter: Member) -> None:
    client = Client()
    for _ in range(5):
        client.post("/accounts/login/", {"login": recruiter.user.email, "password": "wrong"})

    response = client.post("/accounts/login/", {"login": recruiter.user.email, "password": PASSWORD})

    assert "Too many failed login attempts" in response.content.decode()


def without_secrets(response: object, email: str) -> str:
    """An answer without what differs between any two requests."""
    text = response.content.decode().replace(email, "ADDRESS")
    return "".join(line for line in text.splitlines() if "csrf" not in line)


def test_sign_up_answers_the_same_for_a_known_address(recruiter: Member, verified_addresses: None) -> None:
    answers = []
    for email in (recruiter.user.email, "stranger@example.com"):
        client = Client()
        response = client.post("/accounts/signup/", {**SIGN_UP, "email": email})
        answers.append((response.headers["Location"], without_secrets(client.get("/accounts/confirm-email/"), email)))

    assert answers[0] == answers[1]
    assert [len(m.to) for m in mail.outbox] == [1, 1]


def test_password_reset_answers_the_same_for_an_unknown_address(recruiter: Member) -> None:
    answers = []
    for email in (recruiter.user.email, "stranger@example.com"):
        response = Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        answers.append((response.redirect_chain, without_secrets(response, email)))

    assert answers[0] == answers[1]


def test_log_in_answers_the_same_for_an_unknown_address(recruiter: Member) -> None:
    answers = []
    for email in (recruiter.user.email, "stranger@example.com"):
        response = Client().post("/accounts/login/", {"login": email, "password": "wrong"})
        answers.append((response.status_code, without_secrets(response, email)))

    assert answers[0] == answers[1]


def test_deactivated_member_is_outside_at_once(recruiter: Member) -> None:
    client = logged_in(recruiter)
    Member.objects.filter(pk=recruiter.pk).update(is_active=False)

    assert client.get("/o/acme/").status_code == 404


def test_one_address_makes_one_log_in(db: None) -> None:
    a_user("ada@example.com")

    with pytest.raises(IntegrityError):
        a_user("ADA@example.com")


def test_second_membership_shows_in_the_switcher(owner: Member) -> None:
    other = a_tenant("northwind")
    Member.objects.create(tenant=other, user=owner.user, role=Role.VIEWER)

    assert 'href="/o/northwind/"' in logged_in(owner).get("/o/acme/").content.decode()


def test_day_of_last_visit_is_kept(owner: Member) -> None:
    logged_in(owner).get("/o/acme/")

    owner.refresh_from_db()
    assert owner.last_active_on is not None


def test_outsider_finds_nothing(outsider: Member, tenant: Tenant) -> None:
    assert logged_in(outsider).get("/o/acme/").status_code == 404


def test_suspended_workspace_is_not_found(owner: Member) -> None:
    tenants.suspend(workspace=owner.tenant)

    assert logged_in(owner).get("/o/acme/").status_code == 404


def test_member_of_two_roles_has_each_in_its_place(tenant: Tenant) -> None:
    member = a_member(tenant, Role.OWNER)
    other = Member.objects.create(tenant=a_tenant("northwind"), user=member.user, role=Role.VIEWER)

    client = logged_in(member)
    statuses = [client.get(f"/o/{slug}/settings/members/").status_code for slug in ("acme", other.tenant.slug)]

    assert statuses == [200, 403]
