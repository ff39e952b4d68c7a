"""The merge tags: what a template may say about a person, its sender and the workspace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from django.utils.text import get_text_list

from crm.models import Member
from crm.tenancy.many import among
from outreach.services import dates, last_spoken, met
from outreach.services.tag_registry import Tags
from talent.models import Candidate, CandidateSkill

Reader = Callable[[Sequence[Candidate], datetime], dict[UUID, Any]]  # reads for many people at once
MAX_VALUE = 200
MAX_LINE = 2500  # of a block: an address is never cut
MAX_SKILLS = 3
UNSUBSCRIBE = "Unsubscribe"
WHY = "Why you get this, and choosing what you get"


# Values of tags of what is newest at a moment, {name: value} for each person; apps above add theirs.
LATEST: list[Reader] = []


@dataclass
class Latest:
    """What is read when texts are written, at a moment: once for all messages of a batch, when a text asks for it.

    `of` is what is read about a person, for all `people` of the batch at once.
    """

    now: datetime
    people: Sequence[Candidate] = ()
    _known: dict[Reader, dict[UUID, Any]] = field(default_factory=dict, init=False, repr=False)

    def of(self, person: Candidate, reader: Reader) -> Any:
        """What a reader finds for a person, or None; somebody outside of the batch is read by themselves."""
        known = self._known.setdefault(reader, {})
        if person.pk not in known:
            people = self.people if not known and person in self.people else [person]
            known |= dict.fromkeys([one.pk for one in people]) | reader(people, self.now)
        return known[person.pk]


@dataclass
class MergeContext:
    """What the values are taken from; one person, one message, at the moment of `latest`."""

    candidate: Candidate
    sender_name: str
    company: str
    unsubscribe_link: str
    why_link: str = ""  # to the page that says why they got it, and lets them choose
    facts: Mapping[str, str] = field(default_factory=dict)  # what the enrolment is about: values that no record holds
    sender: Member | None = None  # the colleague who writes; None: the workspace does
    language: str = ""  # of the text (ISO 639-1); "": not known
    latest: Latest = field(kw_only=True)

    def content(self, name: str) -> str | None:
        """Of the content that it is about; else of the latest. The title of one never meets the link of another."""
        is_about_some = any(name.startswith("content_") for name in self.facts)
        return (self.facts if is_about_some else self.newest).get(name)

    @cached_property
    def newest(self) -> dict[str, str]:
        """What is newest for this person."""
        return {name: value for reader in LATEST for name, value in (self.read(reader) or {}).items()}

    def read(self, reader: Reader) -> Any:
        """What a reader finds for this person, or None."""
        return self.latest.of(self.candidate, reader)

    @cached_property
    def skills(self) -> list[str]:
        return self.read(_skills) or []


@dataclass(frozen=True)
class MergeTag:
    """One tag. `value` gives None or "" where nothing is known; `is_always_known` tags need no fallback.

    `link_words` are read in HTML in the place of a link's long address. A name with a dot stands in a
    group: `sender.email`.
    """

    name: str
    label: str
    example: str
    value: Callable[[MergeContext], str | None]
    is_always_known: bool = False
    is_link: bool = False
    link_words: str = ""
    is_counted: bool = False  # a link to a page for many, whose clicks may be counted
    is_block: bool = False  # several lines, whose addresses become links that may be counted
    is_offered: bool = True  # else it is an older spelling, which texts go on to use
    whose: Literal["person", "sender", "nobody"] = "person"  # of whom sentences speak where it is missing


REGISTRY = Tags()


def register(*tags: MergeTag) -> None:
    """Offer tags to templates; apps above do so in `crm/wiring.py`."""
    for tag in tags:
        if tag.name in REGISTRY:
            raise ValueError(f"Two merge tags are called {tag.name}.")
        REGISTRY[tag.name] = tag


def offered() -> list[MergeTag]:
    """The tags that editors list."""
    return [tag for tag in REGISTRY.values() if tag.is_offered]


def _skills(people: Sequence[Candidate], now: datetime) -> dict[UUID, list[str]]:
    """The names of the first MAX_SKILLS skills."""
    rows = CandidateSkill.objects.filter(among("candidate", [one.pk for one in people])).order_by("skill__name")
    found: dict[UUID, list[str]] = {}
    for person, skill in rows.values_list("candidate_id", "skill__name"):
        found[person] = [*found.get(person, ()), skill][:MAX_SKILLS]
    return found


def _first_word(name: str) -> str:
    return name.split()[0] if name.split() else ""


def _last_conversation(context: MergeContext) -> str | None:
    """When words last went both ways, as one says it, and about what."""
    spoken = context.read(last_spoken.conversations)
    month = _last_month(context)
    return f"{month} (“{spoken.topic}”)" if spoken and spoken.topic else month


def _last_month(context: MergeContext) -> str | None:
    spoken = context.read(last_spoken.conversations)
    return dates.month(spoken.on, context.language) if spoken else None


def _last_topic(context: MergeContext) -> str | None:
    spoken = context.read(last_spoken.conversations)
    return spoken.topic if spoken else None


def _colleagues(people: Sequence[Candidate], now: datetime) -> dict[UUID, list[Member]]:
    return last_spoken.colleagues(people)


def _mutual_contact(context: MergeContext) -> str | None:
    """A colleague of the writer's who knows the person."""
    writer = context.sender.pk if context.sender else None
    known: list[Member] = context.read(_colleagues) or []
    return next((one.user.display_name for one in known if one.pk != writer), None)


