"""Creating and changing candidates."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection

from crm.actors import SYSTEM
from crm.models import AuditEntry, Event
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, ContactPoint, FencedCandidate, Provenance
from talent.profile import Claim, Profile
from talent.services import candidates, contact, search_text
from talent.services.candidates import NothingKnown, Origin
from tests.factories.people import a_tenant
from tests.factories.talent import NOW, a_candidate, a_profile


def save(profile: Profile) -> candidates.Outcome:
    return candidates.save(profile=profile, origin=Origin("Test"), by=SYSTEM, now=NOW)


def test_save_creates_a_whole_person(inside: UUID) -> None:
    person = save(a_profile()).candidate

    assert (person.name, person.current_title, person.country) == ("Zoë Ångström", "Data engineer", "SE")
    assert (person.city, person.time_zone) == ("Stockholm", "Europe/Stockholm")
    assert person.skill_keys == ["postgresql", "python"]
    assert sorted(person.contact_points.values_list("normal", flat=True)) == ["+46812345678", "zoe@example.com"]


def test_save_publishes_and_audits(inside: UUID) -> None:
    person = save(a_profile()).candidate

    assert list(Event.objects.values_list("kind", "candidate_id")) == [("candidate_created", person.pk)]
    assert list(AuditEntry.objects.values_list("action", "object_id")) == [("candidate.create", person.pk)]


def test_somebody_new_is_written_as_a_rebuild_would_write_them(inside: UUID) -> None:
    person = save(a_profile()).candidate
    columns = ("skill_keys", "tag_ids", "search_text")
    made = Candidate.objects.filter(pk=person.pk).values_list(*columns)[0]

    search_text.rebuild([person.pk])

    assert made[0]
    assert Candidate.objects.filter(pk=person.pk).values_list(*columns)[0] == made


def test_same_address_is_the_same_person(inside: UUID) -> None:
    first = a_candidate()

    again = save(a_profile("Zoe A.", "ZOE@example.com", skills=[Claim("Go")]))

    assert (again.candidate.pk, again.created) == (first.pk, False)
    assert (again.candidate.name, again.candidate.skill_keys) == ("Zoë Ångström", ["go", "postgresql", "python"])


def test_same_person_at_the_same_moment_becomes_one(committed: None) -> None:
    tenant = a_tenant("acme")

    def arrive(number: int) -> bool:
        with open_tenant(tenant):
            created = save(a_profile(skills=[Claim(f"Skill {number}")])).created
        connection.close()
        return created

    with ThreadPoolExecutor(6) as together:
        created = list(together.map(arrive, range(6)))

    with open_tenant(tenant):
        assert (sum(created), Candidate.objects.count(), len(Candidate.objects.get().skill_keys)) == (1, 1, 6)


def test_same_profile_link_is_the_same_person(inside: UUID) -> None:
    link = [Claim("https://linkedin.com/in/zoe-a")]
    first = a_candidate(links=link)

    again = save(Profile(name=Claim("Zoe"), links=[Claim("www.linkedin.com/in/Zoe-A/")]))

    assert again.candidate.pk == first.pk


def test_saving_twice_changes_nothing(inside: UUID) -> None:
    a_candidate()
    before = (Event.objects.count(), Provenance.objects.count(), ContactPoint.objects.count())

    again = save(a_profile())

    assert again.changed == ()
    assert (Event.objects.count(), Provenance.objects.count(), ContactPoint.objects.count()) == before


def test_profile_of_nobody_is_refused(inside: UUID) -> None:
    with pytest.raises(NothingKnown):
        save(Profile(skills=[Claim("Python")]))


def test_bad_address_is_told_and_the_rest_kept(inside: UUID) -> None:
    outcome = save(a_profile(email="not an address"))

    assert outcome.problems == ("“not an address” is not an e-mail address.",)
    assert Candidate.objects.count() == 1


def test_provenance_points_at_the_words(inside: UUID) -> None:
    save(a_profile(skills=[Claim("Rust", "Wrote a parser in Rust", 0.8)]))

    row = Provenance.objects.get(field="skill")
    assert (row.value, row.snippet, row.confidence, row.origin) == ("Rust", "Wrote a parser in Rust", 0.8, "Test")


def test_edit_overwrites_and_reads_the_place(inside: UUID) -> None:
    person = a_candidate()

    changed = candidates.edit(candidate=person, changes={"location": "Lyon, France"}, by=SYSTEM, now=NOW)

    person.refresh_from_db()
    assert (person.city, person.country, person.time_zone) == ("Lyon", "FR", "Europe/Paris")
    assert "location" in changed


@pytest.mark.parametrize("words", ["angstrom", "nordlicht", "postgresql", "zoe@example.com"])
def test_full_text_search_finds_every_fact(inside: UUID, words: str) -> None:
    person = a_candidate()

    found = FencedCandidate.objects.filter(search=words).values_list("pk", flat=True)

    assert list(found) == [person.pk]


def test_ban_twice_is_one_ban(inside: UUID) -> None:
    person = a_candidate()

    for _ in range(2):
        contact.ban(candidate=person, reason="unsubscribed", evidence="Clicked", by=SYSTEM, now=NOW)

    assert person.bans.in_force().count() == 1
    assert Event.objects.filter(kind="contact_banned").count() == 1
