"""Freezes the audience of a broadcast in the order of people's keys, a part at a time.

Each part is a transaction that also moves the broadcast on, so whoever is killed, each person is written down once.
"""

from __future__ import annotations

from crm.viewing import seen_by
from outreach.models import Broadcast, BroadcastRecipient
from outreach.services import audiences

PART = 5000
AT_ONCE = 2000  # so many people do not wait for a worker
TASK = "outreach.tasks.freeze_broadcasts"


def freeze_part(row: Broadcast) -> bool:
    """Write down the next people of a broadcast whose row is locked; whether that were the last ones.

    The audience is what whoever sent it off may see of it.
    """
    with seen_by(row.submitted_by_id):
        found = audiences.part(audiences.sources_of(row), row.frozen_to, PART)
    rows = [BroadcastRecipient(broadcast=row, candidate_id=pk, source_name=name) for pk, name in found.people.items()]
    # Who was merged with somebody written down before is there already.
    BroadcastRecipient.objects.bulk_create(rows, ignore_conflicts=True)
    row.people, row.frozen_to = row.people + len(found.people), found.last
    row.save(update_fields=["people", "frozen_to"])
    return found.last is None


def next_one() -> Broadcast | None:
    """The broadcast whose audience has been frozen for longest, its row locked; None: there is none, or it is held."""
    rows = Broadcast.objects.filter(freezing_at__isnull=False).order_by("freezing_at", "pk")
    found: Broadcast | None = rows.select_for_update(of=("self",), skip_locked=True).first()
    return found
