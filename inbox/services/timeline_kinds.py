"""How each kind of event looks on a timeline. Apps above add theirs with `register`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from crm.models import Event
from inbox import events as own
from inbox.choices import MessageKind
from outreach import events as sent
from outreach.choices import PROGRAMS, ExclusionReason, ReplyClass, StopReason
from sourcing import events as sourced
from talent import events as known
from talent.choices import BanReason, Warmth

TWO_PEOPLE = "said that a similar record is somebody else"
MAIL, NOTE, CHANGE = "mail", "note", "change"
Sentence = Callable[[Event], str]


@dataclass(frozen=True)
class Kind:
    """Group (a filter chip), icon, tone and sentence. `has_body` loads text; a `machine` kind is folded away.

    By a `contact` one side heard from the other, or was to.
    """

    group: str
    icon: str
    sentence: str | Sentence
    tone: str = "neutral"
    has_body: bool = False
    is_machine: bool = False
    is_private: bool = False
    is_contact: bool = False

    def words(self, event: Event) -> str:
        return self.sentence if isinstance(self.sentence, str) else self.sentence(event)


def _fact(before: str, key: str, after: str = "") -> Sentence:
    """A sentence around one fact of the event."""
    return lambda event: f"{before}{event.data.get(key) or '…'}{after}"


def _sequence(before: str, after: str = "") -> Sentence:
    """A sentence around the name of the event's sequence."""
    return lambda event: f"{before}{(event.data.get('sequence') or {}).get('name') or '…'}{after}"


def _label(before: str, key: str, labels: dict[str, str]) -> Sentence:
    return lambda event: f"{before}{labels.get(str(event.data.get(key)), 'no reason given')}"


def _warmth(event: Event) -> str:
    return f"counts them as {Warmth(event.data.get('to', 0)).label.lower()}"


_TOUCHES = {"call": "phone call", "linkedin": "message on LinkedIn", "meeting": "meeting"}


def _labels(choices: list[tuple[str, str]]) -> dict[str, str]:
    return {str(value): label[:1].lower() + label[1:] for value, label in choices}


RECEIVED = {
    MessageKind.REPLY: ("reply", "success", "replied"),
    MessageKind.AUTO_REPLY: ("bot", "neutral", "is away: an automatic answer came"),
    MessageKind.BOUNCE: ("mail-x", "error", "did not get our mail: it bounced"),
    MessageKind.COMPLAINT: ("shield-alert", "error", "reported our mail as spam"),
    MessageKind.DELIVERY_REPORT: ("mail-check", "neutral", "got our mail, says their mail server"),
    MessageKind.OTHER: ("mail", "neutral", "sent a mail that a machine wrote"),
}


def _received(event: Event) -> str:
    kind = str(event.data.get("kind", ""))
    words = RECEIVED.get(MessageKind(kind), RECEIVED[MessageKind.OTHER])[2] if kind in RECEIVED else "sent a mail"
    if kind == MessageKind.REPLY and not event.data.get("outbound"):
        return "wrote to us"
    back = event.data.get("returns_on")
    return f"{words}, back on {back}" if back else words


def _classed(event: Event) -> str:
    if event.data.get("became") == MessageKind.AUTO_REPLY:
        return "said that a reply was an automatic answer: they are away"
    label = dict(ReplyClass.choices).get(str(event.data.get("class")), "not clear").lower()
    if event.data.get("became") == MessageKind.REPLY:
        return f"said that they wrote an answer themselves: {label}"
    return f"corrected what a reply means: {label}"


TEXTED = {"stop": "asked by text message to get no more of them", "start": "asked for text messages again"}


def _texted(event: Event) -> str:
    return TEXTED.get(str(event.data.get("keyword", "")), "sent a text message")


def _at(event: Event) -> str:
    """When a meeting is, by the clock of whoever looks."""
    starts_at = parse_datetime(str(event.data.get("starts_at") or ""))
    return f"{timezone.localtime(starts_at):%-d %B %Y, %H:%M}" if starts_at else "…"


