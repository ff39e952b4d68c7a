"""The control group of a sequence: never written to by it, and what the sequence adds."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from crm import events
from crm.actors import SYSTEM
from crm.events import Subject
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ExclusionReason
from outreach.models import Enrolment, HeldOut, OutboundMessage, Sequence
from outreach.services import hold_out, sequences
from outreach.services.hold_out import Group, Line
from talent.models import Candidate
from tests.factories.outreach import NOON, a_sequence, people

DAY = timedelta(days=1)


def put_in(sequence: Sequence, who: list[Candidate]) -> sequences.EnrolmentReport:
    return sequences.enrol(sequence=sequence, candidate_ids=[one.pk for one in who], by=SYSTEM, now=NOON)


@given(st.uuids(), st.uuids(), st.integers(0, 50), st.integers(0, 50))
def test_raising_the_share_keeps_everybody_in(key: UUID, person: UUID, one: int, two: int) -> None:
    less, more = (Sequence(pk=key, hold_out_percent=n) for n in sorted((one, two)))

    assert not hold_out.is_held(less, person) or hold_out.is_held(more, person)


def test_about_so_many_are_held() -> None:
    sequence = Sequence(pk=uuid4(), hold_out_percent=10)

    held = sum(hold_out.is_held(sequence, uuid4()) for _ in range(5000))

    assert 400 < held < 600


def test_control_group_gets_nothing_and_the_ledger_says_why(inside: UUID) -> None:
    sequence, crowd = a_sequence(hold_out_percent=50), people(30)

    report = put_in(sequence, crowd)

    held = set(HeldOut.objects.values_list("candidate_id", flat=True))
    assert 5 < len(held) < 25
    assert held.isdisjoint(Enrolment.objects.values_list("candidate_id", flat=True))
    assert {one.candidate_id for one in report.excluded if one.reason == ExclusionReason.HOLD_OUT} == held
    rows = OutboundMessage.objects.filter(excluded_reason=ExclusionReason.HOLD_OUT)
    assert set(rows.values_list("candidate_id", flat=True)) == held


def test_lowering_the_share_lets_nobody_of_the_group_in(inside: UUID) -> None:
    sequence, crowd = a_sequence(hold_out_percent=50), people(20)
    put_in(sequence, crowd)
    held = set(HeldOut.objects.values_list("candidate_id", flat=True))
    sequences.change(sequence=sequence, values={"hold_out_percent": 0}, by=SYSTEM)

    again = put_in(sequence, crowd)

    assert {one.candidate_id for one in again.excluded if one.reason == ExclusionReason.HOLD_OUT} == held


def reply(person: UUID, days: int) -> None:
    at = NOON + days * DAY
    events.publish("message_received", candidate=person, occurred_at=at, actor=SYSTEM, data={"kind": "reply"})


def test_outcomes_count_within_90_days_once_a_person(inside: UUID) -> None:
    sequence = a_sequence(hold_out_percent=50)
    put_in(sequence, people(30))
    inside_one = Enrolment.objects.order_by("pk").values_list("candidate_id", flat=True)[0]
    control = list(HeldOut.objects.order_by("pk").values_list("candidate_id", flat=True)[:2])
    for person, days in ((inside_one, 1), (inside_one, 2), (control[0], 89), (control[1], 91)):
        reply(person, days)

    found = hold_out.report(sequence, NOON + 100 * DAY)

    assert found is not None
    replied = found.lines[0]
    assert (replied.inside.did, replied.control.did, found.inside + found.control) == (1, 1, 30)
    assert (replied.words, found.waits.split(",")[0]) == (
        "Not enough people yet.",
        f"{hold_out.LEAST - found.control} more people in the control group are needed",
    )


def test_words_say_no_more_than_the_numbers() -> None:
    clear = Line("Replied", Group(400, 80), Group(100, 5))
    chance = Line("Replied", Group(400, 24), Group(100, 5))

    assert (clear.words, chance.words) == ("More with the sequence.", "No difference shown: it may be chance.")


def test_page_and_api_report_it(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        sequence = a_sequence(hold_out_percent=50)
        put_in(sequence, people(12))

    page = recruiter_client.get(f"/o/acme/sequences/{sequence.pk}/results/").content.decode()
    api = recruiter_client.get(f"/o/acme/api/v1/sequences/{sequence.pk}/hold-out/").json()

    assert "Control group" in page
    assert (api["percent"], api["inside"] + api["control"], len(api["lines"])) == (50, 12, 3)


def test_reply_that_was_no_persons_after_all_is_not_counted(inside: UUID) -> None:
    sequence, crowd = a_sequence(hold_out_percent=50), people(30)
    put_in(sequence, crowd)
    one = Enrolment.objects.values_list("candidate_id", flat=True)[0]
    for number, (kind, data) in enumerate(
        [("message_received", {"kind": "reply"}), ("message_classed", {"became": "auto_reply"})], start=1
    ):
        at, mail = NOON + number * DAY, Subject("inbox.message", UUID(int=7))
        events.publish(kind, candidate=one, occurred_at=at, actor=SYSTEM, subject=mail, data=data)

    found = hold_out.report(sequence, NOON + 10 * DAY)

    assert found is not None
    assert (found.lines[0].inside.did, found.lines[0].control.did) == (0, 0)
