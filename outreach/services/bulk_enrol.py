"""Putting many people into a sequence, as one of the acts of the list of candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from crm.actors import Actor
from crm.permissions import Permission
from outreach.choices import SequenceStatus, StopReason
from outreach.models import Enrolment
from outreach.models import Sequence as Mails
from outreach.services import enrolments, sequences
from outreach.services.steps import NotReady
from talent.models import ContactBan, FencedCandidate
from talent.services.bulk_acts import Act, ActRefused, Batch, Forecast, Input, Parameters, Result, chosen


def active() -> list[tuple[str, str]]:
    rows = Mails.objects.filter(status=SequenceStatus.ACTIVE).order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def _prepare(values: Mapping[str, str], by: Actor) -> tuple[Parameters, str]:
    name = chosen(values, "sequence", active(), "Sequence")
    return {"sequence": values["sequence"]}, f"Enrol into “{name}”"


def _open(parameters: Parameters) -> QuerySet[Enrolment]:
    return Enrolment.objects.open().filter(sequence_id=parameters["sequence"])


def _forecast(people: QuerySet[FencedCandidate], parameters: Parameters) -> Forecast:
    """The gate is asked again for each person when it comes to them; what can be told by sets is counted here."""
    inside = people.filter(Exists(_open(parameters).filter(candidate_id=OuterRef("pk"))))
    banned = people.filter(Exists(ContactBan.objects.in_force().against_mail().filter(candidate_id=OuterRef("pk"))))
    left_out = {"Must not be contacted": banned.exclude(pk__in=inside.values("pk"))}
    return Forecast(people.count(), inside.count(), left_out)


def _apply(batch: Batch) -> Result:
    had = set(_open(batch.parameters).filter(candidate_id__in=batch.people).values_list("candidate_id", flat=True))
    wanted = [person for person in batch.people if person not in had]
    row = Mails.objects.filter(pk=batch.parameters["sequence"]).first()
    if row is None:
        raise ActRefused("The sequence has been deleted meanwhile.")
    try:
        report = sequences.enrol(sequence=row, candidate_ids=wanted, by=batch.by, now=batch.now)
    except NotReady as error:
        raise ActRefused(str(error)) from error
    fresh = _open(batch.parameters).filter(candidate_id__in=report.enrolled).values_list("candidate_id", "pk")
    return Result(
        {person: {"enrolment": str(pk)} for person, pk in fresh},
        {one.candidate_id: one.words[:160] for one in report.excluded},
    )


def _undo(batch: Batch) -> Sequence[UUID]:
    """Take out whoever is still in by this act; mails that left are not called back."""
    keys = {UUID(kept["enrolment"]): person for person, kept in batch.before.items()}
    still = list(Enrolment.objects.open().filter(pk__in=keys).values_list("pk", flat=True))
    enrolments.stop(enrolments=still, reason=StopReason.BY_HAND, now=batch.now, by=batch.by)
    return [keys[pk] for pk in still]


ENROL = Act(
    "enrol",
    "Enrol",
    "send",
    _prepare,
    _apply,
    _undo,
    _forecast,
    (Input("sequence", "Sequence", active),),
    permission=Permission.OUTREACH_SEND,
    size=5000,
    warning="Their first mails are planned at once. Whoever must not be written to is left out, with the reason.",
)