def _of_sender(value: Callable[[Member], str]) -> Callable[[MergeContext], str | None]:
    return lambda context: value(context.sender) if context.sender else None


def _clean(value: str | None, most: int = MAX_VALUE) -> str | None:
    """One line of printable text, or None: a value must not bring line breaks or control characters into a mail."""
    line = " ".join("".join(c if c.isprintable() else " " for c in value or "").split())
    return line[:most] or None


def _value(tag: MergeTag, context: MergeContext) -> str | None:
    value = tag.value(context)
    if tag.is_block:
        return "\n".join(filter(None, (_clean(line, MAX_LINE) for line in (value or "").split("\n")))) or None
    return value if tag.is_link else _clean(value)


def values(context: MergeContext, names: Collection[str]) -> dict[str, str | None]:
    """{tag: text or None} of these tags for one person; None renders as nothing and is false in `{% if %}`."""
    return {tag.name: _value(tag, context) for tag in REGISTRY.chosen(names)}


register(
    MergeTag("first_name", "First name", "Maya", lambda c: _first_word(c.candidate.name)),
    MergeTag("name", "Full name", "Maya Lindqvist", lambda c: c.candidate.name),
    MergeTag("current_title", "Job title", "Data engineer", lambda c: c.candidate.current_title),
    MergeTag("current_company", "Employer", "Nordlicht GmbH", lambda c: c.candidate.current_company),
    MergeTag("location", "Place", "Hamburg", lambda c: c.candidate.location),
    MergeTag("skill", "One skill", "Python", lambda c: c.skills[0] if c.skills else None),
    MergeTag("skills", "Skills", "Go, Kafka and Python", lambda c: get_text_list(c.skills, "and")),
    MergeTag("matched_skill", "The skill that made it fit", "AWS", lambda c: c.facts.get("matched_skill")),
    MergeTag(
        "downloaded_title", "What they downloaded", "Zero trust in practice", lambda c: c.facts.get("downloaded_title")
    ),
    MergeTag(
        "content_title",
        "Title of the content, or of the latest article",
        "How we drill for incidents",
        lambda c: c.content("content_title"),
    ),
    MergeTag(
        "content_link",
        "Link to it",
        "https://crm.example.com/p/…",
        lambda c: c.content("content_link"),
        is_link=True,
        is_counted=True,
    ),
    MergeTag(
        "company_news_title",
        "Latest company news",
        "We won the …",
        lambda c: c.newest.get("company_news_title"),
        whose="nobody",
    ),
    MergeTag(
        "company_news_link",
        "Link to the company news",
        "https://crm.example.com/p/…",
        lambda c: c.newest.get("company_news_link"),
        whose="nobody",
        is_link=True,
        is_counted=True,
    ),
    MergeTag(
        "last_conversation",
        "Your last conversation: its month and topic",
        "May 2026 (“Data platform in Hamburg”)",
        _last_conversation,
        whose="nobody",
    ),
    MergeTag(
        "last_conversation_month",
        "Month of your last conversation",
        "May 2026",
        _last_month,
        whose="nobody",
    ),
    MergeTag(
        "last_conversation_topic",
        "Topic of your last conversation",
        "Data platform in Hamburg",
        _last_topic,
        whose="nobody",
    ),
    MergeTag("event_met", "Event where you met", "Spring meetup", lambda c: c.read(met.events), whose="nobody"),
    MergeTag("mutual_contact", "Colleague who knows them", "Jonas Brandt", _mutual_contact, whose="nobody"),
    MergeTag("sender.name", "Your name", "Ines Weber", lambda c: c.sender_name, is_always_known=True),
    MergeTag(
        "sender.first_name", "Your first name", "Ines", lambda c: _first_word(c.sender_name), is_always_known=True
    ),
    MergeTag(
        "sender.email",
        "Your e-mail address",
        "ines@example.com",
        _of_sender(lambda member: member.user.email),
        whose="sender",
    ),
    MergeTag("sender.title", "Your job title", "Recruiter", _of_sender(lambda member: member.title), whose="sender"),
    MergeTag(
        "sender.phone",
        "Your telephone number",
        "+49 40 123456",
        _of_sender(lambda member: member.phone),
        whose="sender",
    ),
    MergeTag(
        "booking_link",
        "Your booking address",
        "https://book.example.com/ines",
        _of_sender(lambda member: member.booking_link),
        whose="sender",
        is_link=True,
        is_counted=True,
    ),
    MergeTag("sender_name", "Your name", "Ines Weber", lambda c: c.sender_name, is_always_known=True, is_offered=False),
    MergeTag(
        "sender_first_name",
        "Your first name",
        "Ines",
        lambda c: _first_word(c.sender_name),
        is_always_known=True,
        is_offered=False,
    ),
    MergeTag("company", "Your company", "Acme", lambda c: c.company, is_always_known=True),
    MergeTag(
        "unsubscribe_link",
        "Unsubscribe link",
        "https://crm.example.com/u/…",
        lambda c: c.unsubscribe_link,
        is_always_known=True,
        is_link=True,
        link_words=UNSUBSCRIBE,
    ),
    MergeTag(
        "preferences_link",
        "Link to what they want to get",
        "https://crm.example.com/w/…",
        lambda c: c.why_link,
        is_always_known=True,
        is_link=True,
        link_words=WHY,
    ),
)
