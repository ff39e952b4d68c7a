"""A text that nobody can see is no text: whatever asks for one says that it is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.unseen import cleaned, emptied, is_seen, one_line
from talent.choices import OffLimitsKind
from talent.identity import email, link, skill_key
from talent.models import Candidate, Employment, Job, Segment, Skill, Tag, TalentPool, Task
from talent.profile import Claim, Place, Profile, School
from talent.profile import Job as Post
from talent.services import candidates, labels, off_limits
from talent.services.candidates import NothingKnown, Origin
from talent.services.off_limits import NotOffLimits
from talent.services.search import read
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


HIDING = [("Ac\u200bme", "Acme"), ("\u202aAcme\u202c", "Acme"), ("Acme\ufeff  GmbH\u200e", "Acme GmbH")]
HIDING += [("Ac\u200dme\xad", "Acme"), ("Acme\u3164GmbH", "Acme GmbH"), ("Ac\x1bme\u2028Co", "Acme Co")]
SHAPED = ["می\u200cخواهم", "क्\u200dष", "👩\u200d💻 Zoë", "❤\ufe0f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"]


@pytest.mark.parametrize(("text", "seen"), HIDING, ids=ascii)
def test_line_is_what_is_seen_of_it(text: str, seen: str) -> None:
    sent = cleaned({"name": text, "list": [{"company": [text]}], "form-0-title": text})

    assert (one_line(text), sent) == (seen, {"name": seen, "list": [{"company": [seen]}], "form-0-title": seen})


@pytest.mark.parametrize("text", SHAPED, ids=ascii)
def test_what_shapes_letters_stays_in_a_line(text: str) -> None:
    assert (one_line(text), one_line(f" {text}\u200d\u200b ")) == (text, text)


def test_what_the_database_cannot_keep_is_left_to_be_refused() -> None:
    sent = {"name": "a\x00b\u200b", "title": "half a \ud83d"}

    assert (cleaned(sent), one_line("a\x00b")) == (sent, "ab")


def test_text_that_is_no_line_keeps_its_marks() -> None:
    sent = {"body": "He said \u2067שלום\u2069.", "name": "Two  words"}

    assert cleaned(sent) == sent


@pytest.mark.parametrize("mark", ["\u200b", "\u200f", "\u2066", "\ufeff", "\u3164"])
def test_addresses_that_look_the_same_are_the_same(mark: str) -> None:
    normals = [
        email(f"ada{mark}@exa{mark}mple.com"),
        link(f"{mark}https://exa{mark}mple.com/ada"),
        link(f"linkedin.com/in/a{mark}da"),
    ]

    assert [one.normal for one in normals] == ["ada@example.com", "example.com/ada", "in/ada"]


def test_skills_and_words_that_look_the_same_are_the_same() -> None:
    assert (skill_key("Py\u200bthon"), str(read("\u202aZoë\u202c"))) == ("python", str(read("Zoë")))


@pytest.mark.parametrize("mark", ["\u200b", "\u200f", "\u2066", "\ufeff", "\x7f"])
def test_ban_is_on_what_is_seen_of_a_company_or_domain(inside: Member, mark: str) -> None:
    rules: dict[str, Any] = {"reason": "Our client", "until": None, "by": SYSTEM, "now": NOW}
    company = off_limits.add(kind=OffLimitsKind.COMPANY, value=f"Nord{mark}licht", **rules)
    domain = off_limits.add(kind=OffLimitsKind.DOMAIN, value=f"{mark}acme{mark}.example", **rules)

    assert [(row.value, row.normal) for row in (company, domain)] == [("Nordlicht", "nordlicht"), ("acme.example",) * 2]
    with pytest.raises(NotOffLimits):
        off_limits.add(kind=OffLimitsKind.COMPANY, value=mark, **rules)


def test_file_whose_company_hides_something_is_off_limits_all_the_same(inside: Member) -> None:
    hidden = Profile(
        name=Claim("A\u200eda"),
        place=Place("Ber\u200blin"),
        jobs=[Post("Chief\ufeff", "Nord\u200blicht", is_current=True), Post("\u200b", "\u2066")],
        schools=[School("Uni\u200f", ""), School("\u200f", "\u200b")],
    )
    person = candidates.save(profile=hidden, origin=Origin("Import"), by=SYSTEM, now=NOW).candidate
    row = off_limits.add(kind=OffLimitsKind.COMPANY, value="Nordlicht", reason="Client", until=None, by=SYSTEM, now=NOW)

    assert (person.name, person.current_title, person.location) == ("Ada", "Chief", "Berlin")
    assert list(Employment.objects.values_list("title", "company")) == [("Chief", "Nordlicht")]
    assert list(person.education.values_list("institution", flat=True)) == ["Uni"]
    assert off_limits.counts(NOW) == {row.pk: 1}


def test_tags_that_look_the_same_are_one(inside: Member) -> None:
    person = candidates.save(profile=Profile(name=Claim("Ada")), origin=Origin("Import"), by=SYSTEM, now=NOW).candidate
    labels.set_tags(candidate=person, names=["Speaker", "Spea\u200bker"], by=SYSTEM, now=NOW)

    assert list(Tag.objects.values_list("name", flat=True)) == ["Speaker"]


def test_pools_that_look_the_same_are_told_by_page_and_api(owner_client: Client, tenant: Tenant) -> None:
    owner_client.post("/o/acme/pools/new/", {"name": "\u202aCloud\u202c"})
    owner_client.post("/o/acme/api/v1/pools/", {"name": "Da\u200bta"}, content_type="application/json")

    with open_tenant(tenant):
        assert sorted(TalentPool.objects.values_list("name", flat=True)) == ["Cloud", "Data"]


def test_form_with_files_is_looked_at_too(owner_client: Client, tenant: Tenant) -> None:
    nameless = owner_client.post("/o/acme/api/v1/pools/", {"name": ZERO_WIDTH})
    named_so = owner_client.post("/o/acme/api/v1/pools/", {"name": f"Da{ZERO_WIDTH}ta"})

    assert (nameless.status_code, named_so.json()["name"]) == (400, "Data")


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
