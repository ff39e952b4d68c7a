"""What rules can ask about sequences: plugged into talent's filter language by the wiring."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from outreach.choices import OPEN_ENROLMENTS, EnrolmentState, StopReason
from outreach.models import Enrolment, Sequence
from talent.filters import phrases
from talent.filters.catalogue import Choice, Field


def sequences() -> list[Choice]:
    return [Choice(str(pk), name) for pk, name in Sequence.objects.values_list("pk", "name")]


def _field(name: str, label: str, is_: str, rows: Callable[[], QuerySet[Enrolment]]) -> Field:
    says = phrases.choice(
        f"who {is_} the sequence {{quoted or}}",
        f"not among those who {is_} the sequence {{quoted or}}",
        f"not among those who {is_} a sequence",
        f"who {is_} some sequence",
    )
    return Field(
        name, label, "choice", says, rows=rows, column="sequence_id", choices=sequences, ids=True, group="Sequences"
    )


OUTREACH_FIELDS = (
    _field("sequence", "In the sequence", "are in", lambda: Enrolment.objects.filter(state__in=OPEN_ENROLMENTS)),
    _field("sequence_ever", "Ever in the sequence", "are or were in", lambda: Enrolment.objects.all()),
    _field(
        "sequence_finished",
        "Came to the end of the sequence",
        "came to the end of",
        lambda: Enrolment.objects.filter(state=EnrolmentState.FINISHED),
    ),
    _field(
        "sequence_answered",
        "Answered in the sequence",
        "answered in",
        lambda: Enrolment.objects.filter(state=EnrolmentState.STOPPED, stop_reason=StopReason.REPLIED),
    ),
)
