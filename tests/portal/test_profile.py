"""What a candidate sees, changes and decides."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from django.test import Client

from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.services import gate, planning, tracking
from talent.models import Candidate, ContactBan, ContactPoint, Employment, Provenance
from talent.services import contact
from tests.conftest import with_cookies
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared
from tests.portal.doors import HOME, inside


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


@shared
def cookies(tenant: Tenant, zoe: Candidate) -> SimpleCookie:
    return inside(tenant).cookies


@pytest.fixture
def browser(cookies: SimpleCookie) -> Client:
    return with_cookies(cookies)


def said(**changes: str) -> dict[str, str]:
    """Zoë's form as it stands, with changes."""
    before = {
        "name": "Zoë Ångström",
        "headline": "",
        "current_title": "Data engineer",
        "current_company": "Nordlicht",
        "location": "Stockholm, Sweden",
        "phone": "+46 8 123 456 78",
        "links": "",
        "skills": "PostgreSQL, Python",
    }
    return {**before, **changes}


def edit(browser: Client, **changes: str) -> int:
    return browser.post(f"{HOME}edit/", said(**changes)).status_code


def test_saving_unchanged_changes_nothing(tenant: Tenant, browser: Client) -> None:
    browser.get(HOME)
    with open_tenant(tenant):
        before = (Event.objects.count(), Provenance.objects.count())

    assert edit(browser) == 302
    with open_tenant(tenant):
        assert (Event.objects.count(), Provenance.objects.count()) == before


def test_edit_reaches_the_recruiters_profile(tenant: Tenant, zoe: Candidate, browser: Client) -> None:
    edit(browser, headline="Data people person", location="Lyon, France", skills="Python, Kafka")

    with open_tenant(tenant):
        zoe.refresh_from_db()
        skills = sorted(str(s) for s in zoe.skills.select_related("skill"))
    assert (zoe.headline, zoe.country, skills) == ("Data people person", "FR", ["Kafka", "Python"])


def test_edit_keeps_who_said_it(tenant: Tenant, zoe: Candidate, browser: Client) -> None:
    edit(browser, headline="Data people person", skills="Python, PostgreSQL, Kafka")

    with open_tenant(tenant):
        told = Provenance.objects.filter(origin=zoe.name).values_list("field", "value")
        assert set(told) == {("headline", "Data people person"), ("skill", "Kafka")}
        event = Event.objects.get(kind="profile_edited")
    assert (event.actor_kind, event.actor_id, event.data) == ("candidate", zoe.pk, {"fields": ["headline", "skills"]})


def test_new_company_ends_the_old_job(tenant: Tenant, browser: Client) -> None:
    edit(browser, current_title="Lead", current_company="Fjordbank")

    with open_tenant(tenant):
        jobs = set(Employment.objects.values_list("title", "company", "is_current"))
    assert jobs == {
        ("Lead", "Fjordbank", True),
        ("Data engineer", "Nordlicht", False),
        ("Developer", "Fjord Labs", False),
    }


def test_new_title_is_the_same_job(tenant: Tenant, browser: Client) -> None:
    edit(browser, current_title="Staff engineer")

    with open_tenant(tenant):
        job = Employment.objects.get(is_current=True)
    assert (job.title, job.company, job.start) == ("Staff engineer", "Nordlicht", "2021-04")


def test_phone_and_links_replace_the_old_ones(tenant: Tenant, zoe: Candidate, browser: Client) -> None:
    edit(browser, links="github.com/zoe\nzoe.example.com")
    edit(browser, phone="+44 20 7946 0000", links="zoe.example.com")

    with open_tenant(tenant):
        points = set(ContactPoint.objects.values_list("kind", "normal"))
    assert points == {("email", "zoe@example.com"), ("phone", "+442079460000"), ("website", "zoe.example.com")}


