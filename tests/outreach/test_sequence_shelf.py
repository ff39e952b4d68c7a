"""Sequences as a whole: copied, archived and back, thrown away before they were started; and who may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import StepKind
from outreach.models import AutomationRule, Enrolment, OutboundMessage, Sequence, SequenceStep
from outreach.services import sequence_shelf, sequences, steps, variants
from outreach.services.steps import NotReady
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled

pytestmark = pytest.mark.usefixtures("inside")
API = "/o/acme/api/v1/sequences/"


def feeding(sequence: Sequence, *, is_active: bool = True) -> AutomationRule:
    actions = [{"act": "enrol", "sequence": str(sequence.pk)}]
    on = timezone.now() if is_active else None
    return AutomationRule.objects.create(
        name="Feeder", trigger="replied", actions=actions, is_active=is_active, activated_at=on
    )


def shape(sequence: Sequence) -> list[tuple[Any, ...]]:
    rows = steps.steps_of(sequence, sequence.shown_version)
    return [(row.kind, row.subject, row.body, row.arm, row.settings, row.wait_days) for row in rows]


def test_copy_has_all_that_is_written_and_nobody() -> None:
    sequence = a_sequence(waits=[3], stops_on_reply=False, hold_out_percent=10, weekdays=[1, 2])
    branch = steps.add(sequence=sequence, kind=StepKind.BRANCH, by=SYSTEM)
    steps.change(step=branch, values={"settings": {"when": "clicked"}}, by=SYSTEM)
    steps.add(sequence=sequence, kind=StepKind.CALL, by=SYSTEM, parent=branch, arm="yes")
    sequences.enrol(sequence=sequence, candidate_ids=[a_person().pk], by=SYSTEM, now=NOON)  # or in the control group

    made = sequence_shelf.copy(sequence=sequence, by=SYSTEM, author=None)

    assert (made.name, made.status, made.activated_at) == ("Engineers (2)", "draft", None)
    assert shape(made) == shape(sequence)
    assert (made.stops_on_reply, made.hold_out_percent, made.weekdays) == (False, 10, [1, 2])
    assert not Enrolment.objects.filter(sequence=made).exists()
    keys = [{row.key for row in SequenceStep.objects.filter(sequence=one)} for one in (sequence, made)]
    assert keys[0].isdisjoint(keys[1])


def test_copy_of_a_started_one_is_of_its_draft_and_has_its_wordings() -> None:
    sequence = sequences.activate(sequence=a_sequence(status="draft"), by=SYSTEM, now=NOON)
    step = steps.steps_of(sequence)[0]
    variants.add(step=step, subject="Other words", body="Hi", by=SYSTEM)
    steps.change(step=step, values={"subject": "Newer"}, by=SYSTEM)
    sequence.refresh_from_db()

    made = sequence_shelf.copy(sequence=sequence, by=SYSTEM, author=None)

    [row] = steps.steps_of(made)
    assert (row.subject, made.version, made.draft) == ("Newer", 1, None)
    assert [one.subject for one in made.variant_tests.get(step_key=row.key).variants.all()] == ["Other words"]


def test_both_may_be_sent_to_the_same_person() -> None:
    sequence, maya = a_sequence(), a_person()
    made = sequence_shelf.copy(sequence=sequence, by=SYSTEM, author=None)
    sequences.activate(sequence=made, by=SYSTEM, now=NOON)

    enrolled(sequence, [maya])
    sequences.enrol(sequence=made, candidate_ids=[maya.pk], by=SYSTEM, now=NOON + timedelta(days=1))

    assert OutboundMessage.objects.filter(enrolment__isnull=False).count() == 2


def test_archive_waits_for_the_people_under_way_and_for_rules() -> None:
    sequence = a_sequence()
    enrolled(sequence, [a_person()])
    with pytest.raises(NotReady, match="1 person is under way in it"):
        sequence_shelf.archive(sequence=sequence, by=SYSTEM, now=NOON)
    Enrolment.objects.update(state="finished")
    rule = feeding(sequence)
    with pytest.raises(NotReady, match="The automation “Feeder” puts people into it"):
        sequence_shelf.archive(sequence=sequence, by=SYSTEM, now=NOON)
    AutomationRule.objects.filter(pk=rule.pk).update(is_active=False)

    archived = sequence_shelf.archive(sequence=sequence, by=SYSTEM, now=NOON)

    assert (archived.status, archived.archived_at) == ("paused", NOON)
    with pytest.raises(NotReady, match="not active"):
        sequences.enrol(sequence=archived, candidate_ids=[a_person("Zoe").pk], by=SYSTEM, now=NOON)
    with pytest.raises(NotReady, match="archived"):
        sequences.activate(sequence=archived, by=SYSTEM, now=NOON)
    back = sequence_shelf.restore(sequence=archived, by=SYSTEM)
    assert sequences.activate(sequence=back, by=SYSTEM, now=NOON).is_active


def test_only_what_was_never_started_is_deleted() -> None:
    started, draft = a_sequence(name="Started", activated_at=NOON), a_sequence(name="Draft", status="draft")
    with pytest.raises(NotReady, match="Archive it instead"):
        sequence_shelf.delete(sequence=started, by=SYSTEM)
    rule = feeding(draft, is_active=False)
    with pytest.raises(NotReady, match="Change or delete that first"):
        sequence_shelf.delete(sequence=draft, by=SYSTEM)
    rule.delete()

    sequence_shelf.delete(sequence=draft, by=SYSTEM)

    assert [one.name for one in Sequence.objects.all()] == ["Started"]


def test_pages_copy_archive_bring_back_and_delete(owner_client: Client) -> None:
    sequence = a_sequence()
    page = f"/o/acme/sequences/{sequence.pk}/"
    offered = owner_client.get(page).content.decode()

    copied = owner_client.post(f"{page}copy/", follow=True).content.decode()
    archived = owner_client.post(f"{page}archive/", follow=True).content.decode()
    shelf = owner_client.get("/o/acme/sequences/?archived").content.decode()
    there = owner_client.get(page).content.decode()
    back = owner_client.post(f"{page}restore/", follow=True).content.decode()
    copy = Sequence.objects.get(name="Engineers (2)")
    gone = owner_client.post(f"/o/acme/sequences/{copy.pk}/delete/", follow=True).content.decode()

    assert [f'action="{page}{verb}/"' in offered for verb in ("copy", "archive", "delete")] == [True, True, True]
    assert "“Engineers (2)” is a new draft" in copied
    assert (f'href="{page}"' in archived, f'href="{page}"' in shelf) == (False, True)
    assert ("It is in the archive" in there, "Put people in" in there) == (True, False)
    assert "It sends nothing until it is activated" in back
    assert "“Engineers (2)” is deleted" in gone


def test_api_does_the_same(tenant: Tenant, owner_client: Client) -> None:
    sequence = a_sequence(activated_at=NOON)
    path = f"{API}{sequence.pk}/"

    copied = owner_client.post(f"{path}copy/")
    refused = owner_client.delete(path)
    archived = owner_client.post(f"{path}archive/").json()
    back = owner_client.delete(f"{path}archive/").json()
    gone = owner_client.delete(f"{API}{copied.json()['id']}/")

    assert (copied.status_code, copied.json()["name"], refused.status_code) == (201, "Engineers (2)", 400)
    assert (archived["status"], archived["archived_at"] is not None, back["archived_at"]) == ("paused", True, None)
    with open_tenant(tenant):
        assert (gone.status_code, Sequence.objects.count()) == (204, 1)
