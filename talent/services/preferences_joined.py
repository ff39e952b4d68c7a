"""What two records of one person asked for becomes one set of wishes: nothing that either asked for is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from talent import tongues
from talent.choices import Address, Channel
from talent.models import ContactPreference
from talent.services import preferences
from talent.services.merges import Journal
from talent.services.preferences import NO_WISHES, Wishes

HOURS, WEEKDAYS = "hours", "weekdays"
Hours = tuple[time | None, time | None]


@dataclass(frozen=True)
class Joined:
    """The wishes of the one record, and what the two asked for so that nothing suits both: there ours stands."""

    wishes: Wishes
    apart: tuple[str, ...] = ()


def join(ours: Wishes, theirs: Wishes) -> Joined:
    """The latest pause, the hours and weekdays that suit both, and else ours, or theirs where we were told nothing."""
    hours, days = _hours(ours, theirs), _weekdays(ours, theirs)
    begin, end = hours or (ours.hours_from, ours.hours_until)
    wishes = Wishes(
        channel=ours.channel or theirs.channel,
        hours_from=begin,
        hours_until=end,
        weekdays=ours.weekdays if days is None else days,
        language=ours.language or theirs.language,
        address=ours.address or theirs.address,
        pronouns=ours.pronouns or theirs.pronouns,
        paused_until=max(filter(None, (ours.paused_until, theirs.paused_until)), default=None),
    )
    return Joined(wishes, tuple(name for name, found in ((HOURS, hours), (WEEKDAYS, days)) if found is None))


def _hours(*both: Wishes) -> Hours | None:
    """The time of day that suits both; None where there is none."""
    begin = max((w.hours_from for w in both if w.hours_from), default=None)
    end = min((w.hours_until for w in both if w.hours_until), default=None)
    return None if begin and end and begin >= end else (begin, end)


def _weekdays(*both: Wishes) -> tuple[int, ...] | None:
    said = [set(w.weekdays) for w in both if w.weekdays]
    shared = set.intersection(*said) if said else set()
    return None if said and not shared else tuple(sorted(shared))


def of(survivor: UUID, merged: UUID) -> Joined | None:
    """What will hold; None where the record that goes asked for nothing."""
    known = preferences.of_many([survivor, merged])
    theirs = known.get(merged, NO_WISHES)
    return join(known.get(survivor, NO_WISHES), theirs) if theirs != NO_WISHES else None


def keep(*, journal: Journal, now: datetime) -> None:
    """Before the row of the one who goes gives way: what it says goes over. Where we have none, it moves as it is."""
    row, joined = ContactPreference.objects.filter(candidate=journal.target).first(), of(journal.target, journal.source)
    if row is None or joined is None or joined.wishes == preferences.wishes_in(row):
        return
    journal.remember(ContactPreference._meta.db_table, [row.pk])
    for name in preferences.NAMES:
        value = getattr(joined.wishes, name)
        setattr(row, name, list(value) if name == WEEKDAYS else value)
    row.updated_by = journal.by.label[:120]
    row.save()


# --- in words


def lines(wishes: Wishes) -> list[tuple[str, str]]:
    """What was asked for, as pairs of a label and words; what was not said is left out."""
    pause = date_format(wishes.paused_until, "j M Y") if wishes.paused_until else ""
    said = (
        (_("Nothing before"), pause),
        (_("Best reached by"), Channel(wishes.channel).label if wishes.channel else ""),
        (_("Hours"), wishes.hours if wishes.has_hours else ""),
        (_("Language"), tongues.name(wishes.language) if wishes.language else ""),
        (_("Form of address"), Address(wishes.address).label if wishes.address else ""),
        (_("Pronouns"), wishes.pronouns),
    )
    return [(label, str(words)) for label, words in said if words]


def warnings(names: Iterable[str]) -> list[str]:
    """A sentence for everything in which nothing suits both."""
    sentences = {
        HOURS: _("The hours that the two asked for do not meet: those of the record that stays will hold."),
        WEEKDAYS: _("The two asked for different weekdays: those of the record that stays will hold."),
    }
    return [sentences[name] for name in names]