def _booked(event: Event) -> str:
    title = f" (“{event.data['title']}”)" if event.data.get("title") else ""
    return f"booked a meeting on {_at(event)}{title}"


TOUCH_ICONS = {"call": "phone", "linkedin": "message-square", "meeting": "calendar-check"}
TOUCHED = {
    ("call", True): "spoke with them by phone",
    ("call", False): "called, and did not reach them",
    ("call", None): "called them",
    ("linkedin", True): "wrote with them on LinkedIn",
    ("linkedin", None): "wrote to them on LinkedIn",
    ("meeting", True): "met them",
    ("meeting", False): "was to meet them, and they did not come",
    ("meeting", None): "had a meeting with them",
}


def _touched(event: Event) -> str:
    words = TOUCHED.get((str(event.data.get("kind")), event.data.get("reached")), "was in touch with them")
    by = event.data.get("recorded_by")
    return words if by in (None, "", event.actor_label) else f"{words}, says {by}"


def _not_touched(event: Event) -> str:
    return f"took back that there was a {_TOUCHES.get(str(event.data.get('kind')), 'contact')}"


def _fields(event: Event) -> str:
    """What was changed; own fields by the names that the workspace gives them."""
    names = event.data.get("field_names", {})
    return ", ".join(names.get(f) or str(f).replace("_", " ") for f in event.data.get("fields", []))


def _changed(event: Event) -> str:
    fields = _fields(event)
    return f"changed {fields}" if fields else "changed the profile"


def edited(event: Event) -> str:
    """What somebody changed in their own profile."""
    fields = ", ".join(str(f).removeprefix("current_").replace("_", " ") for f in event.data.get("fields", []))
    return f"changed their own profile: {fields}" if fields else "looked after their own profile"


def downloaded(event: Event) -> str:
    """Which file somebody asked for."""
    return f"downloaded “{event.data.get('title') or '…'}”"


def _opened(event: Event) -> str:
    return "opened the mail" if event.data.get("by") not in PROGRAMS else "A mail program loaded the mail"


def _clicked(event: Event) -> str:
    return "followed a link" if event.data.get("by") not in PROGRAMS else "A mail scanner followed a link"


def _unsubscribed(event: Event) -> str:
    topic = event.data.get("topic")
    return f"unsubscribed from mails about “{topic}”" if topic else "unsubscribed"


def _moved(event: Event) -> str:
    to = event.data.get("to")
    return f"moved to “{to}” in the pool {event.data.get('pool') or '…'}" if to else "moved in a pool"


def _told_apart(event: Event) -> str:
    return "took back that a similar record is somebody else" if event.data.get("over") else TWO_PEOPLE


def _pinned(event: Event) -> str:
    return "put a note on top" if event.data.get("pinned") else "took a note from the top"


def _applied(event: Event) -> str:
    return f"moved the application for “{event.data.get('job')}” to “{event.data.get('to')}”"


def _decided(event: Event) -> str:
    outcome, job = event.data.get("outcome"), event.data.get("job")
    if outcome == "open":
        return f"opened the application for “{job}” again"
    words = {"hired": "hired them for", "rejected": "declined them for", "withdrawn": "noted that they withdrew from"}
    reason = f" ({event.data['reason']})" if event.data.get("reason") else ""
    return f"{words.get(str(outcome), 'decided about')} “{job}”{reason}"


def _registered(event: Event) -> str:
    them = "" if event.actor_kind == "candidate" else "them "
    return f"registered {them}for “{event.data.get('name') or '…'}”"


