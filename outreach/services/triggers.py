"""What an automation rule can wait for: kinds of events, and which of them fit its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crm.models import Event
from outreach import events as kinds
from outreach.choices import PROGRAMS
from talent import events as talent_events
from talent.events import JOB_OPENED

Settings = Mapping[str, Any]
Fits = Callable[[Event, Settings], bool]


@dataclass(frozen=True)
class Trigger:
    """`kinds` of events; `fits` says of one whether it is what the rule's settings mean. `asks` names the settings.

    A trigger without kinds is a day that comes: `outreach.services.timed` looks for whom, once a day.
    """

    key: str
    label: str
    icon: str
    kinds: frozenset[str]
    fits: Fits
    asks: tuple[str, ...] = ()
    group: str = "People"

    @property
    def is_of_days(self) -> bool:
        return not self.kinds


def _always(event: Event, settings: Settings) -> bool:
    return True


def _subject(name: str) -> Fits:
    """The event's subject is the chosen row; without a choice, any."""
    return lambda event, settings: not settings.get(name) or str(event.subject_id) == str(settings[name])


def _data(name: str, key: str) -> Fits:
    """The event's data say what was chosen; without a choice, anything."""
    return lambda event, settings: not settings.get(name) or str(event.data.get(key)) == str(settings[name])


def _moved(event: Event, settings: Settings) -> bool:
    """In the chosen pool, where one was chosen, and to the stage of that name."""
    wanted = str(settings.get("stage") or "").strip().casefold()
    is_there = not wanted or str(event.data.get("to", "")).casefold() == wanted
    return is_there and (event.kind != talent_events.POOL_MOVED or _subject("pool")(event, settings))


def _clicked(event: Event, settings: Settings) -> bool:
    return event.data.get("by") not in PROGRAMS and _data("sequence", "sequence")(event, settings)


def _replied(event: Event, settings: Settings) -> bool:
    """By mail or text message; of one class where one was chosen, by the rules or by a colleague's correction."""
    if wanted := settings.get("reply_class"):
        return event.data.get("class") == wanted
    if event.kind == kinds.TEXT_RECEIVED:
        return not event.data.get("keyword")
    if event.kind == kinds.MESSAGE_CLASSED:
        return event.data.get("became") == "reply"
    return event.kind == kinds.MESSAGE_RECEIVED and event.data.get("kind") == "reply"


def _one(
    key: str, label: str, icon: str, kind: str, fits: Fits = _always, asks: str = "", group: str = "People"
) -> Trigger:
    return Trigger(key, label, icon, frozenset({kind}), fits, (asks,) if asks else (), group)


def _day(key: str, label: str, icon: str, *asks: str, group: str = "Days") -> Trigger:
    return Trigger(key, label, icon, frozenset(), _always, asks, group)


ANSWERS = frozenset({kinds.MESSAGE_RECEIVED, kinds.MESSAGE_CLASSED, kinds.TEXT_RECEIVED})
TRIGGERS: dict[str, Trigger] = {
    trigger.key: trigger
    for trigger in (
        _one(
            "segment_entered",
            "comes into a segment",
            "funnel",
            talent_events.SEGMENT_ENTERED,
            _subject("segment"),
            "segment",
        ),
        _one(
            "segment_left", "leaves a segment", "funnel-x", talent_events.SEGMENT_LEFT, _subject("segment"), "segment"
        ),
        _one("pool_joined", "comes into a pool", "users", talent_events.POOL_JOINED, _subject("pool"), "pool"),
        Trigger(
            "pool_moved",
            "moves to another stage of a pool",
            "arrow-right-left",
            frozenset({talent_events.POOL_MOVED}),
            _moved,
            ("pool", "stage"),
        ),
        _one(
            "application_made", "applies for a job", "briefcase-business", talent_events.APPLICATION_MADE, group="Jobs"
        ),
        _one(
            "application_moved",
            "moves to another stage of a job",
            "arrow-right-left",
            talent_events.APPLICATION_MOVED,
            _moved,
            "stage",
            "Jobs",
        ),
        _one(
            "application_decided",
            "has an application decided",
            "gavel",
            talent_events.APPLICATION_DECIDED,
            _data("outcome", "outcome"),
            "outcome",
            "Jobs",
        ),
        _one(
            "clicked",
            "clicks a link in a mail",
            "mouse-pointer-click",
            kinds.MESSAGE_CLICKED,
            _clicked,
            "sequence",
            "Mail",
        ),
        Trigger("replied", "replies", "reply", ANSWERS, _replied, ("reply_class",), "Mail"),
        _one("meeting_booked", "books a meeting", "calendar-check", kinds.MEETING_BOOKED, group="Meetings"),
        _one("portal_visited", "logs in to the portal", "door-open", kinds.PORTAL_VISITED, group="Portal"),
        _one("profile_edited", "changes their profile", "user-round-pen", kinds.PROFILE_EDITED, group="Portal"),
        _one(
            "asset_downloaded",
            "downloads something",
            "download",
            kinds.ASSET_DOWNLOADED,
            _data("content", "content"),
            "content",
            "Content",
        ),
        _one(
            "content_published",
            "is served by new content",
            "newspaper",
            kinds.CONTENT_PUBLISHED,
            _data("content_kind", "kind"),
            "content_kind",
            "Content",
        ),
        _one(
            "event_registered",
            "registers for an event",
            "calendar-plus",
            talent_events.EVENT_REGISTERED,
            _data("recruiting_event", "event"),
            "recruiting_event",
            "Events",
        ),
        _one(
            "event_attended",
            "comes to an event",
            "calendar-check",
            talent_events.EVENT_ATTENDED,
            _data("recruiting_event", "event"),
            "recruiting_event",
            "Events",
        ),
        _one(
            "event_no_show",
            "does not come to an event",
            "calendar-x",
            talent_events.EVENT_NO_SHOW,
            _data("recruiting_event", "event"),
            "recruiting_event",
            "Events",
        ),
        _one("job_opened", "has the skills of a job that opens", "briefcase-business", JOB_OPENED, group="Jobs"),
        _one("created", "is added to the workspace", "user-plus", talent_events.CANDIDATE_CREATED),
        _day("date", "has a date coming up, or behind them", "calendar-days", "date_field", "days", "side"),
        _day("silent", "was silent for months, after we spoke", "message-circle-dashed", "months"),
        _day("consent_expiring", "has a consent that soon runs out", "hourglass", "days", group="Consent"),
        _one("consent_given", "gives consent", "circle-check", talent_events.CONSENT_GIVEN, group="Consent"),
        _one(
            "consent_expired", "has a consent that ran out", "hourglass", talent_events.CONSENT_EXPIRED, group="Consent"
        ),
    )
}
KINDS = frozenset(kind for trigger in TRIGGERS.values() for kind in trigger.kinds)


def of_kind(kind: str) -> set[str]:
    """Keys of the triggers that an event of that kind may be."""
    return {trigger.key for trigger in TRIGGERS.values() if kind in trigger.kinds}
