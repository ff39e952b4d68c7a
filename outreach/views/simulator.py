"""The page that says what would happen if a segment were put into a sequence now."""

from __future__ import annotations

from heapq import merge
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.writing import EnrolForm
from outreach.models import Sequence
from outreach.services import overview, sequences, simulator
from outreach.services.clock import database_now
from outreach.services.simulator import SHOWN, Blank, Simulation, said
from outreach.services.steps import NotReady
from talent.models.candidate import display_names
from talent.views.paging import read_key


def _calendar(found: Simulation) -> tuple[list[str], list[Any]]:
    """Mails a day, beside what the mailbox has planned already."""
    heads = ["Day", "This sequence", "Planned already"]
    rows = [[f"{day:%a %-d %b}", mails, found.taken.get(day, 0)] for day, mails in found.days.items()]
    return heads, rows


def _people(found: Simulation) -> list[dict[str, Any]]:
    """The first people with all that is done to them, by their own clocks."""
    rows: dict[UUID, list[Any]] = {}
    cards = {line.card.step.pk: line.card for line in found.steps}
    for one in merge(found.journey.sent, found.journey.done, key=lambda one: one.at):
        if one.person in rows or len(rows) < SHOWN:
            rows.setdefault(one.person, []).append((said(found.local(one)), cards[one.step.pk]))
    names = display_names(list(rows))
    return [{"key": key, "name": names.get(key, "?"), "done": done} for key, done in rows.items()]


def _blanks(found: Simulation) -> list[tuple[Blank, list[tuple[UUID, str]]]]:
    """Each tag that stays blank, and whose: the first of them by name."""
    names = display_names([pk for blank in found.blanks for pk in blank.who])
    return [(blank, [(pk, names.get(pk, "?")) for pk in blank.who]) for blank in found.blanks]


def _words(request: MemberRequest, sequence: Sequence, found: Simulation) -> dict[str, Any]:
    reasons = [(label, [*people[:SHOWN]], len(people)) for _, label, people in found.reasons]
    names = display_names([one.candidate_id for _, people, _ in reasons for one in people])
    key = read_key(request.GET.get("person", ""))
    person = overview.person(key) if key else None
    heads, rows = _calendar(found)
    return {
        "found": found,
        "span": found.first_last(),
        "heads": heads,
        "rows": rows,
        "people": _people(found),
        "blanks": _blanks(found),
        "reasons": [
            (label, count, [(names.get(one.candidate_id, "?"), one.words) for one in people])
            for label, people, count in reasons
        ],
        "person": person,
        "texts": simulator.texts(found, person, request.tenant) if person else [],
    }


@member(Permission.OUTREACH_VIEW)
def simulate(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Choose a segment; `?person=` shows every mail to one of them as they would get it."""
    sequence, form = load(overview.sequences_with_sender(), pk), EnrolForm(request.GET or None)
    words: dict[str, Any] = {"sequence": sequence, "form": form}
    if form.is_bound and form.is_valid():
        words["segment"] = form.cleaned_data["segment"]
        ids = sequences.people_of(words["segment"])
        try:
            found = simulator.simulate(
                sequence=sequence, candidate_ids=ids, tenant=request.tenant, now=database_now(), acting=request.member
            )
        except NotReady as error:
            words["problem"] = str(error)
        else:
            words |= _words(request, sequence, found)
    return render(request, "outreach/sequence_simulate.html", words)
