"""Versions of a sequence: the draft, publishing it, and the people who are under way."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import EnrolmentState, MessageState, StepKind
from outreach.models import Enrolment, OutboundMessage, Sequence, SequenceStep, SequenceVersion
from outreach.services import enrolments, ledger, sequences, steps, versions
from outreach.services.steps import NotReady
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled, people

pytestmark = pytest.mark.usefixtures("inside")
DAY = timedelta(days=1)


def started(*waits: int) -> Sequence:
    sequence = a_sequence(waits=waits, status="draft")
    return sequences.activate(sequence=sequence, by=SYSTEM, now=NOON)


def live(sequence: Sequence, position: int) -> SequenceStep:
    sequence.refresh_from_db()
    return sequence.steps.get(version=sequence.version, parent=None, position=position)


def published(sequence: Sequence, *, move: bool = False) -> SequenceVersion:
    return versions.publish(sequence=sequence, move=move, by=SYSTEM, now=NOON + DAY)


def rewritten(sequence: Sequence, position: int = 0, **values: object) -> None:
    steps.change(step=live(sequence, position), values=values or {"subject": "News"}, by=SYSTEM)


def went(message: OutboundMessage) -> None:
    message.state, message.handed_over_at = MessageState.ACCEPTED, NOON
    message.save(update_fields=["state", "handed_over_at"])
    enrolments.advance(messages=[message], now=NOON)


def planned() -> OutboundMessage:
    return OutboundMessage.objects.get(state=MessageState.PLANNED)


def test_change_of_a_started_sequence_is_a_draft_that_nobody_gets() -> None:
    sequence = started(3)
    rewritten(sequence)
    rewritten(sequence)

    [message] = enrolled(sequence, [a_person()])

    assert (message.step.subject, Sequence.objects.get().draft) == ("Hello", 2)
    assert sequence.steps.filter(version=2).count() == 3


def test_sequence_that_was_never_started_is_changed_in_place() -> None:
    sequence = a_sequence(status="draft")
    rewritten(sequence)

    assert (sequence.steps.get().subject, Sequence.objects.get().draft) == ("News", None)


def test_branches_are_copied_with_their_arms() -> None:
    sequence = started()
    branch = steps.add(sequence=sequence, kind=StepKind.BRANCH, by=SYSTEM)
    steps.add(sequence=sequence, kind=StepKind.CALL, by=SYSTEM, parent=branch, arm="yes")
    steps.change(step=branch, values={"settings": {"when": "clicked"}}, by=SYSTEM)
    published(sequence)

    rewritten(sequence)

    [inner] = sequence.steps.filter(version=3).exclude(parent=None)
    assert (inner.kind, inner.parent.version, inner.arm) == (StepKind.CALL, 3, "yes")


def test_who_comes_after_gets_the_new_version_and_who_is_under_way_stays() -> None:
    sequence = started(3)
    [first] = enrolled(sequence, [a_person()])
    rewritten(sequence, 2, subject="Second, anew")
    published(sequence)
    [later] = enrolled(sequence, people(1))
    went(first)

    assert later.step.version == 2
    assert OutboundMessage.objects.get(candidate=first.candidate_id, state=MessageState.PLANNED).step.version == 1


def test_moved_people_get_their_next_step_when_it_was_due_in_the_new_words(tenant: Tenant) -> None:
    sequence = started(3)
    [first] = enrolled(sequence, [a_person()])
    went(first)
    due = planned().due_at
    rewritten(sequence, 2, subject="Second, anew")

    made = published(sequence, move=True)

    assert (made.moved, planned().due_at, planned().step.version) == (1, due, 2)
    [sent] = ledger.reserve(tenant=tenant, now=due).messages
    assert sent.subject == "Second, anew"


def test_nobody_gets_a_step_twice_because_it_was_written_anew() -> None:
    sequence, maya = started(3), a_person()
    [first] = enrolled(sequence, [maya])
    went(first)
    rewritten(sequence)
    published(sequence, move=True)
    enrolments.stop(enrolments=[Enrolment.objects.get().pk], reason="by_hand", now=NOON)
    Sequence.objects.update(re_entry="never")

    keys = OutboundMessage.objects.values_list("send_key", flat=True)

    assert len(set(keys)) == 2
    assert {key.split(":")[1] for key in keys} == {str(live(sequence, n).key) for n in (0, 2)}


@pytest.mark.parametrize(("gone", "state"), [(0, EnrolmentState.ACTIVE), (2, EnrolmentState.FINISHED)])
def test_people_at_a_step_that_is_gone_go_on_with_the_next_or_are_done(gone: int, state: str) -> None:
    sequence = started(3)
    [first] = enrolled(sequence, [a_person()])
    if gone == 2:
        went(first)
    for position in (gone, 0 if gone == 0 else 1):  # the mail, and the wait beside it
        draft = Sequence.objects.get().draft or 1
        steps.remove(step=sequence.steps.get(version=draft, position=position), by=SYSTEM, now=NOON)
    found = versions.under_way(sequence, Sequence.objects.get().draft or 0)
    published(sequence, move=True)

    row = Enrolment.objects.get()
    assert (found.stay, found.go_on, found.finish) == ((0, 1, 0) if gone == 0 else (0, 0, 1))
    assert row.state == state
    assert [m.step.subject for m in OutboundMessage.objects.filter(state=MessageState.PLANNED)] == (
        ["Again 1"] if gone == 0 else []
    )


def test_differences_are_sentences() -> None:
    sequence = started(3)
    rewritten(sequence)
    rewritten(sequence, 1, wait_days=5)
    steps.add(sequence=sequence, kind=StepKind.CALL, by=SYSTEM)
    draft = Sequence.objects.get()
    steps.remove(step=sequence.steps.get(version=2, position=2), by=SYSTEM, now=NOON)

    assert versions.changes(draft) == [
        "Step 3 is new: Call “Call them”.",
        "Step 3 is gone: E-mail “Again 1”.",
        "Step 1: “Hello” is now “News”.",
        "Step 2: “Wait 3 days” is now “Wait 5 days”.",
    ]


def test_other_words_of_a_text_message_are_told_once() -> None:
    sequence = a_sequence(status="draft")
    text = steps.add(sequence=sequence, kind=StepKind.TEXT, by=SYSTEM)
    steps.change(step=text, values={"body": 'Hi {{ first_name | default: "there" }}'}, by=SYSTEM)
    wait = steps.add(sequence=sequence, kind=StepKind.WAIT, by=SYSTEM)
    steps.move(step=wait, to=1, into=(None, ""), by=SYSTEM)
    sequences.activate(sequence=sequence, by=SYSTEM, now=NOON)

    steps.change(step=SequenceStep.objects.get(pk=text.pk), values={"body": "Hello {{ sender.name }}"}, by=SYSTEM)

    changes = versions.changes(Sequence.objects.get())
    assert changes == ["Step 3: the text of Text message “Hello [sender name]” has changed."]


def test_draft_with_a_problem_is_not_published() -> None:
    sequence = started()
    rewritten(sequence, body="Hi {{ nobody }}")

    with pytest.raises(NotReady):
        published(sequence)


def test_discarded_draft_leaves_everything_as_it_was() -> None:
    sequence = started(3)
    rewritten(sequence)
    versions.discard(sequence=sequence, by=SYSTEM)

    assert sequence.steps.count() == 3
    with pytest.raises(NotReady):
        published(sequence)


def test_history_names_who_published_what(tenant: Tenant) -> None:
    sequence = started()
    enrolled(sequence, [a_person()])
    rewritten(sequence)
    published(sequence)

    lines = versions.history(Sequence.objects.get())

    assert [(one.version.number, one.people, one.is_current) for one in lines] == [(2, 0, True), (1, 1, False)]
    assert lines[0].version.changes == ["Step 1: “Hello” is now “News”."]
    assert lines[0].version.published_by == SYSTEM.label


def test_pages_and_api_publish_a_draft(tenant: Tenant, owner_client: Client) -> None:
    sequence = started(3)
    enrolled(sequence, [a_person()])
    step = live(sequence, 0)
    api = f"/o/acme/api/v1/sequences/{sequence.pk}"
    owner_client.patch(f"/o/acme/api/v1/steps/{step.pk}/", {"subject": "News"}, content_type="application/json")
    draft = owner_client.get(f"{api}/draft/").json()
    editor = owner_client.get(f"/o/acme/sequences/{sequence.pk}/").content.decode()
    page = owner_client.get(f"/o/acme/sequences/{sequence.pk}/publish/").content.decode()
    owner_client.post(f"/o/acme/sequences/{sequence.pk}/publish/", {"people": "move", "note": "Shorter"})

    assert (draft["version"], draft["stay"]) == (2, 1)
    assert "“Hello” is now “News”" in editor
    assert "“Hello” is now “News”" in page
    with open_tenant(tenant):
        assert planned().step.subject == "News"
    assert [line["note"] for line in owner_client.get(f"{api}/versions/").json()] == ["Shorter", ""]
    assert "Shorter" in owner_client.get(f"/o/acme/sequences/{sequence.pk}/versions/").content.decode()


def test_draft_with_a_problem_is_not_offered_for_publishing(owner_client: Client) -> None:
    sequence = started()
    rewritten(sequence)
    page, address = f"/o/acme/sequences/{sequence.pk}/", f"/o/acme/sequences/{sequence.pk}/publish/"
    fine = owner_client.get(page).content.decode()

    rewritten(sequence, subject="")
    broken = owner_client.get(page).content.decode()

    assert (f'href="{address}"' in fine, f'href="{address}"' in broken) == (True, False)
    [button] = re.findall(r"<button[^>]*>(?:(?!</button>).)*Publish…", broken, re.DOTALL)
    assert ("disabled" in button, 'aria-describedby="missing"' in button) == (True, True)
    assert "This keeps the draft from being published" in broken
    assert owner_client.post(address, {"people": "stay"}).url == page
    sequence.refresh_from_db()
    assert (sequence.version, sequence.draft) == (1, 2)


def test_draft_in_which_nothing_is_different_is_not_published(owner_client: Client) -> None:
    sequence = started(3)
    rewritten(sequence, 1, wait_days=5)
    sequence.refresh_from_db()
    [wait] = sequence.steps.filter(version=2, wait_days=5)
    steps.change(step=wait, values={"wait_days": 3}, by=SYSTEM)

    page = owner_client.get(f"/o/acme/sequences/{sequence.pk}/").content.decode()
    answer = owner_client.post(f"/o/acme/api/v1/sequences/{sequence.pk}/publish/", {"move": False})

    assert "Nothing is different from version 1" in page
    assert (answer.status_code, "Nothing is different" in str(answer.json())) == (400, True)
    with pytest.raises(NotReady, match="Nothing is different"):
        published(sequence)


def test_change_that_no_sentence_names_is_a_change() -> None:
    sequence = started()
    rewritten(sequence)
    published(sequence)
    before, after = (steps.steps_of(sequence, version) for version in (1, 2))
    before[0].subject, before[0].settings = after[0].subject, {"of_later": True}

    assert versions.differences(before, after) == ["Step 1: what is set for E-mail “News” has changed."]


def test_draft_waits_until_people_are_moved_to_the_version_before(owner_client: Client) -> None:
    sequence = started()
    rewritten(sequence)
    Sequence.objects.filter(pk=sequence.pk).update(following=["version"])

    page = owner_client.get(f"/o/acme/sequences/{sequence.pk}/").content.decode()

    assert "People are still being moved to version 1" in page
    assert f'href="/o/acme/sequences/{sequence.pk}/publish/"' not in page
