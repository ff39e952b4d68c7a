"""The future outbox and the review queue: what a colleague may do before a mail goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import HoldReason, MessageState, StopReason
from outreach.models import (
    Enrolment,
    Mailbox,
    OutboundMessage,
    SendingDomain,
    SendingPolicy,
    Sequence,
    SequenceStep,
)
from outreach.services import ledger, mailboxes, outbox, pacing, reviews, sequences
from outreach.services.outbox import NotChanged, TooLate
from talent.models import Candidate
from tests.factories.outreach import NOON, a_person, a_sequence, a_single, enrolled, people

inside = pytest.mark.usefixtures("inside")
DAY = timedelta(days=1)


def goes(tenant: Tenant, now: object = NOON) -> list[OutboundMessage]:
    return ledger.reserve(tenant=tenant, now=now).messages  # type: ignore[arg-type]


def one(**fields: object) -> OutboundMessage:
    [message] = enrolled(a_sequence(waits=[3], **fields), [a_person()])
    return message


def reviewed(count: int = 1, **fields: object) -> list[OutboundMessage]:
    sequence = a_sequence(waits=[3], **fields)
    SequenceStep.objects.filter(position=0).update(needs_review=True)
    return enrolled(sequence, people(count))


def again(message: OutboundMessage) -> OutboundMessage:
    return OutboundMessage.objects.select_related("step").get(pk=message.pk)


@inside
def test_held_mail_stays_until_it_is_let_go(tenant: Tenant) -> None:
    message = one()
    outbox.hold(message=message, by=SYSTEM)
    held = goes(tenant)

    outbox.release(message=message, by=SYSTEM, now=NOON + DAY)

    assert held == []
    assert again(message).due_at == NOON + DAY
    assert goes(tenant, NOON + DAY) == [message]


@inside
def test_pause_of_the_sequence_outlasts_a_hold_and_the_other_way_round(tenant: Tenant) -> None:
    message = one()
    outbox.hold(message=message, by=SYSTEM)
    sequence = sequences.pause(sequence=Sequence.objects.get(), by=SYSTEM, now=NOON)
    outbox.release(message=message, by=SYSTEM, now=NOON)
    assert again(message).held_for == HoldReason.SEQUENCE

    outbox.hold(message=message, by=SYSTEM)
    sequences.activate(sequence=sequence, by=SYSTEM, now=NOON)

    assert (goes(tenant), again(message).held_for) == ([], HoldReason.BY_HAND)


@inside
def test_moved_mail_keeps_to_its_window() -> None:
    message = one(window_start_hour=9, window_end_hour=17)

    outbox.move(message=message, to=NOON + timedelta(hours=10), by=SYSTEM, now=NOON)

    assert again(message).due_at == NOON + timedelta(hours=21)
    assert Enrolment.objects.get().next_due_at == NOON + timedelta(hours=21)


@inside
def test_own_words_go_as_they_are(tenant: Tenant) -> None:
    message = one()
    outbox.edit(message=message, subject="For you, Maya", body="See https://example.com/a", by=SYSTEM)
    OutboundMessage.objects.update(own_body="See {{ first_name }} https://example.com/a")  # not by this service

    [sent] = goes(tenant)

    assert sent.subject == "For you, Maya"
    assert sent.text.startswith("See {{ first_name }} http")
    assert "nsubscribe" in sent.text
    assert "Hi Maya" not in sent.text


@inside
def test_words_are_changed_after_a_try_whose_links_were_counted_already(tenant: Tenant) -> None:
    message, words = one(), {"subject": "For you", "body": "See https://example.com/a"}
    outbox.edit(message=message, **words, by=SYSTEM)
    goes(tenant)
    OutboundMessage.objects.update(state=MessageState.PLANNED)  # as after an answer of "later"

    outbox.edit(message=again(message), **words, by=SYSTEM)

    [sent] = goes(tenant)
    assert [link.target for link in sent.links.all()] == ["https://example.com/a"]


@inside
def test_cancelled_mail_lets_its_sequence_go_on() -> None:
    message = one()
    outbox.cancel(message=message, by=SYSTEM, now=NOON)

    following = OutboundMessage.objects.get(state=MessageState.PLANNED)

    assert again(message).state == MessageState.EXCLUDED
    assert (following.step.position, following.due_at) == (2, NOON + 3 * DAY)


@inside
def test_what_is_on_its_way_is_not_changed(tenant: Tenant) -> None:
    message = one()
    goes(tenant)

    with pytest.raises(TooLate):
        outbox.hold(message=message, by=SYSTEM)


@inside
def test_single_mails_are_not_written_anew() -> None:
    with pytest.raises(NotChanged):
        outbox.edit(message=a_single(a_person()), subject="Other", body="Other", by=SYSTEM)


@inside
def test_days_say_what_does_not_fit(tenant: Tenant) -> None:
    mailboxes.set_pace(mailbox=mailboxes.default_mailbox(tenant), values={"daily_cap": 2}, by=SYSTEM)
    enrolled(a_sequence(), people(5))

    [only] = outbox.calendars(NOON)

    came = [(day.planned, day.carried, day.goes) for day in only.days[:4]]
    assert came == [(5, 0, 2), (0, 3, 2), (0, 1, 1), (0, 0, 0)]
    assert only.days[0].words.startswith(f"More than fits under the limit of {only.title}: ")


@inside
def test_days_say_which_shared_limit_moves_mails(tenant: Tenant) -> None:
    """Two mailboxes of one domain share two a day, and all mailboxes three."""
    mailbox = mailboxes.default_mailbox(tenant)
    domain = pacing.domain_of(mailbox)
    other = Mailbox.objects.create(name="Other", from_address="other@jobs.test")
    SendingDomain.objects.create(domain=domain, selector="rapport", daily_cap=2)
    SendingPolicy.objects.create(mails_per_day=3)
    enrolled(a_sequence(), people(3))
    others = [a_person(f"O {n}", f"o{n}@example.com") for n in range(2)]
    enrolled(a_sequence(name="Others", mailbox=other), others, NOON + timedelta(hours=1))

    found = {one.title: one for one in outbox.calendars(NOON)}

    goes = {title: [day.goes for day in one.days[:2]] for title, one in found.items()}
    shared = {f"All mailboxes of {domain}": [2, 1], "All mailboxes together": [3, 2]}
    assert goes == {mailbox.from_address: [2, 1], other.from_address: [1, 1], **shared}
    waits = "Mails wait for a later day, under the limit of"
    assert found[mailbox.from_address].words == f"{waits} {domain}."
    assert found[other.from_address].words == f"{waits} the whole workspace."


@inside
def test_late_mails_go_when_somebody_says_so(tenant: Tenant) -> None:
    message = one()
    OutboundMessage.objects.update(is_held=True, held_for=HoldReason.LATE)

    assert outbox.release_late(by=SYSTEM, now=NOON + DAY) == 1
    assert goes(tenant, NOON + DAY) == [message]


@inside
def test_nothing_unread_ever_leaves(tenant: Tenant) -> None:
    [message] = reviewed()
    with pytest.raises(NotChanged):
        outbox.release(message=message, by=SYSTEM, now=NOON)
    OutboundMessage.objects.update(is_held=False, held_for="")  # by whatever way it came to be free

    assert goes(tenant) == []
    assert again(message).held_for == HoldReason.REVIEW


@inside
def test_approved_mail_goes_in_the_words_that_were_read(tenant: Tenant) -> None:
    [message] = reviewed()
    reviews.approve(message=message, tenant=tenant, by=SYSTEM, now=NOON)
    SequenceStep.objects.filter(position=0).update(subject="Changed since", body="Changed since")

    [sent] = goes(tenant)

    assert (sent.subject, sent.text.splitlines()[0], sent.approved_by) == ("Hello", "Hi Person,", SYSTEM.label)


@inside
def test_changed_words_are_what_is_approved(tenant: Tenant) -> None:
    [message] = reviewed()
    reviews.approve(message=message, tenant=tenant, by=SYSTEM, now=NOON, words=("Mine", "My own words"))

    [sent] = goes(tenant)

    assert (sent.subject, sent.text.splitlines()[0]) == ("Mine", "My own words")


@inside
def test_mail_with_a_blank_is_not_approved_as_it_is(tenant: Tenant) -> None:
    [message] = reviewed(body="You work at {{ current_company }}.")

    with pytest.raises(NotChanged):
        reviews.approve(message=message, tenant=tenant, by=SYSTEM, now=NOON)
    reviews.approve(message=message, tenant=tenant, by=SYSTEM, now=NOON, words=("Hello", "Where do you work?"))

    assert len(goes(tenant)) == 1


@inside
def test_skipped_mail_lets_the_sequence_go_on() -> None:
    [message] = reviewed()
    reviews.skip(message=message, by=SYSTEM, now=NOON)

    assert OutboundMessage.objects.get(state=MessageState.PLANNED).step.position == 2


@inside
def test_rejected_person_is_out_of_the_sequence() -> None:
    message, other = reviewed(2)
    reviews.reject(message=message, by=SYSTEM, now=NOON)
    with pytest.raises(TooLate):
        reviews.reject(message=message, by=SYSTEM, now=NOON)

    row = Enrolment.objects.get(pk=message.enrolment_id)
    assert (row.state, row.stop_reason, row.ended_at) == ("stopped", StopReason.REJECTED, NOON)
    assert (again(message).state, again(message).excluded_reason) == (MessageState.EXCLUDED, "enrolment_over")
    assert list(OutboundMessage.objects.filter(state=MessageState.PLANNED)) == [other]
    assert AuditEntry.objects.filter(action="enrolment.reject", object_id=message.pk).count() == 1


def test_page_and_api_reject(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        first, second = reviewed(2)
    shown = owner_client.get(f"/o/acme/messages/{first.pk}/review/").content.decode()
    on = owner_client.post(f"/o/acme/messages/{first.pk}/reject/")
    api = owner_client.post(f"/o/acme/api/v1/reviews/{second.pk}/reject/")
    twice = owner_client.post(f"/o/acme/api/v1/reviews/{second.pk}/reject/")

    assert f'formaction="/o/acme/messages/{first.pk}/reject/" formnovalidate data-keys="x"' in shown
    assert (on["Location"], api.status_code, twice.status_code) == (f"/o/acme/messages/{second.pk}/review/", 204, 404)
    with open_tenant(tenant):
        assert set(Enrolment.objects.values_list("stop_reason", flat=True)) == {StopReason.REJECTED}


@inside
def test_rest_is_approved_after_some_were_read_and_never_what_needs_a_look(tenant: Tenant) -> None:
    messages = reviewed(6, body="You work at {{ current_company }}.")
    Candidate.objects.exclude(pk=messages[5].candidate_id).update(current_company="Nordlicht")
    step = again(messages[0]).step
    with pytest.raises(NotChanged):
        reviews.approve_rest(step=step, tenant=tenant, by=SYSTEM, now=NOON)
    for message in messages[:3]:
        reviews.approve(message=message, tenant=tenant, by=SYSTEM, now=NOON)

    done = reviews.approve_rest(step=step, tenant=tenant, by=SYSTEM, now=NOON)

    assert (done.approved, done.left) == (2, 1)
    assert list(reviews.queue()) == [messages[5]]


@inside
def test_paused_sequence_holds_what_was_approved() -> None:
    [message] = reviewed()
    sequences.pause(sequence=Sequence.objects.get(), by=SYSTEM, now=NOON)
    reviews.approve(message=message, tenant=Tenant.objects.get(), by=SYSTEM, now=NOON)

    assert again(message).held_for == HoldReason.SEQUENCE


def test_pages_hold_edit_and_approve(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        [message, other] = reviewed(2)
    base = f"/o/acme/messages/{message.pk}"
    listed = owner_client.get("/o/acme/outbox/").content.decode()
    first = owner_client.get("/o/acme/reviews/", follow=True).content.decode()
    empty = owner_client.post(f"{base}/approve/", {"subject": "Hello", "body": " "})
    owner_client.post(f"{base}/approve/", {"subject": "Hello", "body": "Only for you"})
    edited = owner_client.get(f"{base}/edit/").content.decode()
    owner_client.post(f"{base}/hold/")
    owner_client.post(f"{base}/later/")
    owner_client.post(f"/o/acme/messages/{other.pk}/skip/")

    assert "Person 0" in listed
    assert "2 mails to read" in first
    assert empty.status_code == 422
    assert "Only for you" in edited
    with open_tenant(tenant):
        row = again(message)
        assert (row.held_for, row.own_body) == (HoldReason.BY_HAND, "Only for you")
        actions = set(AuditEntry.objects.filter(action__startswith="message.").values_list("action", flat=True))
        assert actions == {"message.approve", "message.hold", "message.move", "message.cancel"}


def test_api_changes_and_approves(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        [message] = reviewed()
    api, json = "/o/acme/api/v1", "application/json"
    [waiting] = owner_client.get(f"{api}/reviews/").json()
    refused = owner_client.patch(f"{api}/outbox/{message.pk}/", {"held": False}, json)
    owner_client.post(f"{api}/reviews/{message.pk}/approve/", {}, json)
    owner_client.patch(f"{api}/outbox/{message.pk}/", {"held": True, "subject": "New", "body": "New"}, json)
    owner_client.delete(f"{api}/outbox/{message.pk}/")

    assert (waiting["subject"], waiting["text"].splitlines()[0]) == ("Hello", "Hi Person,")
    assert refused.status_code == 400
    with open_tenant(tenant):
        assert (again(message).state, again(message).own_body) == (MessageState.EXCLUDED, "New")


@pytest.mark.parametrize("words", ["Hi {{ first_name }}", "{% if name %}Hi{% endif %}"])
def test_words_for_one_person_hold_no_merge_tags(tenant: Tenant, owner_client: Client, words: str) -> None:
    with open_tenant(tenant):
        [message] = reviewed()
    api, json = "/o/acme/api/v1", "application/json"

    answers = [
        owner_client.post(f"{api}/reviews/{message.pk}/approve/", {"body": words}, json),
        owner_client.patch(f"{api}/outbox/{message.pk}/", {"body": words}, json),
    ]
    pages = [
        owner_client.post(f"/o/acme/messages/{message.pk}/{verb}/", {"subject": "Hi", "body": words})
        for verb in ("approve", "edit")
    ]

    assert [one.status_code for one in (*answers, *pages)] == [400, 400, 422, 422]
    assert all("These words go as they stand" in one.content.decode() for one in (*answers, *pages))
    with open_tenant(tenant):
        assert again(message).own_body == ""


def test_api_changes_the_subject_of_own_words_alone(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        [message] = reviewed()
    path, json = f"/o/acme/api/v1/outbox/{message.pk}/", "application/json"

    refused = owner_client.patch(path, {"subject": "New"}, json)
    owner_client.patch(path, {"subject": "Mine", "body": "My words"}, json)
    changed = owner_client.patch(path, {"subject": "New"}, json).json()
    body = owner_client.patch(path, {"body": "Others"}, json).json()

    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["body"])
    assert (changed["own_subject"], changed["own_body"]) == ("New", "My words")
    assert (body["own_subject"], body["own_body"]) == ("New", "Others")


@pytest.mark.parametrize(
    "path",
    ["outbox/?hold=bogus", "messages/?state=bogus", "messages/?reason=bogus", "webhook-deliveries/?state=x"],
)
def test_api_refuses_to_narrow_down_by_what_is_not_there(owner_client: Client, path: str) -> None:
    answer = owner_client.get(f"/o/acme/api/v1/{path}")

    assert (answer.status_code, "One of: " in answer.content.decode()) == (400, True)


def test_page_moves_a_mail_by_the_clock_of_whoever_asks(tenant: Tenant, owner: Member, owner_client: Client) -> None:
    owner.user.time_zone = "Asia/Kolkata"
    owner.user.save(update_fields=["time_zone"])
    with open_tenant(tenant):
        message = one()

    owner_client.post(f"/o/acme/messages/{message.pk}/move/", {"to": "2027-01-05T09:00"})

    with open_tenant(tenant):
        assert again(message).due_at == datetime(2027, 1, 5, 3, 30, tzinfo=UTC)
