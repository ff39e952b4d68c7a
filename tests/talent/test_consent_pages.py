"""The pages of consent, bans, exceptions and what is off limits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import BanReason
from talent.models import Candidate, ConsentRecord, ConsentWording, ContactBan, ContactException, OffLimitsCompany


def at(person: Candidate, verb: str = "consent/") -> str:
    return f"/o/acme/candidates/{person.pk}/{verb}"


def said(**more: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    base = {
        "purpose": "contact",
        "channel": "all",
        "state": "given",
        "origin": "spoken",
        "evidence": "On the phone",
        "said_on": today,
    }
    return base | more


def test_consent_is_recorded_shown_and_taken_back(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "consent/record/"), said())
    shown = recruiter_client.get(at(zoe)).content.decode()
    recruiter_client.post(at(zoe, "consent/record/"), said(state="withdrawn", evidence="In a reply"))

    assert "On the phone" in shown
    with open_tenant(tenant):
        assert [r.state for r in ConsentRecord.objects.newest_first()] == ["withdrawn", "given"]
    assert "They said no" in recruiter_client.get(at(zoe)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"said_on": "2999-01-01"}, "said_on"),
        ({"expires_on": "2001-01-01"}, "expires_on"),
        ({"evidence": ""}, "evidence"),
        ({"purpose": "fun"}, "purpose"),
    ],
)
def test_consent_that_makes_no_sense_is_refused(
    recruiter_client: Client, tenant: Tenant, zoe: Candidate, wrong: dict[str, str], field: str
) -> None:
    answer = recruiter_client.post(at(zoe, "consent/record/"), said(**wrong))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    with open_tenant(tenant):
        assert not ConsentRecord.objects.exists()


def test_gate_answers_in_words(recruiter_client: Client, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "ban/"), {"reason": "manual", "reach": "marketing"})
    text = recruiter_client.get(at(zoe)).content.decode()

    assert "May we write to them now?" in text
    assert "Do not contact, set by a colleague (mailings only)" in text


def test_ban_on_one_channel_until_a_day(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    until = timezone.localdate() + timedelta(days=5)
    recruiter_client.post(at(zoe, "ban/"), {"reason": "manual", "reach": "channel:phone", "until": until.isoformat()})

    with open_tenant(tenant):
        ban = ContactBan.objects.get()
    assert (ban.scope, ban.channel, timezone.localdate(ban.until)) == ("channel", "phone", until)


def test_ban_that_ends_yesterday_is_refused(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    answer = recruiter_client.post(
        at(zoe, "ban/"), {"reason": "manual", "reach": "all", "until": "2001-01-01", "evidence": "kept"}
    )

    assert answer.status_code == 422
    assert "kept" in answer.content.decode()


def test_exception_is_an_administrators(
    recruiter_client: Client, owner_client: Client, tenant: Tenant, zoe: Candidate
) -> None:
    wanted = {"reason": "Agreed", "until": (timezone.localdate() + timedelta(days=3)).isoformat()}
    too_long = wanted | {"until": (timezone.localdate() + timedelta(days=60)).isoformat()}

    assert recruiter_client.post(at(zoe, "exception/"), wanted).status_code == 403
    assert owner_client.post(at(zoe, "exception/"), too_long).status_code == 422
    owner_client.post(at(zoe, "exception/"), wanted)
    with open_tenant(tenant):
        row = ContactException.objects.get()
    owner_client.post(f"/o/acme/contact-exceptions/{row.pk}/end/")
    with open_tenant(tenant):
        assert not ContactException.objects.in_force(timezone.now()).exists()


def test_new_words_leave_the_old_ones(owner_client: Client, tenant: Tenant) -> None:
    for text in ("May we?", "May we write?", "May we write?"):
        owner_client.post("/o/acme/settings/consent/contact/words/", {"language": "en", "text": text})

    with open_tenant(tenant):
        rows = ConsentWording.objects.order_by("version").values_list("version", "text")
        assert list(rows) == [(1, "May we?"), (2, "May we write?")]


def test_purpose_rests_on_what_the_page_says(owner_client: Client) -> None:
    owner_client.post("/o/acme/settings/consent/news/", {"basis": "consent", "valid_months": "12"})

    assert "12 months" in owner_client.get("/o/acme/settings/consent/").content.decode()


def test_company_is_listed_changed_lifted_and_put_back(owner_client: Client, tenant: Tenant) -> None:
    listed = "/o/acme/settings/off-limits/"
    owner_client.post(listed, {"kind": "company", "value": "Nordlicht", "strength": "block", "reason": "Client"})
    with open_tenant(tenant):
        row = OffLimitsCompany.objects.get()
    owner_client.post(f"{listed}{row.pk}/", {"strength": "warn", "also_past": "on", "reason": "Partner"})
    owner_client.post(f"{listed}{row.pk}/lift/")
    gone = owner_client.get(listed).context["rows"]
    owner_client.post(f"{listed}{row.pk}/restore/")

    assert gone == []
    again, people = owner_client.get(listed).context["rows"][0]
    assert (again.strength, again.also_past, again.reason, people) == ("warn", True, "Partner", 0)


def test_domain_that_is_none_is_refused(owner_client: Client) -> None:
    answer = owner_client.post(
        "/o/acme/settings/off-limits/", {"kind": "domain", "value": "acme", "strength": "block", "reason": "Client"}
    )

    assert answer.context["form"].errors["value"] == ["Write a domain such as example.com."]


def test_composer_says_what_stands_in_the_way(recruiter_client: Client, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "ban/"), {"reason": "asked_to_stop", "reach": "all"})

    page = recruiter_client.get(at(zoe, "write/")).content.decode()

    assert "It cannot be sent" in page
    assert f"{BanReason.ASKED_TO_STOP.label} on " in page


def test_limit_on_one_channel_is_no_ban_on_all(recruiter_client: Client, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "ban/"), {"reason": "manual", "reach": "channel:phone"})

    assert "Limits on contact" in recruiter_client.get(at(zoe, "")).content.decode()
