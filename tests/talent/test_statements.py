"""What people told us: facts, wishes, and the brief."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import UUID

from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, CandidateFact, ContactPreference
from talent.services import facts, notes, preferences
from tests.factories.talent import a_candidate
from tests.ground import shared


@shared
def person(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


def path(person: Candidate, verb: str = "") -> str:
    return f"/o/acme/candidates/{person.pk}/{verb}"


def test_a_fact_stands_on_the_profile(recruiter_client: Client, person: Candidate) -> None:
    recruiter_client.post(path(person, "facts/add/"), {"text": "Notice period three months", "kind": "fact"})

    assert "Notice period three months" in recruiter_client.get(path(person)).content.decode()


def test_a_fact_cannot_end_before_it_was_said(recruiter_client: Client, person: Candidate) -> None:
    typed = {"text": "Moves soon", "kind": "fact", "stated_on": "2026-03-02", "valid_until": "2026-03-01"}

    answer = recruiter_client.post(path(person, "facts/add/"), typed)

    assert answer.status_code == 422
    assert answer.context["form"].errors["valid_until"] == ["This lies before the day it was said."]


def test_a_settled_fact_leaves_and_can_come_back(recruiter_client: Client, person: Candidate, inside: UUID) -> None:
    fact = facts.add(candidate=person, text="We send the paper", by=SYSTEM, now=timezone.now(), kind="promise")
    settle = f"/o/acme/facts/{fact.pk}/settle/"

    recruiter_client.post(settle)
    gone = facts.standing(person, date.today())
    recruiter_client.post(f"{settle}?again")

    assert (gone, facts.standing(person, date.today())) == ([], [fact])


def test_wishes_are_kept(recruiter_client: Client, person: Candidate, inside: UUID) -> None:
    typed = {"channel": "phone", "hours_from": "14:00", "hours_until": "17:00", "weekdays": ["1", "3"]}

    recruiter_client.post(path(person, "wishes/"), typed)

    row = ContactPreference.objects.get(candidate=person)
    assert (row.channel, row.weekdays, f"{row.hours_from:%H:%M}") == ("phone", [1, 3], "14:00")


def test_wishes_need_both_hours_in_order(recruiter_client: Client, person: Candidate) -> None:
    one = recruiter_client.post(path(person, "wishes/"), {"hours_from": "14:00"})
    turned = recruiter_client.post(path(person, "wishes/"), {"hours_from": "14:00", "hours_until": "13:00"})

    errors = [a.context["form"].errors["hours_until"] for a in (one, turned)]
    assert errors == [["Give both hours, or none."], ["This is not after the first hour."]]


def test_the_brief_shows_what_was_said(recruiter_client: Client, person: Candidate, inside: UUID) -> None:
    facts.add(candidate=person, text="Asked about the development budget", by=SYSTEM, now=timezone.now())

    page = recruiter_client.get(path(person, "brief/")).content.decode()

    assert ("Asked about the development budget" in page, "zoe@example.com" in page) == (True, True)


def test_the_brief_says_what_somebody_can_do_and_each_note_once(
    recruiter_client: Client, person: Candidate, inside: UUID
) -> None:
    for text in ("Pinned words", "Other words"):
        note = notes.add(candidate=person, text=text, by=SYSTEM, author_id=None, now=timezone.now())
        notes.pin(note=note, pinned=text == "Pinned words", by=SYSTEM, now=timezone.now())

    page = recruiter_client.get(path(person, "brief/")).content.decode()

    assert [page.count(words) for words in ("Pinned words", "Other words", "PostgreSQL")] == [1, 1, 1]


def test_a_viewer_cannot_write_a_fact(viewer, tenant: Tenant, person: Candidate, inside: UUID) -> None:
    client = Client()
    client.force_login(viewer.user)

    answer = client.post(path(person, "facts/add/"), {"text": "x", "kind": "fact"})

    assert (answer.status_code, CandidateFact.objects.count()) == (403, 0)


def test_pause_is_set_undone_and_ended(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        zoe = a_candidate()
    there, day = f"/o/acme/candidates/{zoe.pk}/", timezone.localdate() + timedelta(days=9)
    said: list[date | None] = []

    def held() -> date | None:
        with open_tenant(tenant):
            return preferences.of(zoe).paused_until

    offered = recruiter_client.get(f"{there}pause/").content.decode()
    refused = recruiter_client.post(f"{there}pause/", {"until": timezone.localdate()})
    answer = recruiter_client.post(f"{there}pause/", {"until": day}, headers={"HX-Request": "true"})
    said.append(held())
    recruiter_client.post(json.loads(answer.headers["HX-Trigger"])["crm:toast"]["undo"], headers={"HX-Request": "true"})
    said.append(held())

    assert (refused.status_code, said) == (422, [day, None])
    assert f'value="{timezone.localdate() + timedelta(weeks=4)}"' in offered