def test_link_of_somebody_else_tells_nothing_and_takes_nothing(tenant: Tenant, zoe: Candidate, browser: Client) -> None:
    with open_tenant(tenant):
        other = a_candidate("Ada Novak", "ada@example.com", links=[], phones=[])
        contact.add_points(candidate=other, points=[_github("ada")])

    answers = [edit(browser, links="https://github.com/ada"), edit(browser, links="https://github.com/ada")]

    with open_tenant(tenant):
        owners = set(ContactPoint.objects.filter(value__contains="github").values_list("candidate__name", "kind"))
    assert (answers, owners) == ([302, 302], {("Ada Novak", "github"), ("Zoë Ångström", "website")})


def _github(name: str) -> object:
    from talent import identity

    return identity.link(f"https://github.com/{name}")


def test_bad_input_comes_back_with_everything_kept(tenant: Tenant, browser: Client) -> None:
    response = browser.post(f"{HOME}edit/", said(phone="call me", links="not a page", headline="Kept"))

    page = response.content.decode()
    with open_tenant(tenant):
        assert Candidate.objects.get().headline == ""
    assert (response.status_code, 'value="Kept"' in page, "not a telephone number" in page) == (422, True, True)


def test_known_page_says_where_from(browser: Client) -> None:
    edit(browser, headline="Data people person")

    page = browser.get(f"{HOME}known/").content.decode()

    assert page.count("You told us, on ") == 1
    assert "Acme noted it on " in page


def test_stop_messages_bans_and_the_gate_refuses(tenant: Tenant, zoe: Candidate, browser: Client) -> None:
    browser.post(f"{HOME}messages/stop/")

    with open_tenant(tenant):
        ban = ContactBan.objects.in_force().get()
        intent = planning.one_off_intent(zoe.pk, is_proactive=True)
        verdict = gate.verdicts(candidate_ids=[zoe.pk], intent=intent, now=NOW)[zoe.pk]
    assert (ban.reason, verdict.reason, verdict.is_final) == ("unsubscribed", "banned", True)
    assert "You told us to stop" in browser.get(HOME).content.decode()


def test_allow_messages_lifts_their_own_ban_only(tenant: Tenant, zoe: Candidate, browser: Client) -> None:
    with open_tenant(tenant):
        contact.ban(candidate=zoe, reason="manual", evidence="", by=_actor(zoe), now=NOW)
    browser.post(f"{HOME}messages/stop/")

    browser.post(f"{HOME}messages/allow/")

    with open_tenant(tenant):
        assert list(ContactBan.objects.in_force().values_list("reason", flat=True)) == ["manual"]


def _actor(candidate: Candidate) -> object:
    from crm.actors import Actor

    return Actor("candidate", candidate.pk, candidate.name)


def test_counting_is_switched_off_and_on(tenant: Tenant, zoe: Candidate, browser: Client) -> None:
    for said_so, is_counted in (("off", False), ("on", True)):
        assert browser.post(f"{HOME}mails/counting/", {"count": said_so}).status_code == 302
        with open_tenant(tenant):
            assert tracking.is_counted(zoe) == is_counted


def test_acts_are_not_done_by_looking(browser: Client) -> None:
    answers = [browser.get(f"{HOME}messages/{act}/").status_code for act in ("stop", "allow")]

    assert answers == [405, 405]


def test_nobody_sees_another_candidates_data(tenant: Tenant, browser: Client) -> None:
    with open_tenant(tenant):
        a_candidate("Ada Novak", "ada@example.com", phones=[])

    pages = "".join(browser.get(f"{HOME}{page}").content.decode() for page in ("", "edit/", "known/"))

    assert ("Ada" in pages, "ada@" in pages) == (False, False)


def test_deleted_candidate_is_logged_out(tenant: Tenant, zoe: Candidate, browser: Client) -> None:
    with open_tenant(tenant):
        Candidate.objects.filter(pk=zoe.pk).delete()

    assert browser.get(HOME).status_code == 302
