"""The demo's events: a meet-up that was, with who came, and one that is to come."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm.services.demo import Scene
from talent.choices_events import AttendanceState, EventKind, EventState
from talent.demo import known_since
from talent.models import RecruitingEvent
from talent.services import attendance, recruiting_events

BERLIN = "Europe/Berlin"
WAS = "An evening on incident drills"
COMES = "Open house: the platform teams"


def gatherings(scene: Scene) -> None:
    """One of three weeks ago, marked; one in two weeks, with a page on which people register themselves."""
    with scene.chapter():
        was = _event(
            scene,
            WAS,
            _evening(scene.now - timedelta(days=21)),
            state=EventState.CLOSED,
            capacity=40,
            place="Northwind, Torstraße 12, Berlin",
            description="Three short talks, then a drill with everybody in the room.",
        )
        _marked(scene, was)
        comes = _event(
            scene,
            COMES,
            _evening(scene.now + timedelta(days=14)),
            state=EventState.OPEN,
            is_public=True,
            capacity=60,
            has_waiting_list=True,
            reminds=True,
            place="Northwind, Torstraße 12, Berlin",
            description="Doors open at six. We show what we build and how we decide; bring your questions.",
        )
        people = scene.dice.sample(known_since(scene.now - timedelta(days=7)), 6)
        by, then = scene.recruiters[0].actor, scene.now - timedelta(days=5)
        attendance.register(event=comes, people=[one.pk for one in people], by=by, now=then)


def _evening(day: datetime) -> datetime:
    return day.astimezone(ZoneInfo(BERLIN)).replace(hour=18, minute=0, second=0, microsecond=0)


def _event(scene: Scene, name: str, starts_at: datetime, **values: object) -> RecruitingEvent:
    ends_at, kind = starts_at + timedelta(hours=3), EventKind.MEETUP
    facts = {"name": name, "kind": kind, "starts_at": starts_at, "ends_at": ends_at, "time_zone": BERLIN, **values}
    return recruiting_events.create(values=facts, by=scene.recruiters[0].actor)


def _marked(scene: Scene, event: RecruitingEvent) -> None:
    known = known_since(event.starts_at - timedelta(days=10))
    people = scene.dice.sample(known, min(len(known), 14))
    by, begun = scene.recruiters[0].actor, event.starts_at + timedelta(minutes=10)
    done = attendance.register(
        event=event, people=[one.pk for one in people], by=by, now=event.starts_at - timedelta(days=9)
    )
    here = [row.pk for row in done.rows[: len(done.rows) * 2 // 3]]
    attendance.mark(event=event, ids=here, state=AttendanceState.ATTENDED, by=by, now=begun)
    attendance.who_did_not_come(event=event, by=by, now=event.ends_at)
