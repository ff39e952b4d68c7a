"""When mails of sequences may go to many people: what each window is made of, read once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from crm.models import Member, Tenant
from crm.tenancy.context import current_tenant_id
from outreach.choices import WindowZone
from outreach.models import OutboundMessage, Sequence
from outreach.services import days_off
from outreach.services.days_off import NO_DAYS, Calendar
from outreach.services.planner import Due, Window
from talent.services import preferences
from talent.services.preferences import NO_WISHES, Wishes


def workspace_zone() -> str:
    return Tenant.objects.values_list("time_zone", flat=True).get(pk=current_tenant_id())


class Whereabouts(Protocol):
    """Somebody with a place: a candidate, or a row of these columns."""

    @property
    def pk(self) -> UUID: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def country(self) -> str: ...


class KeepsHours(Protocol):
    """When a sequence's mails may go: a sequence, or a row of these columns."""

    @property
    def sender_id(self) -> UUID | None: ...
    @property
    def window_zone(self) -> str: ...
    @property
    def fixed_zone(self) -> str: ...
    @property
    def window_start_hour(self) -> int | None: ...
    @property
    def window_end_hour(self) -> int | None: ...
    @property
    def weekdays(self) -> list[int]: ...
    @property
    def skips_holidays(self) -> bool: ...


P = TypeVar("P", bound=Whereabouts)


@dataclass
class Windows:
    """The workspace's zone and days off, its colleagues' zones, and the wishes of the people asked about."""

    zone: str
    calendar: Calendar
    colleagues: Mapping[UUID, str]
    wishes: Mapping[UUID, Wishes]

    def of(self, sequence: KeepsHours, person: Whereabouts, sender_id: UUID | None = None) -> Window:
        """The sequence's window for a person; `sender_id` is who writes to them instead of its own sender."""
        theirs = person.time_zone or self.zone
        zone, country = theirs, person.country
        if sequence.window_zone == WindowZone.SENDER:
            zone, country = self.colleagues.get(sender_id or sequence.sender_id or UUID(int=0), self.zone), ""
        elif sequence.window_zone == WindowZone.FIXED:
            zone, country = sequence.fixed_zone, ""
        days = self.calendar.of(country or days_off.country_of(zone)) if sequence.skips_holidays else NO_DAYS
        return Window(
            zone,
            sequence.window_start_hour,
            sequence.window_end_hour,
            frozenset(sequence.weekdays),
            self.wishes.get(person.pk, NO_WISHES),
            days,
            theirs,
        )

    def alike(self, people: Iterable[P]) -> Iterable[list[P]]:
        """People who are in every window together: there are few places."""
        groups: dict[tuple[str, str, UUID | None], list[P]] = defaultdict(list)
        for person in people:
            groups[person.time_zone, person.country, person.pk if person.pk in self.wishes else None].append(person)
        return groups.values()

    def next_due(
        self, sequence: Sequence, person: Whereabouts, sender_id: UUID | None, following: Callable[[Window], Due | None]
    ) -> Due | None:
        """What follows, in the window of whoever writes it: the step's own sender, else `sender_id`."""
        due = following(self.of(sequence, person, sender_id))
        if due is None or due.writer is None or sequence.window_zone != WindowZone.SENDER:
            return due
        return following(self.of(sequence, person, due.writer))

    def of_message(self, message: OutboundMessage) -> Window | None:
        """`.enrolment.sequence` and `.candidate` are loaded; None for a message of no sequence."""
        row = message.enrolment
        return self.of(row.sequence, message.candidate, message.sender_id or row.sender_id) if row else None


def zones_of_colleagues() -> dict[UUID, str]:
    members = Member.objects.of_tenant(current_tenant_id())
    return dict(members.values_list("pk", "user__time_zone"))


def read(people: Collection[UUID]) -> Windows:
    """For these people, in four queries whatever their number."""
    wishes = preferences.of_many(list(people))
    return Windows(workspace_zone(), days_off.calendar(), zones_of_colleagues(), wishes)