KINDS: dict[str, Kind] = {
    own.MESSAGE_RECEIVED: Kind(MAIL, "reply", _received, "success", has_body=True, is_contact=True),
    own.MESSAGE_CLASSED: Kind(MAIL, "tags", _classed, is_machine=True),
    own.TEXT_RECEIVED: Kind(MAIL, "message-circle", _texted, "success", has_body=True, is_contact=True),
    own.THREAD_DONE: Kind(MAIL, "check", "marked the conversation as done", is_machine=True),
    own.THREAD_REOPENED: Kind(MAIL, "rotate-ccw", "opened the conversation again", is_machine=True),
    own.MEETING_BOOKED: Kind(MAIL, "calendar-plus", _booked, "success", is_contact=True),
    own.MEETING_MOVED: Kind(MAIL, "calendar-clock", lambda event: f"moved the meeting to {_at(event)}"),
    own.MEETING_CANCELLED: Kind(MAIL, "calendar-x", "called the meeting off", "warning"),
    own.MEETING_MISSED: Kind(
        MAIL, "calendar-x", "noted that they did not come to the meeting", "warning", is_contact=True
    ),
    known.TOUCHPOINT_LOGGED: Kind(MAIL, "phone", _touched, "success", has_body=True, is_contact=True),
    known.TOUCHPOINT_REMOVED: Kind(MAIL, "undo-2", _not_touched),
    sent.MESSAGE_SENT: Kind(MAIL, "send", "wrote", "primary", has_body=True, is_contact=True),
    sent.MESSAGE_DELIVERED: Kind(MAIL, "mail-check", "The mail was delivered", is_machine=True),
    known.WARMTH_CHANGED: Kind(CHANGE, "flame", _warmth, "accent", is_machine=True),
    sent.MESSAGE_OPENED: Kind(MAIL, "mail-open", _opened, is_machine=True),
    sent.MESSAGE_CLICKED: Kind(MAIL, "mouse-pointer-click", _clicked, "info"),
    sent.MESSAGE_BOUNCED: Kind(MAIL, "mail-x", "The mail came back", "error"),
    sent.MESSAGE_COMPLAINED: Kind(MAIL, "shield-alert", "The mail was reported as spam", "error"),
    sent.MESSAGE_REFUSED: Kind(MAIL, "mail-x", "The mail server refused a mail", "error"),
    sent.MESSAGE_UNKNOWN: Kind(MAIL, "circle-question-mark", "A mail may not have arrived", "warning"),
    sent.MESSAGE_EXCLUDED: Kind(
        MAIL, "circle-slash", _label("A mail was not sent: ", "reason", _labels(ExclusionReason.choices)), "warning"
    ),
    sent.UNSUBSCRIBED: Kind(MAIL, "bell-off", _unsubscribed, "warning"),
    sent.ENROLLED: Kind(CHANGE, "list-plus", _sequence("added to the sequence "), "violet"),
    sent.ENROLMENT_STOPPED: Kind(
        CHANGE, "circle-stop", _label("The sequence stopped: ", "reason", _labels(StopReason.choices)), "warning"
    ),
    sent.ENROLMENT_REOPENED: Kind(CHANGE, "undo-2", _sequence("The sequence “", "” goes on")),
    sent.ENROLMENT_PAUSED: Kind(CHANGE, "circle-pause", _sequence("The sequence “", "” waits")),
    sent.ENROLMENT_RESUMED: Kind(CHANGE, "play", _sequence("The sequence “", "” goes on")),
    sent.ENROLMENT_FINISHED: Kind(CHANGE, "flag", _sequence("The sequence “", "” is finished")),
    sourced.RESUME_READ: Kind(CHANGE, "file-text", "A résumé was read", "accent"),
    known.CANDIDATE_CREATED: Kind(CHANGE, "user-plus", _fact("added, from ", "source"), "accent"),
    known.CANDIDATE_CHANGED: Kind(CHANGE, "pencil", _changed, is_machine=True),
    known.CANDIDATE_TAGGED: Kind(CHANGE, "tag", _fact("added the tag ", "tag"), is_machine=True),
    known.CANDIDATE_UNTAGGED: Kind(CHANGE, "tag", _fact("removed the tag ", "tag"), is_machine=True),
    known.NOTE_ADDED: Kind(NOTE, "notebook-pen", "wrote a note", "warning", has_body=True, is_private=True),
    known.NOTE_EDITED: Kind(NOTE, "pencil", "edited a note", is_machine=True),
    known.NOTE_PINNED: Kind(NOTE, "pin", _pinned, is_machine=True),
    known.DOCUMENT_ADDED: Kind(CHANGE, "paperclip", _fact("added the document ", "name"), "accent"),
    known.POOL_JOINED: Kind(CHANGE, "users", _fact("added to the pool ", "pool"), "violet"),
    known.POOL_MOVED: Kind(CHANGE, "arrow-right-left", _moved, "violet"),
    known.POOL_LEFT: Kind(CHANGE, "user-minus", _fact("removed from the pool ", "pool")),
    known.TOLD_APART: Kind(CHANGE, "users-round", _told_apart, is_machine=True),
    known.APPLICATION_MADE: Kind(CHANGE, "briefcase-business", _fact("noted an application for “", "job", "”"), "info"),
    known.APPLICATION_REMOVED: Kind(CHANGE, "undo-2", _fact("took back the application for “", "job", "”")),
    known.APPLICATION_MOVED: Kind(CHANGE, "arrow-right-left", _applied, "info"),
    known.APPLICATION_DECIDED: Kind(CHANGE, "gavel", _decided, "accent"),
    known.EVENT_REGISTERED: Kind(CHANGE, "calendar-plus", _registered, "info"),
    known.EVENT_WAITLISTED: Kind(CHANGE, "hourglass", _fact("put on the waiting list of “", "name", "”")),
    known.EVENT_ATTENDED: Kind(CHANGE, "calendar-check", _fact("noted that they came to “", "name", "”"), "success"),
    known.EVENT_NO_SHOW: Kind(CHANGE, "calendar-x", _fact("noted that they did not come to “", "name", "”"), "warning"),
    known.EVENT_UNMARKED: Kind(
        CHANGE, "undo-2", _fact("took back whether they came to “", "name", "”"), is_machine=True
    ),
    known.EVENT_UNREGISTERED: Kind(CHANGE, "undo-2", _fact("took them off the list of “", "name", "”")),
    known.TASK_ADDED: Kind(CHANGE, "circle-check", _fact("added the task “", "title", "”")),
    known.TASK_DONE: Kind(CHANGE, "circle-check-big", _fact("did the task “", "title", "”"), "success"),
    known.TASK_REOPENED: Kind(CHANGE, "rotate-ccw", _fact("opened the task “", "title", "” again"), is_machine=True),
    known.TASK_DELETED: Kind(CHANGE, "trash-2", _fact("deleted the task “", "title", "”"), is_machine=True),
    known.CONTACT_BANNED: Kind(
        CHANGE, "ban", _label("Not to be contacted: ", "reason", _labels(BanReason.choices)), "error"
    ),
    known.CONTACT_BAN_LIFTED: Kind(CHANGE, "circle-check", "May be contacted again", "success"),
    known.CONTACT_BAN_EXPIRED: Kind(CHANGE, "circle-check", "A ban on contact ran out", "success"),
    known.ADDRESS_BOUNCED: Kind(CHANGE, "mail-x", "An e-mail address was marked as bad", "error"),
    known.SEGMENT_ENTERED: Kind(CHANGE, "funnel", _fact("Now in the segment ", "segment"), is_machine=True),
    known.SEGMENT_LEFT: Kind(CHANGE, "funnel-x", _fact("No longer in the segment ", "segment"), is_machine=True),
}


def register(kinds: dict[str, Kind]) -> None:
    """Add kinds of apps above; called by the wiring."""
    KINDS.update(kinds)


def kind_of(event: Event) -> Kind:
    """How an event looks; one that nobody described is folded away under its own name."""
    return KINDS.get(event.kind) or Kind(CHANGE, "circle", event.kind.replace("_", " "), is_machine=True)


def dress(event: Event) -> tuple[str, str]:
    """(icon, tone) of one event: what came in shows which kind it is."""
    kind = kind_of(event)
    if event.kind == own.MESSAGE_RECEIVED:
        icon, tone, _ = RECEIVED.get(str(event.data.get("kind")), (kind.icon, kind.tone, ""))  # type: ignore[call-overload]
        return icon, tone
    if event.kind == known.TOUCHPOINT_LOGGED:
        tone = kind.tone if event.data.get("reached") else "primary"
        return TOUCH_ICONS.get(str(event.data.get("kind")), kind.icon), tone
    return kind.icon, kind.tone
