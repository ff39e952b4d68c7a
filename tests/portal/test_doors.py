"""The way in: what uses a link up, what does not, and what a stranger learns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from portal.models import PortalAccount, PortalLink
from talent.models import Candidate
from tests.factories.people import a_tenant
from tests.factories.talent import a_candidate
from tests.ground import shared
from tests.portal.doors import FRONT, HOME, asked, code_in, handle_all, inside, invited, mails, token_in


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


def press(browser: Client, token: str) -> int:
    return browser.post(f"{FRONT}enter/", {"token": token}).status_code


def test_link_opens_the_profile_in_the_browser_that_asked(tenant: Tenant, zoe: Candidate) -> None:
    browser, mail = asked(tenant)

    response = browser.post(f"{FRONT}enter/", {"token": token_in(mail)}, follow=True)

    assert response.redirect_chain == [(HOME, 302)]
    assert "Hello Zoë Ångström" in response.content.decode()


def test_link_survives_scanners_that_only_look(tenant: Tenant, zoe: Candidate) -> None:
    browser, mail = asked(tenant)

    scanner = Client()
    seen = [scanner.get(f"{FRONT}enter/").status_code for _ in range(10)]
    seen += [scanner.head(f"{FRONT}enter/").status_code for _ in range(10)]

    assert seen == [200] * 20
    assert press(browser, token_in(mail)) == 302


def test_link_survives_a_scanner_that_presses_the_button(tenant: Tenant, zoe: Candidate) -> None:
    browser, mail = asked(tenant)

    scanned = Client().post(f"{FRONT}enter/", {"token": token_in(mail)})

    assert (scanned.status_code, "portal_session" in scanned.cookies) == (200, False)
    assert press(browser, token_in(mail)) == 302


def test_link_works_once(tenant: Tenant, zoe: Candidate) -> None:
    browser, mail = asked(tenant)

    answers = [press(browser, token_in(mail)), press(browser, token_in(mail)), press(Client(), token_in(mail))]

    assert answers == [302, 410, 410]


def test_coming_in_uses_up_every_other_link(tenant: Tenant, zoe: Candidate) -> None:
    _, first = asked(tenant)
    browser, second = asked(tenant)
    press(browser, token_in(second))

    answer = Client().post(f"{FRONT}code/", {"token": token_in(first), "code": code_in(first)})

    assert answer.status_code == 410


def test_link_ends_after_ten_minutes(tenant: Tenant, zoe: Candidate) -> None:
    browser, mail = asked(tenant)
    with open_tenant(tenant):
        left = PortalLink.objects.get().expires_at - timezone.now()
        PortalLink.objects.update(expires_at=timezone.now())

    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    assert press(browser, token_in(mail)) == 410


def test_another_browser_needs_the_code(tenant: Tenant, zoe: Candidate) -> None:
    _, mail = asked(tenant)
    phone = Client()

    page = phone.post(f"{FRONT}enter/", {"token": token_in(mail)})
    entered = phone.post(f"{FRONT}code/", {"token": token_in(mail), "code": code_in(mail)})

    assert "Please type the code" in page.content.decode()
    assert (entered.status_code, entered["Location"]) == (302, HOME)


def test_code_alone_opens_in_the_browser_that_asked(tenant: Tenant, zoe: Candidate) -> None:
    browser, mail = asked(tenant)
    code = code_in(mail)

    entered = browser.post(f"{FRONT}code/", {"code": f"{code[:3]} {code[3:]}"})

    assert entered["Location"] == HOME


def test_code_is_dead_after_five_wrong_tries(tenant: Tenant, zoe: Candidate) -> None:
    browser, mail = asked(tenant)
    wrong = "000000" if code_in(mail) != "000000" else "111111"

    answers = [browser.post(f"{FRONT}code/", {"code": wrong}).status_code for _ in range(6)]

    assert answers == [422] * 5 + [410]
    assert browser.post(f"{FRONT}code/", {"code": code_in(mail)}).status_code == 410


def test_stranger_and_candidate_get_equal_answers(tenant: Tenant, zoe: Candidate) -> None:
    def answers(address: str) -> list[tuple[int, str]]:
        browser, _ = asked(tenant, address)
        seen = [browser.get(f"{FRONT}code/")]
        seen += [browser.post(f"{FRONT}code/", {"code": "12345"})]
        seen += [browser.post(f"{FRONT}enter/", {"token": "guessed"})]
        return [(r.status_code, r.content.decode().split("</head>")[1].split("csrfmiddleware")[0]) for r in seen]

    assert answers("zoe@example.com") == answers("nobody@example.com")


def test_asking_takes_the_same_queries_for_everybody(
    tenant: Tenant, zoe: Candidate, django_assert_num_queries: object
) -> None:
    def queries(address: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            Client().post(FRONT, {"email": address})
        return len(seen)

    assert queries("zoe@example.com") == queries("nobody@example.com")


def test_stranger_gets_no_mail_and_leaves_no_address(tenant: Tenant, zoe: Candidate) -> None:
    asked(tenant, "nobody@example.com")

    with open_tenant(tenant):
        kept = list(PortalLink.objects.values_list("address", "candidate", "token_hash"))
    assert (mails(tenant), outbox.outbox, kept) == ([], [], [("", None, "")])


def test_one_person_gets_five_mails_an_hour(tenant: Tenant, zoe: Candidate) -> None:
    for _ in range(7):
        asked(tenant)

    assert len(mails(tenant)) == 5


def test_one_network_knocks_twenty_times(tenant: Tenant) -> None:
    asked(tenant)
    browser = Client()

    answers = {browser.post(FRONT, {"email": f"p{n}@example.com"}).status_code for n in range(19)}

    assert answers == {302}
    assert browser.post(FRONT, {"email": "p@example.com"}).status_code == 422


def test_token_is_never_stored(tenant: Tenant, zoe: Candidate) -> None:
    _, mail = asked(tenant)

    with open_tenant(tenant):
        row = str(PortalLink.objects.values().get())
    assert (token_in(mail) in row, code_in(mail) in row) == (False, False)


def test_link_host_is_our_own_whatever_the_request_says(tenant: Tenant, zoe: Candidate, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Client().post(FRONT, {"email": "zoe@example.com"}, headers={"host": "evil.example.net"})
    handle_all(tenant)

    assert f"{settings.BASE_URL}/p/acme/enter/#" in mails(tenant)[0]


def test_live_workspace_without_mailbox_sends_through_the_product(tenant: Tenant, zoe: Candidate) -> None:
    tenant.mail_mode = Tenant.MailMode.LIVE
    tenant.save()

    asked(tenant)

    assert [m.to for m in outbox.outbox] == [["zoe@example.com"]]
    assert token_in(outbox.outbox[0].body)


def test_invitation_alone_lets_nobody_in(tenant: Tenant, zoe: Candidate) -> None:
    friend = Client()

    page = friend.post(f"{FRONT}enter/", {"token": invited(tenant, zoe)})

    assert ("portal_session" in page.cookies, "Zoë" in page.content.decode()) == (False, False)
    assert friend.get(HOME).status_code == 302


def test_invitation_and_the_code_from_the_mail_let_in(tenant: Tenant, zoe: Candidate) -> None:
    browser, token = Client(), invited(tenant, zoe)
    browser.post(f"{FRONT}enter/", {"token": token})
    handle_all(tenant)

    entered = browser.post(f"{FRONT}code/", {"code": code_in(mails(tenant)[0])})

    assert entered["Location"] == HOME
    assert press(Client(), token) == 410


def test_invitation_survives_scanners_of_every_kind(tenant: Tenant, zoe: Candidate) -> None:
    token, scanner = invited(tenant, zoe), Client()
    for _ in range(3):
        scanner.post(f"{FRONT}enter/", {"token": token})
    browser = Client()
    browser.post(f"{FRONT}enter/", {"token": token})
    handle_all(tenant)

    codes = [code_in(m) for m in mails(tenant)]
    entered = [browser.post(f"{FRONT}code/", {"code": c}).status_code for c in codes[:1]]

    assert entered == [302]


def test_invitation_ends_after_seven_days(tenant: Tenant, zoe: Candidate) -> None:
    token = invited(tenant, zoe)
    with open_tenant(tenant):
        left = PortalLink.objects.get().expires_at - timezone.now()
        PortalLink.objects.update(expires_at=timezone.now())

    assert round(left.total_seconds() / 86400, 3) == 7.0
    assert press(Client(), token) == 410


def test_pages_without_session_lead_to_the_front_page(tenant: Tenant, zoe: Candidate) -> None:
    answers = {Client().get(f"{HOME}{page}").headers.get("Location") for page in ("", "edit/", "known/")}

    assert answers == {FRONT}


def test_session_of_another_workspace_opens_nothing(tenant: Tenant, zoe: Candidate) -> None:
    a_tenant("other")
    browser = inside(tenant)
    stolen = Client()
    stolen.cookies["portal_session"] = browser.cookies["portal_session"].value

    assert stolen.get(HOME).status_code == 200
    assert stolen.get("/p/other/me/")["Location"] == "/p/other/"
    assert browser.cookies["portal_session"]["path"] == FRONT


def test_link_of_another_workspace_opens_nothing(tenant: Tenant, zoe: Candidate) -> None:
    a_tenant("other")
    browser, mail = asked(tenant)

    assert browser.post("/p/other/enter/", {"token": token_in(mail)}).status_code == 410


def test_staff_log_in_is_no_portal_session(recruiter_client: Client, zoe: Candidate) -> None:
    assert recruiter_client.get(HOME).status_code == 302


def test_portal_session_is_no_staff_log_in(tenant: Tenant, zoe: Candidate) -> None:
    assert inside(tenant).get("/o/acme/")["Location"].startswith("/accounts/login/")


def test_session_ends_after_twelve_idle_hours(tenant: Tenant, zoe: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = inside(tenant)
    from django.core import signing

    real = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: real + 12 * 3600 + 1)

    assert browser.get(HOME).status_code == 302


def test_logging_out_ends_the_session_everywhere(tenant: Tenant, zoe: Candidate) -> None:
    browser = inside(tenant)
    copy = Client()
    copy.cookies["portal_session"] = browser.cookies["portal_session"].value

    browser.post(f"{FRONT}log-out/")

    assert (browser.get(HOME).status_code, copy.get(HOME).status_code) == (302, 302)


def test_visit_is_an_event_once_a_day(tenant: Tenant, zoe: Candidate) -> None:
    browser = inside(tenant)
    browser.get(HOME)
    with open_tenant(tenant):
        PortalAccount.objects.update(last_seen_at=timezone.now() - timedelta(days=1))
    browser.get(HOME)
    browser.get(HOME)

    with open_tenant(tenant):
        kinds = Event.objects.filter(kind="portal_visited").values_list("candidate_id", "actor_kind")
        assert list(kinds) == [(zoe.pk, "candidate")] * 2


def test_portal_of_suspended_workspace_is_not_there(tenant: Tenant) -> None:
    tenant.status = Tenant.Status.SUSPENDED
    tenant.save()

    assert [Client().get(path).status_code for path in (FRONT, HOME, "/p/unknown/")] == [404, 404, 404]
