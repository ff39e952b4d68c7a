"""A small set of messages and people, counted by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from analytics.services.spans import Span
from outreach.models import MessageTemplate, Sequence
from talent.models import Candidate, Segment, SegmentMembership, Source
from tests.factories.messages import a_message, a_sequence, a_template, an_enrolment, happened
from tests.ground import shared

MARCH = Span(date(2026, 3, 2), date(2026, 3, 29), UTC)  # Monday to Sunday, four weeks


def day(number: int, hour: int = 12) -> datetime:
    """A moment of March 2026."""
    return datetime(2026, 3, number, hour, tzinfo=UTC)


@dataclass
class Cast:
    """What the figures are about."""

    zoe: Candidate
    ada: Candidate
    hello: MessageTemplate
    backend: Sequence


@shared
def cast(inside: object) -> Cast:
    """Zoë got three messages of the sequence, Ada one by hand; a fifth was refused, a sixth lies before March."""
    zoe, ada = (Candidate.objects.create(name=name) for name in ("Zoë", "Ada"))
    cast = Cast(zoe, ada, a_template(), a_sequence())
    place = {"enrolment": an_enrolment(cast.backend, zoe, day(2)), "template": cast.hello}
    first = a_message(zoe, day(3), "delivered", **place)
    for kind, by in (("delivered", "unknown"), ("opened", "human"), ("opened", "human"), ("clicked", "bot")):
        happened(first, kind, day(3, 13), by)
    second = a_message(zoe, day(10), "delivered", **place)
    for kind in ("delivered", "opened", "clicked", "replied", "replied"):
        happened(second, kind, day(17))
    third = a_message(zoe, day(18), **place)
    happened(third, "opened", day(18, 12), "bot")
    happened(third, "auto_replied", day(18, 13))
    happened(a_message(ada, day(29, 23), "bounced"), "bounced", day(30))
    a_message(ada, day(5), "refused")
    happened(a_message(ada, datetime(2026, 2, 27, 12, tzinfo=UTC)), "replied", day(4))
    return cast


@shared
def segment(cast: Cast) -> Segment:
    """Zoë is in from 3 to 17 March and again from 25 March, Ada was in before March and stays."""
    segment = Segment.objects.create(name="Data people", rule={"all": []})
    february = datetime(2026, 2, 3, 12, tzinfo=UTC)
    stays = ((cast.zoe, day(3), day(17)), (cast.zoe, day(25), None), (cast.ada, february, None))
    for person, entered, left in stays:
        SegmentMembership.objects.create(
            segment=segment, candidate=person, entered_at=entered, entered_by="data", left_at=left
        )
    return segment


@shared
def newcomers(cast: Cast) -> Source:
    """Three people of a source: two in the first week, one in the last; Zoë and Ada before March, without a source."""
    Candidate.objects.update(created_at=datetime(2026, 2, 1, tzinfo=UTC))
    source = Source.objects.create(name="Meetup", kind="event")
    for name, at in (("Ben", day(2, 0)), ("Cleo", day(8, 23)), ("Dov", day(23))):
        person = Candidate.objects.create(name=name, source=source)
        Candidate.objects.filter(pk=person.pk).update(created_at=at)
    return source
