"""Acts on many people in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talent.models import BulkOperation
from talent.services.bulk_acts import Forecast

State = BulkOperation.State


def people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}


def will(forecast: Forecast, left_out: int) -> str:
    """ "Will change 1,243 people; 38 are so already; 2 are left out; “speakr” becomes a new tag"."""
    parts = [_("Will change %(people)s") % {"people": people(forecast.total - forecast.already - left_out)}]
    if forecast.already:
        parts.append(
            ngettext("%(n)s is so already", "%(n)s are so already", forecast.already) % {"n": f"{forecast.already:,}"}
        )
    if left_out:
        parts.append(ngettext("%(n)s is left out", "%(n)s are left out", left_out) % {"n": f"{left_out:,}"})
    if forecast.new_tag:
        parts.append(_("“%(name)s” becomes a new tag") % {"name": forecast.new_tag})
    return "; ".join(parts)


def _rest(operation: BulkOperation) -> str:
    said = []
    if operation.already:
        said.append(_("%(n)s so already") % {"n": f"{operation.already:,}"})
    if operation.skipped:
        said.append(_("%(n)s left out") % {"n": f"{operation.skipped:,}"})
    return f" ({', '.join(said)})" if said else ""


def became(operation: BulkOperation) -> str:
    """What has become of an operation: "Tag “speaker”: 3 people changed (1 so already)"."""
    facts = {"title": operation.title, "people": people(operation.changed), "rest": _rest(operation)}
    match operation.state:
        case State.UNDONE:
            kept = _(", %(n)s changed since and kept") % {"n": f"{operation.kept:,}"} if operation.kept else ""
            return _("Taken back for %(people)s%(kept)s") % {"people": people(operation.undone), "kept": kept}
        case State.UNDOING:
            return _("Being taken back: %(title)s") % facts
        case State.WAITING:
            return _("%(title)s: finding the people") % facts
        case State.RUNNING:
            return _("%(title)s: at work") % facts
        case State.STOPPED:
            return _("%(title)s: stopped after %(people)s%(rest)s") % facts
        case State.FAILED:
            return _("%(title)s: could not be finished; %(people)s changed%(rest)s") % facts
        case _:
            return _("%(title)s: %(people)s changed%(rest)s") % facts
