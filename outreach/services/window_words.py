"""When the mails of a sequence go, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence as Row

from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from outreach.choices import WindowZone
from outreach.services.windows import KeepsHours


def said(sequence: KeepsHours) -> str:
    """Days, hours, by whose clock, and whether holidays are left out."""
    sentence = f"{_days(sorted(sequence.weekdays))}, {_hours(sequence.window_start_hour, sequence.window_end_hour)}"
    has_hours = sequence.window_start_hour is not None or sequence.window_end_hour is not None
    if has_hours or sequence.weekdays or sequence.skips_holidays:
        sentence += f" {_clock(sequence)}"
    return f"{sentence}{_(', not on public holidays there') if sequence.skips_holidays else ''}."


def _days(days: Row[int]) -> str:
    names = [str(WEEKDAYS[day - 1]) for day in days]
    if not days or len(days) == len(WEEKDAYS):
        return _("Every day")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return get_text_list(names, _("and"))


def _hours(start: int | None, end: int | None) -> str:
    hours = {"start": f"{start}:00", "end": f"{end}:00"}
    if start is None and end is None:
        return _("at any hour")
    if end is None:
        return _("from %(start)s on") % hours
    return _("until %(end)s") % hours if start is None else _("%(start)s to %(end)s") % hours


def _clock(sequence: KeepsHours) -> str:
    if sequence.window_zone == WindowZone.FIXED:
        return _("by the clock of %(place)s") % {"place": sequence.fixed_zone.rpartition("/")[2].replace("_", " ")}
    return _("by the sender’s clock") if sequence.window_zone == WindowZone.SENDER else _("by each person’s clock")
