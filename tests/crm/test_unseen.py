"""A text that nobody can see is no text: whatever asks for one says that it is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.unseen import emptied, is_seen
from talent.models import Candidate, Job, Segment, Skill, Tag, TalentPool, Task
from talent.profile import Claim, Profile
from talent.services import candidates
from talent.services.candidates import NothingKnown, Origin
from tests.factories.talent import NOW

ZERO_WIDTH, MARKS, FILLERS = "\u200b", "\u202e \u2066\ufeff", "\u3164\u2800\u115f"
UNSEEN = [ZERO_WIDTH, MARKS, FILLERS, "\ufe0f\u034f", "\U000e0100\xad", "\x00\x1b\x7f"]
SEEN = ["Zoë", "李", "a\u200b", "\u202eאדה", ".", "👩\u200d💻", "e\u0301", "\u200f-"]
EVERYBODY = '{"all": []}'
PAGES: dict[str, dict[str, str]] = {
    "candidates/new/": {},
    "segments/new/": {"rule": EVERYBODY},
    "pools/new/": {},
    "jobs/new/": {"remote": "on_site", "employment": "permanent", "state": "draft", "headcount": "1"},
    "tasks/new/": {},
    "views/new/": {"query": ""},
    "settings/tags/": {},
    "settings/skills/": {},
}
API: dict[str, dict[str, Any]] = {
    "candidates/": {},
    "segments/": {"rule": {"all": []}},
    "pools/": {},
    "jobs/": {},
    "tasks/": {},
    "views/": {},
}
TITLED = ("jobs/", "tasks/")


def named(path: str) -> str:
    return "title" if path.startswith(TITLED) else "name"


def kept() -> list[int]:
    return [model.objects.count() for model in (Candidate, Segment, TalentPool, Job, Task, Tag, Skill)]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_texts_that_show_nothing(text: str) -> None:
    assert (is_seen(text), emptied({"name": [text]})) == (False, {"name": [""]})


@pytest.mark.parametrize("text", SEEN, ids=ascii)
def test_texts_that_show_something_stay_as_they_are(text: str) -> None:
    assert (is_seen(text), emptied({"name": [text, 1, None]})) == (True, {"name": [text, 1, None]})


def test_white_space_stays() -> None:
    assert emptied([" ", "\t\n", ""]) == [" ", "\t\n", ""]


@pytest.mark.parametrize("path", PAGES)
def test_page_asks_for_a_name_that_shows(owner_client: Client, tenant: Tenant, path: str) -> None:
    answers = [owner_client.post(f"/o/acme/{path}", PAGES[path] | {named(path): text}) for text in ("", ZERO_WIDTH)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "This field is required." in answers[1].content.decode()
    with open_tenant(tenant):
        assert kept() == [0] * 7


@pytest.mark.parametrize("path", API)
def test_api_asks_for_a_name_that_shows(owner_client: Client, tenant: Tenant, path: str) -> None:
    sent = API[path] | {named(path): MARKS}

    answer = owner_client.post(f"/o/acme/api/v1/{path}", sent, content_type="application/json")

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [named(path)])
    with open_tenant(tenant):
        assert kept() == [0] * 7


def test_letters_that_are_not_spelled_out_are_looked_at_too(owner_client: Client) -> None:
    for sent in ('{"name": "\u3164"}'.encode(), b'{"name": "\\u3164"}', b'{"name": "\x7f"}'):
        answer = owner_client.post("/o/acme/api/v1/pools/", sent, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]["fields"]) == (
            400,
            {"name": ["This field may not be blank."]},
        )


def test_file_of_names_that_show_nothing_names_nobody(inside: Member) -> None:
    nobody = Profile(name=Claim(ZERO_WIDTH))

    with pytest.raises(NothingKnown):
        candidates.save(profile=nobody, origin=Origin("Import"), by=SYSTEM, now=NOW)


def test_person_whose_name_shows_nothing_is_called_by_their_address(inside: Member) -> None:
    profile = Profile(name=Claim(ZERO_WIDTH), emails=[Claim("ada@example.com")], skills=[Claim(FILLERS)])

    person = candidates.save(profile=profile, origin=Origin("Import"), by=SYSTEM, now=NOW).candidate

    assert (person.name, person.skill_keys) == ("ada@example.com", [])
