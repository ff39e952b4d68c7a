"""Consent, bans, exceptions and what is off limits, through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Tenant
from crm.permissions import Role
from talent.models import Candidate
from tests.factories.machine import Machine, fields_of

GIVEN = {"purpose": "contact", "state": "given", "origin": "form", "evidence": "Careers page"}


def of(person: Candidate, verb: str) -> str:
    return f"candidates/{person.pk}/{verb}"


def days(number: int) -> str:
    return (timezone.now() + timedelta(days=number)).isoformat()


def test_consent_with_its_words_is_kept_and_read(machine: Machine, zoe: Candidate) -> None:
    _, words = machine.call("post", "consent-wordings/", {"purpose": "contact", "text": "May we?"})
    status, row = machine.call("post", of(zoe, "consents/"), GIVEN | {"wording_id": words["id"]})
    machine.call("post", of(zoe, "consents/"), GIVEN | {"state": "refused", "channel": "text"})

    _, ledger = machine.call("get", of(zoe, "consents/"))

    assert (status, row["wording_id"], len(ledger["history"])) == (201, words["id"], 2)
    assert ledger["purposes"][0]["state"] == "given"
    assert ledger["purposes"][0]["other_channels"] == [{"channel": "text", "state": "refused"}]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"evidence": ""}, ["evidence"]),
        ({"purpose": "fun"}, ["purpose"]),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, ["purpose"]),
        ({"origin": "merge"}, ["origin"]),
    ],
)
def test_bad_consent_is_refused(machine: Machine, zoe: Candidate, wrong: dict[str, str], fields: list[str]) -> None:
    answer = machine.call("post", of(zoe, "consents/"), GIVEN | wrong)

    assert fields_of(answer) == (400, fields)
    assert machine.call("get", of(zoe, "consents/"))[1]["history"] == []


def test_ban_is_set_judged_and_lifted(machine: Machine, zoe: Candidate) -> None:
    _, ban = machine.call("post", of(zoe, "bans/"), {"reason": "manual", "scope": "marketing", "until": days(9)})
    ways = {row["way"]: row["may"] for row in machine.call("get", of(zoe, "may-write/"))[1]}
    status, _ = machine.call("delete", f"bans/{ban['id']}/")

    assert ways == {"personal": True, "answer": True, "asked": True, "sequence": False, "news": False}
    assert (status, machine.call("get", of(zoe, "bans/"))[1][0]["lifted_at"] is None) == (204, False)


def test_ban_on_a_channel_names_it(machine: Machine, zoe: Candidate) -> None:
    answer = machine.call("post", of(zoe, "bans/"), {"reason": "manual", "scope": "channel"})

    assert fields_of(answer) == (400, ["channel"])


def test_exception_lifts_our_ban_until_it_is_ended(machine: Machine, zoe: Candidate) -> None:
    def may() -> Any:
        return machine.call("get", of(zoe, "may-write/"))[1][0]["may"]

    machine.call("post", of(zoe, "bans/"), {"reason": "manual"})
    before = may()
    _, row = machine.call("post", of(zoe, "contact-exceptions/"), {"reason": "Agreed", "until": days(3)})
    meanwhile = may()
    machine.call("delete", f"contact-exceptions/{row['id']}/")

    assert (before, meanwhile, may()) == (False, True, False)


def test_exception_needs_an_administrator(tenant: Tenant, zoe: Candidate) -> None:
    recruiter = Machine(tenant, Role.RECRUITER)

    status, _ = recruiter.call("post", of(zoe, "contact-exceptions/"), {"reason": "Agreed", "until": days(3)})

    assert status == 403


def test_warning_lets_a_mail_go_and_says_so(machine: Machine, zoe: Candidate) -> None:
    entry = {"kind": "domain", "value": "example.com", "reason": "Partner.", "strength": "warn"}
    _, row = machine.call("post", "off-limits/", entry)
    personal = machine.call("get", of(zoe, "may-write/"))[1][0]
    listed = machine.call("get", "off-limits/")[1]
    machine.call("patch", f"off-limits/{row['id']}/", {"strength": "block"})

    assert (personal["may"], personal["warning"]) == (True, "Take care with example.com: Partner.")
    assert [(r["value"], r["people"]) for r in listed] == [("example.com", 1)]
    assert machine.call("get", of(zoe, "may-write/"))[1][0]["reason"] == "off_limits"


def test_company_is_put_back_on_the_list(machine: Machine) -> None:
    row = machine.call("post", "off-limits/", {"kind": "domain", "value": "example.com", "reason": "Partner."})[1]
    machine.call("delete", f"off-limits/{row['id']}/")
    gone = machine.call("get", "off-limits/")[1]
    back = machine.call("post", f"off-limits/{row['id']}/restore/")[1]

    assert (gone, back["lifted_at"], len(machine.call("get", "off-limits/")[1])) == ([], None, 1)


def test_purpose_is_read_and_set(machine: Machine) -> None:
    status, row = machine.call("put", "consent-purposes/news/", {"basis": "consent", "valid_months": 12})

    assert (status, row) == (200, {"purpose": "news", "basis": "consent", "valid_months": 12})
    assert machine.call("put", "consent-purposes/fun/", {"basis": "consent"})[0] == 404
