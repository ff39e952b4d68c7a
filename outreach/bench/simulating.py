"""How long the simulator takes for many people, with the caps of a mailbox and without."""

from __future__ import annotations

import time

from crm.actors import SYSTEM
from crm.bench.rows import Row
from crm.tenancy.context import tenant as open_tenant
from outreach.bench.stage import PEOPLE, Stage, a_sequence
from outreach.models import Mailbox, SendingDomain, Sequence
from outreach.services import contact_rules, pacing, simulator
from outreach.services.clock import database_now

MOST_SECONDS = 20


def _timed(here: Stage, sequence: Sequence, people: int) -> tuple[float, int]:
    keys = [key for (key,) in here.ask(f"SELECT id FROM {PEOPLE} ORDER BY n LIMIT %(n)s", n=people)]  # noqa: S608
    with open_tenant(here.tenant):
        begun = time.perf_counter()
        found = simulator.simulate(sequence=sequence, candidate_ids=keys, tenant=here.tenant, now=database_now())
        return time.perf_counter() - begun, len(found.journey.sent)


def simulate(here: Stage, people: int = simulator.MOST_PEOPLE) -> list[Row]:
    """A sequence of two mails within working hours; then the same from a mailbox that sends 2,000 a day, and then with
    caps of its domain and the workspace below that.
    """
    people = min(people, here.people)
    sequence = a_sequence(here, "Simulated")
    with open_tenant(here.tenant):
        Sequence.objects.filter(pk=sequence.pk).update(
            window_start_hour=9, window_end_hour=17, weekdays=[1, 2, 3, 4, 5]
        )
        sequence.refresh_from_db()
    free, mails = _timed(here, sequence, people)
    with open_tenant(here.tenant):
        Mailbox.objects.filter(pk=sequence.mailbox_id).update(daily_cap=2000, gap_seconds=5)
        sequence.refresh_from_db()
    capped, in_time = _timed(here, sequence, people)
    with open_tenant(here.tenant):
        domain = pacing.domain_of(Mailbox.objects.get(pk=sequence.mailbox_id))
        SendingDomain.objects.update_or_create(domain=domain, defaults={"selector": "rapport", "daily_cap": 1800})
        contact_rules.change(values={"mails_per_day": 1500}, by=SYSTEM)
    shared, under_all = _timed(here, sequence, people)
    name = f"simulate {people:,} people"
    return [
        _row(name, free, people, f"{mails:,} mails, no limit"),
        _row(f"{name}, 2,000 a day", capped, people, f"{in_time:,} mails within 180 days"),
        _row(f"{name}, caps of domain and workspace", shared, people, f"{under_all:,} mails within 180 days"),
    ]


def _row(name: str, seconds: float, people: int, detail: str) -> Row:
    limit = MOST_SECONDS * people / simulator.MOST_PEOPLE
    return Row(name, seconds, "s", f"{limit:.1f} s", seconds / limit, most=1.0, detail=detail)
