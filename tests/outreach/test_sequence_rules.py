"""Rules of a sequence: a change of them meets everybody in it, and is kept with before and after."""

from __future__ import annotations

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ReEntry, WindowZone
from outreach.models import Mailbox, OutboundMessage, Sequence
from outreach.services import sequence_rules, sequences
from tests.factories.outreach import a_person, a_sequence, enrolled, people


def changed(sequence: Sequence, **values: object) -> AuditEntry:
    sequences.change(sequence=Sequence.objects.get(pk=sequence.pk), values=values, by=SYSTEM)
    return AuditEntry.objects.get(action="sequence.change")


def test_change_of_rules_is_audited_with_before_and_after(inside: object, owner: Member) -> None:
    sequence = a_sequence()
    enrolled(sequence, people(2))

    entry = changed(sequence, stops_on_reply=False, window_start_hour=9, sender=owner, tracks_opens=True, name="Other")

    assert entry.fields == ["name", "sender", "stops_on_reply", "window_start_hour"]
    assert entry.facts == {
        "under_way": 2,
        "stops_on_reply": "yes → no",
        "window_start_hour": "none → 9",
        "sender": f"none → {owner}",
        "name": "changed",
    }


def test_choices_are_told_in_words() -> None:
    old, new = Sequence(), Sequence(re_entry=ReEntry.AFTER, window_zone=WindowZone.SENDER, weekdays=[2, 4])

    found = sequence_rules.differences(old, new, ["re_entry", "window_zone", "priority", "weekdays"])

    assert found == {
        "weekdays": "every day → Tue, Thu",
        "re_entry": f"{ReEntry.NEVER.label} → {ReEntry.AFTER.label}",
        "window_zone": f"{WindowZone.CANDIDATE.label} → {WindowZone.SENDER.label}",
    }


def test_other_mailbox_leaves_steps_of_others_in_theirs(inside: object, owner: Member) -> None:
    own = Mailbox.objects.create(name="Own", from_address="own@jobs.test", owner=owner)
    other = Mailbox.objects.create(name="Other", from_address="other@jobs.test")
    sequence = a_sequence()
    sequence.steps.update(sender=owner)
    enrolled(sequence, [a_person()])

    changed(sequence, mailbox=other)

    assert OutboundMessage.objects.get().mailbox == own


@pytest.mark.parametrize(("count", "told"), [(0, False), (1, True)])
def test_page_says_whom_a_change_meets(owner_client: Client, tenant: Tenant, count: int, told: bool) -> None:
    with open_tenant(tenant):
        sequence = a_sequence()
        enrolled(sequence, people(count))

    page = owner_client.get(f"/o/acme/sequences/{sequence.pk}/edit/").content.decode()

    assert ("1 person is under way" in page, "holds for everybody in the sequence at once" in page) == (told, told)


def test_page_and_api_choose_the_days_of_the_week(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        sequence = a_sequence()
    page, api = f"/o/acme/sequences/{sequence.pk}/edit/", f"/o/acme/api/v1/sequences/{sequence.pk}/"
    usual = {"name": "Engineers", "priority": "2", "sender_choice": "fixed", "window_zone": "candidate"}
    usual |= {"re_entry": "never", "re_entry_days": "180", "hold_out_percent": "0", "on_leaving": "remove"}

    saved = owner_client.post(page, {**usual, "weekdays": ["2", "4"]})
    shown = owner_client.get(api).json()["weekdays"]
    changed = owner_client.patch(api, {"weekdays": [7, 1, 1]}, content_type="application/json")
    refused = owner_client.patch(api, {"weekdays": [0, 8]}, content_type="application/json")

    assert (saved.status_code, shown, changed.json()["weekdays"]) == (302, [2, 4], [1, 7])
    assert (refused.status_code, "1 (Monday) to 7" in refused.content.decode()) == (400, True)
