"""The consent ledger, bans by scope, what is off limits, and exceptions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction

from crm.actors import SYSTEM
from crm.models import Event
from talent.choices import BanReason, BanScope, Channel, ConsentOrigin, ConsentPurpose, ConsentState, OffLimitsKind
from talent.models import Candidate, ConsentRecord, OffLimitsCompany
from talent.services import candidates, consents, contact, off_limits
from talent.services.consents import NotAConsent, Said
from talent.services.contact import NotABan, Reach
from talent.services.off_limits import NotOffLimits
from tests.factories.talent import NOW, a_candidate

pytestmark = pytest.mark.usefixtures("inside")
CONTACT = ConsentPurpose.CONTACT


def say(person: Candidate, state: str = ConsentState.GIVEN, at: int = 0, channel: str = "", **more: object) -> None:
    said = Said(CONTACT, state, ConsentOrigin.FORM, channel, **more)  # type: ignore[arg-type]
    consents.record(candidate=person, said=said, by=SYSTEM, now=NOW + timedelta(days=at))


def state(person: Candidate, channel: str = Channel.EMAIL, at: int = 10) -> str:
    return consents.state_of([person.pk], CONTACT, channel, NOW + timedelta(days=at))[person.pk].state


def test_newest_word_holds() -> None:
    zoe = a_candidate()
    say(zoe)
    say(zoe, ConsentState.WITHDRAWN, at=1)

    assert state(zoe) == "withdrawn"


def test_nobody_asked_is_no_answer() -> None:
    assert state(a_candidate()) == ""


def test_consent_runs_out() -> None:
    zoe = a_candidate()
    say(zoe, expires_at=NOW + timedelta(days=5))

    assert [state(zoe, at=4), state(zoe, at=5)] == ["given", "expired"]


def test_word_on_one_channel_says_nothing_of_another() -> None:
    zoe = a_candidate()
    say(zoe)
    say(zoe, ConsentState.REFUSED, at=1, channel=Channel.TEXT)

    assert [state(zoe), state(zoe, Channel.TEXT)] == ["given", "refused"]


def test_states_of_many_people_take_one_query(django_assert_num_queries: object) -> None:
    people = [a_candidate(f"Person {n}", f"p{n}@example.com").pk for n in range(3)]

    with django_assert_num_queries(1):  # type: ignore[operator]
        consents.state_of(people, CONTACT, Channel.EMAIL, NOW)


def test_validity_of_the_purpose_sets_the_end() -> None:
    consents.rest_on(purpose=CONTACT, basis="consent", valid_months=12, by=SYSTEM)
    say(a_candidate())

    assert ConsentRecord.objects.get().expires_at == NOW + 12 * consents.MONTH


def test_ledger_cannot_be_rewritten() -> None:
    say(a_candidate())

    with pytest.raises(ProgrammingError), transaction.atomic():
        ConsentRecord.objects.update(state=ConsentState.REFUSED)


def test_ledger_goes_with_the_person() -> None:
    zoe = a_candidate()
    say(zoe)
    candidates.delete(candidate=zoe, by=SYSTEM, now=NOW)

    assert ConsentRecord.objects.count() == 0


def test_moment_in_the_future_is_refused() -> None:
    said = Said(CONTACT, ConsentState.GIVEN, ConsentOrigin.PAPER)

    with pytest.raises(NotAConsent, match="future"):
        consents.record(candidate=a_candidate(), said=said, by=SYSTEM, now=NOW, occurred_at=NOW + timedelta(1))


def test_words_get_versions_and_equal_words_do_not() -> None:
    words = ["May we write?", "May we write?", "May we write to you?"]
    versions = [consents.word(purpose=CONTACT, language="EN", text=t, by=SYSTEM).version for t in words]

    assert versions == [1, 1, 2]


def test_expiry_is_told_once() -> None:
    say(a_candidate(), expires_at=NOW + timedelta(days=5))
    told = [consents.tell_expired(now=NOW + timedelta(days=d)) for d in (4, 6, 7)]

    assert told == [0, 1, 0]
    assert Event.objects.filter(kind="consent_expired").count() == 1


def test_unsubscribing_is_in_the_ledger() -> None:
    zoe = a_candidate()
    contact.ban(candidate=zoe, reason=BanReason.UNSUBSCRIBED, evidence="Clicked", by=SYSTEM, now=NOW)

    assert [(r.state, r.origin) for r in consents.history(zoe.pk)] == [("withdrawn", "unsubscribe")] * 2


def test_lifting_their_own_ban_is_a_new_word() -> None:
    zoe = a_candidate()
    ban = contact.ban(candidate=zoe, reason=BanReason.ASKED_TO_STOP, evidence="", by=SYSTEM, now=NOW)
    contact.lift_ban(ban=ban, by=SYSTEM, now=NOW + timedelta(days=1))

    assert state(zoe) == "given"


def test_our_own_ban_says_nothing_about_consent() -> None:
    zoe = a_candidate()
    contact.ban(candidate=zoe, reason=BanReason.MANUAL, evidence="", by=SYSTEM, now=NOW)

    assert consents.history(zoe.pk) == []


def test_channel_ban_names_its_channel() -> None:
    with pytest.raises(NotABan, match="channel"):
        contact.ban(
            candidate=a_candidate(), reason="manual", evidence="", by=SYSTEM, now=NOW, reach=Reach(BanScope.CHANNEL)
        )


def test_expiring_consents_come_first_to_end_first() -> None:
    late, soon, far = (a_candidate(n, f"{n}@example.com") for n in ("late", "soon", "far"))
    for person, days in ((late, 20), (soon, 10), (far, 90)):
        say(person, expires_at=NOW + timedelta(days=days))

    assert [r.candidate for r in consents.expiring(purpose="", days=30, now=NOW)] == [soon, late]


def put(kind: str, value: str) -> OffLimitsCompany:
    return off_limits.add(kind=kind, value=value, reason="Our client", until=None, by=SYSTEM, now=NOW)


def concerned(companies: dict[UUID, str], addresses: dict[UUID, str]) -> set[UUID]:
    return set(off_limits.concerning(companies=companies, addresses=addresses, now=NOW))


@pytest.mark.parametrize(
    ("company", "address", "expected"),
    [
        ("NORDLICHT", "a@b.example", True),
        ("Nördlicht", "a@b.example", True),
        ("Nordlicht GmbH", "a@b.example", False),
        ("", "a@mail.acme.example", True),
        ("", "a@notacme.example", False),
    ],
)
def test_off_limits_by_company_or_domain(company: str, address: str, expected: bool) -> None:
    put(OffLimitsKind.COMPANY, "Nordlicht")
    put(OffLimitsKind.DOMAIN, "https://www.Acme.example/jobs")
    zoe = a_candidate()

    assert (zoe.pk in concerned({zoe.pk: company}, {zoe.pk: address})) is expected


def test_off_limits_counts_people() -> None:
    a_candidate("Ann", "ann@mail.acme.example")
    a_candidate("Bo", "bo@example.com")
    company, domain = put(OffLimitsKind.COMPANY, "nordlicht"), put(OffLimitsKind.DOMAIN, "acme.example")

    assert off_limits.counts(NOW) == {company.pk: 2, domain.pk: 1}


def test_what_is_no_domain_is_refused() -> None:
    with pytest.raises(NotOffLimits, match="domain"):
        put(OffLimitsKind.DOMAIN, "acme")


def test_exception_lasts_thirty_days_at_most() -> None:
    with pytest.raises(NotOffLimits, match="30 days"):
        off_limits.except_person(
            candidate=a_candidate(), reason="Asked for it", until=NOW + timedelta(days=31), by=SYSTEM, now=NOW
        )
