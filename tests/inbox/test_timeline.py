"""The timeline: one page of the log, in few queries, with texts for those who may read them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from crm import events
from crm.actors import SYSTEM, Actor
from crm.models import Event, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.viewing import seen_by
from inbox.models import Message
from inbox.services import timeline, timeline_kinds
from inbox.services.timeline import Fold, Item
from talent.choices import TouchKind
from talent.models import Candidate, FieldDefinition
from talent.services import notes, touchpoints
from talent.services.touchpoints import Touch
from tests.conftest import logged_in
from tests.factories.inbox import a_mail, a_sent_message, deliver
from tests.factories.talent import NOW, a_candidate

MIRA = Actor("member", None, "Mira")


def _history(tenant: Tenant, times: int = 1) -> Candidate:
    """A person with notes, mails of both sides and small changes."""
    person = a_candidate()
    for n in range(times):
        notes.add(candidate=person, text=f"Note {n}", by=MIRA, author_id=None, now=NOW + timedelta(minutes=n))
        sent = a_sent_message(person)
        events.publish(
            "message_sent",
            candidate=person.pk,
            occurred_at=NOW,
            actor=MIRA,
            subject=events.Subject("outreach.outboundmessage", sent.pk),
        )
        deliver(tenant, a_mail(f"Answer {n}", uid=f"m{n}", In_Reply_To=sent.message_id))
    return person


def _items(page: timeline.Page) -> list[Item]:
    return [one for entry in page.entries for one in (entry.items if isinstance(entry, Fold) else [entry])]


def test_page_is_newest_first_with_its_texts(tenant: Tenant, inside: UUID) -> None:
    person = _history(tenant)

    texts = [item.body.text for item in _items(timeline.page(person.pk)) if item.body]

    assert texts == ["Answer 0", "Hello Zoë", "Note 0"]


def test_own_fields_are_named_to_those_who_may_see_them(
    tenant: Tenant, owner: Member, recruiter: Member, owner_client: Client, recruiter_client: Client
) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        for name, roles in (("Pay", ["owner"]), ("Notice (weeks)", [])):
            FieldDefinition.objects.create(name=name, key=name[:3].lower(), type="text", view_roles=roles)
        for fields in (["custom.not", "custom.pay"], ["custom.pay"]):
            data = {"fields": fields}
            events.publish("candidate_changed", candidate=person.pk, occurred_at=NOW, actor=MIRA, data=data)
        shown = []
        for who in (owner, recruiter):
            with seen_by(who.pk):
                shown.append([item.words for item in _items(timeline.page(person.pk)) if item.who == "Mira"])
    told = recruiter_client.get(f"/o/acme/api/v1/candidates/{person.pk}/timeline/").json()["results"]

    assert shown == [
        ["changed Pay", "changed Notice (weeks), Pay"],
        ["changed the profile", "changed Notice (weeks)"],
    ]
    assert [e["data"]["fields"] for e in told if e["actor"] == "Mira"] == [[], ["custom.not"]]


@pytest.mark.parametrize("times", [1, 9])
def test_page_takes_five_queries_whatever_is_on_it(
    tenant: Tenant, inside: UUID, times: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = _history(tenant, times)

    with django_assert_num_queries(5):
        timeline.page(person.pk)


@pytest.mark.parametrize(
    ("group", "kinds"),
    [("mail", {"in", "out"}), ("note", {"note"}), ("change", set())],
)
def test_page_filters_by_group(tenant: Tenant, inside: UUID, group: str, kinds: set[str]) -> None:
    person = _history(tenant)

    bubbles = {item.body.bubble for item in _items(timeline.page(person.pk, group=group)) if item.body}

    assert bubbles == kinds


def test_pages_together_show_every_event_once(inside: UUID) -> None:
    person = a_candidate()
    for n in range(75):
        moment = NOW + timedelta(minutes=n // 7)
        events.publish("pool_joined", candidate=person.pk, occurred_at=moment, actor=SYSTEM, data={"pool": str(n)})

    seen, after = [], ""
    while True:
        page = timeline.page(person.pk, after=after)
        seen += [item.id for item in _items(page)]
        after = page.after
        if not after:
            break

    assert (len(seen), len(set(seen))) == (76, 76)


def test_small_changes_are_folded(inside: UUID) -> None:
    person = a_candidate()
    for tag in ("one", "two", "three"):
        events.publish("candidate_tagged", candidate=person.pk, occurred_at=NOW, actor=MIRA, data={"tag": tag})

    folds = [entry for entry in timeline.page(person.pk).entries if isinstance(entry, Fold)]

    assert [[item.words for item in fold.items] for fold in folds] == [
        ["added the tag three", "added the tag two", "added the tag one"]
    ]


def test_kind_that_nobody_described_is_shown_by_its_name(inside: UUID) -> None:
    person = a_candidate()
    events.publish("medal_awarded", candidate=person.pk, occurred_at=NOW, actor=SYSTEM)

    assert "medal awarded" in [item.words for item in _items(timeline.page(person.pk))]


def test_fragment_takes_eight_queries_beside_the_door(
    tenant: Tenant, recruiter_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with open_tenant(tenant):
        person = _history(tenant, 9)
    url = f"/o/acme/candidates/{person.pk}/timeline/"
    recruiter_client.get(url, headers={"HX-Request": "true"})

    with django_assert_max_num_queries(14):
        recruiter_client.get(url, headers={"HX-Request": "true"})


def test_viewer_sees_that_they_answered_but_not_what(tenant: Tenant, viewer: Member) -> None:
    with open_tenant(tenant):
        person = _history(tenant)
        assert Message.objects.count() == 1

    page = logged_in(viewer).get(f"/o/acme/candidates/{person.pk}/").content.decode()

    assert [word in page for word in ("replied", "Note 0", "Answer 0", "Hello Zoë")] == [True, True, False, False]


def test_profile_shows_the_timeline(tenant: Tenant, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        person = _history(tenant)

    page = recruiter_client.get(f"/o/acme/candidates/{person.pk}/").content.decode()

    assert [page.count(text) for text in ("Answer 0", 'id="timeline-live"')] == [1, 1]


def test_more_is_a_partial_with_the_next_entries(tenant: Tenant, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        for n in range(40):
            events.publish("pool_joined", candidate=person.pk, occurred_at=NOW, actor=SYSTEM, data={"pool": f"P{n}."})
        after = timeline.page(person.pk).after

    url = f"/o/acme/candidates/{person.pk}/timeline/?after={after}"
    page = recruiter_client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert [page.count(text) for text in ('<hx-partial hx-target="#timeline-older"', "P9.", "P39.")] == [1, 1, 0]


@pytest.mark.parametrize("after", ["nonsense", "%00", "eyJhIjoxfQ"])
def test_broken_cursor_is_not_found(tenant: Tenant, recruiter_client: Client, after: str) -> None:
    with open_tenant(tenant):
        person = a_candidate()

    assert recruiter_client.get(f"/o/acme/candidates/{person.pk}/timeline/?after={after}").status_code == 404


@pytest.mark.parametrize(("by", "words"), [("human", "opened the mail"), ("proxy", "A mail program loaded the mail")])
def test_open_by_a_proxy_is_not_the_persons(by: str, words: str) -> None:
    event = Event(kind="message_opened", data={"by": by})

    assert timeline_kinds.kind_of(event).words(event) == words


@pytest.mark.parametrize(
    ("data", "words"), [({}, "unsubscribed"), ({"topic": "Events"}, "unsubscribed from mails about “Events”")]
)
def test_unsubscribing_says_from_what(data: dict[str, str], words: str) -> None:
    event = Event(kind="unsubscribed", data=data)

    assert timeline_kinds.kind_of(event).words(event) == words


def test_last_contacts_are_those_alone(tenant: Tenant, inside: UUID) -> None:
    person = _history(tenant, times=3)
    by, later = {"actor": MIRA, "candidate": person.pk}, NOW + timedelta(days=1)
    for n, kind in enumerate(["message_opened", "message_delivered", "thread_done", "message_clicked"]):
        events.publish(kind, occurred_at=later + timedelta(minutes=n), **by)
    events.publish("message_received", occurred_at=later, data={"kind": "bounce"}, **by)
    call = Touch(TouchKind.CALL, later, reached=True)
    called = touchpoints.log(candidate=person, touch=call, member=None, by=MIRA, now=later)
    touchpoints.remove(touchpoint=called, by=MIRA, now=later)

    found = timeline.contacts(person.pk, most=5)

    assert sorted(item.words for item in found) in (["replied"] * 3 + ["wrote"] * 2, ["replied"] * 2 + ["wrote"] * 3)
