"""May we write to one person: the strictest word decides, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from crm import together
from crm.actors import SYSTEM
from talent.choices import BanReason, BanScope, Channel, ConsentOrigin, ConsentPurpose, ConsentState, OffLimitsStrength
from talent.models import Candidate, Employment
from talent.services import consents, contact, contact_standing, off_limits, preferences
from talent.services.consents import Said
from talent.services.contact import Reach
from tests.factories.talent import NOW, a_candidate

pytestmark = pytest.mark.usefixtures("inside")
LATER = NOW + timedelta(days=20)


def say(person: Candidate, state: str, channel: str = "") -> None:
    said = Said(ConsentPurpose.CONTACT, state, ConsentOrigin.FORM, channel)
    consents.record(candidate=person, said=said, by=SYSTEM, now=NOW)


def ban(person: Candidate, reach: Reach, reason: str = BanReason.MANUAL) -> None:
    contact.ban(candidate=person, reason=reason, evidence="", by=SYSTEM, now=NOW, reach=reach)


def listed(
    value: str = "Acme", strength: str = OffLimitsStrength.BLOCK, kind: str = "company", past: bool = False
) -> None:
    more = {"strength": strength, "also_past": past}
    off_limits.add(kind=kind, value=value, reason="Our client.", until=None, by=SYSTEM, now=NOW, **more)  # type: ignore[arg-type]


def excepted(person: Candidate) -> None:
    off_limits.except_person(candidate=person, reason="Agreed", until=LATER, by=SYSTEM, now=NOW)


def own_word(person: Candidate) -> None:
    ban(person, Reach(), BanReason.ASKED_TO_STOP)
    excepted(person)


def ours_excepted(person: Candidate) -> None:
    ban(person, Reach())
    excepted(person)


def needed(person: Candidate) -> None:
    consents.rest_on(purpose=ConsentPurpose.CONTACT, basis="consent", valid_months=None, by=SYSTEM)


def paused(person: Candidate) -> None:
    day = NOW.date() + timedelta(days=10)
    preferences.pause(candidate=person, until=day, by=SYSTEM, now=NOW, today=NOW.date())


def paused_and_off_limits(person: Candidate) -> None:
    paused(person)
    listed()


CASES: list[tuple[Callable[[Candidate], None], str, str]] = [
    (lambda p: None, "success", "Neither their word nor"),
    (lambda p: say(p, ConsentState.WITHDRAWN), "error", "They said no"),
    (lambda p: say(p, ConsentState.REFUSED, Channel.TEXT), "success", "Neither their word nor"),
    (needed, "error", "have not agreed"),
    (own_word, "error", "they asked us to stop"),
    (ours_excepted, "warning", "An exception lets you write"),
    (lambda p: ban(p, Reach(BanScope.CHANNEL, Channel.EMAIL)), "error", "No e-mail"),
    (lambda p: ban(p, Reach(BanScope.MARKETING)), "warning", "Personal mails only"),
    (lambda p: ban(p, Reach(BanScope.CHANNEL, Channel.PHONE)), "warning", "Not by phone call"),
    (paused, "warning", "Outreach is paused before"),
    (paused_and_off_limits, "error", "Acme is off limits"),
    (lambda p: listed(), "error", "Acme is off limits: Our client."),
    (lambda p: listed("Acme", OffLimitsStrength.WARN), "warning", "Take care with Acme"),
    (lambda p: listed("example.com", kind="domain"), "error", "example.com is off limits"),
]


@pytest.mark.parametrize(("story", "tone", "words"), CASES)
def test_strictest_word_decides(story: Callable[[Candidate], None], tone: str, words: str) -> None:
    zoe = a_candidate()
    Candidate.objects.filter(pk=zoe.pk).update(current_company="ACME")
    zoe.refresh_from_db()
    story(zoe)

    sentence = contact_standing.of(zoe, NOW + timedelta(hours=1)).sentence

    assert (sentence.tone, words in sentence.words) == (tone, True), sentence


def test_what_is_over_says_nothing() -> None:
    zoe = a_candidate()
    ban(zoe, Reach(until=NOW + timedelta(days=1)))

    assert contact_standing.of(zoe, NOW + timedelta(days=2)).sentence.tone == "success"


def test_pause_ends_with_its_day() -> None:
    zoe = a_candidate()
    paused(zoe)

    tones = [contact_standing.of(zoe, NOW + timedelta(days=days)).sentence.tone for days in (9, 10)]

    assert tones == ["warning", "success"]


def test_former_colleagues_count_where_the_entry_says_so() -> None:
    zoe, max_ = a_candidate(), a_candidate("Max Roth", "max@example.com")
    Employment.objects.create(candidate=zoe, company="Südwind", title="Analyst", end="2020")
    companies, addresses = {zoe.pk: "", max_.pk: ""}, {zoe.pk: "", max_.pk: ""}
    listed("sudwind")
    before = off_limits.concerning(companies=companies, addresses=addresses, now=NOW)
    listed("sudwind", past=True)

    after = off_limits.concerning(companies=companies, addresses=addresses, now=NOW)

    assert (set(before), set(after)) == (set(), {zoe.pk})
    assert [people for _, people in off_limits.overview(NOW)] == [1]
    assert set(off_limits.people().values_list("pk", flat=True)) == {zoe.pk}


def test_blocking_entry_outweighs_a_warning() -> None:
    zoe = a_candidate()
    listed("example.com", kind="domain")
    listed("Acme", OffLimitsStrength.WARN)

    found = off_limits.concerning(companies={zoe.pk: "Acme"}, addresses={zoe.pk: "z@example.com"}, now=NOW)

    assert found[zoe.pk].value == "example.com"


def test_other_channels_stand_beside_mail() -> None:
    zoe = a_candidate()
    say(zoe, ConsentState.GIVEN)
    say(zoe, ConsentState.REFUSED, Channel.TEXT)

    line = contact_standing.of(zoe, NOW).lines[0]

    assert line.standing.is_given
    assert [(c, s.state) for c, s in line.others] == [(Channel.TEXT, "refused")]


def test_panel_is_read_in_one_statement(django_assert_num_queries: object) -> None:
    zoe = a_candidate()
    say(zoe, ConsentState.GIVEN)

    with django_assert_num_queries(1), together.reading(vars(contact_standing.asks(zoe)).values()):  # type: ignore[operator]
        contact_standing.of(zoe, NOW)
