"""The merge tags: what a template may say about a person, its sender and the workspace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Prefetch, prefetch_related_objects

from outreach.services.tag_registry import Tags
from talent.models import Candidate, CandidateSkill

MAX_VALUE = 200
MAX_SKILLS = 3
UNSUBSCRIBE = "Unsubscribe"
WHY = "Why you get this, and choosing what you get"


# Values of tags that are the same for everybody at a moment; apps above add theirs.
LATEST: list[Callable[[datetime], Mapping[str, str]]] = []


@dataclass
class Latest:
    """What is new at a moment, {tag: value}: read once for all messages of a batch, when a text asks for it."""

    now: datetime

    @cached_property
    def values(self) -> dict[str, str]:
        return {name: value for read in LATEST for name, value in read(self.now).items()}


@dataclass
class MergeContext:
    """What the values are taken from; one person, one message, at the moment of `latest`."""

    candidate: Candidate
    sender_name: str
    company: str
    unsubscribe_link: str
    why_link: str = ""  # to the page that says why they got it, and lets them choose
    facts: Mapping[str, str] = field(default_factory=dict)  # what the enrolment is about: values that no record holds
    latest: Latest = field(kw_only=True)

    def content(self, name: str) -> str | None:
        """Of the content that it is about; else of the latest. The title of one never meets the link of another."""
        is_about_some = any(name.startswith("content_") for name in self.facts)
        return (self.facts if is_about_some else self.latest.values).get(name)

    @cached_property
    def skills(self) -> list[str]:
        if "skills" in getattr(self.candidate, "_prefetched_objects_cache", ()):
            return [row.skill.name for row in self.candidate.skills.all()][:MAX_SKILLS]
        rows = self.candidate.skills.select_related("skill").order_by("skill__name")[:MAX_SKILLS]
        return [row.skill.name for row in rows]


@dataclass(frozen=True)
class MergeTag:
    """One tag. `value` gives None or "" where nothing is known; `is_always_known` tags need no fallback.

    `link_words` are read in HTML in the place of a link's long address.
    """

    name: str
    label: str
    example: str
    value: Callable[[MergeContext], str | None]
    is_always_known: bool = False
    is_link: bool = False
    link_words: str = ""
    is_counted: bool = False  # a link to a page for many, whose clicks may be counted


REGISTRY = Tags()


def register(*tags: MergeTag) -> None:
    """Offer tags to templates; apps above do so in `crm/wiring.py`."""
    for tag in tags:
        if tag.name in REGISTRY:
            raise ValueError(f"Two merge tags are called {tag.name}.")
        REGISTRY[tag.name] = tag


def gather_skills(people: Sequence[Candidate]) -> None:
    """Read the skills of many people at once, where texts name them."""
    rows = CandidateSkill.objects.select_related("skill").order_by("skill__name")
    prefetch_related_objects(people, Prefetch("skills", queryset=rows))


def _first_word(name: str) -> str:
    return name.split()[0] if name.split() else ""


def _last_conversation(context: MergeContext) -> str | None:
    """When words last went both ways, as one says it."""
    spoke = context.candidate.last_two_way_at
    return f"{spoke:%B %Y}" if spoke else None


def _in_words(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def _clean(value: str | None) -> str | None:
    """One line of printable text, or None: a value must not bring line breaks or control characters into a mail."""
    line = " ".join("".join(c if c.isprintable() else " " for c in value or "").split())
    return line[:MAX_VALUE] or None


def values(context: MergeContext, names: Collection[str]) -> dict[str, str | None]:
    """{tag: text or None} of these tags for one person; None renders as nothing and is false in `{% if %}`."""
    tags = REGISTRY.chosen(names)
    return {tag.name: tag.value(context) if tag.is_link else _clean(tag.value(context)) for tag in tags}


register(
    MergeTag("first_name", "First name", "Maya", lambda c: _first_word(c.candidate.name)),
    MergeTag("name", "Full name", "Maya Lindqvist", lambda c: c.candidate.name),
    MergeTag("current_title", "Job title", "Data engineer", lambda c: c.candidate.current_title),
    MergeTag("current_company", "Employer", "Nordlicht GmbH", lambda c: c.candidate.current_company),
    MergeTag("location", "Place", "Hamburg", lambda c: c.candidate.location),
    MergeTag("skill", "One skill", "Python", lambda c: c.skills[0] if c.skills else None),
    MergeTag("skills", "Skills", "Go, Kafka and Python", lambda c: _in_words(c.skills)),
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
        "company_news_title", "Latest company news", "We won the …", lambda c: c.latest.values.get("company_news_title")
    ),
    MergeTag(
        "company_news_link",
        "Link to the company news",
        "https://crm.example.com/p/…",
        lambda c: c.latest.values.get("company_news_link"),
        is_link=True,
        is_counted=True,
    ),
    MergeTag("last_conversation", "Month of your last conversation", "May 2026", _last_conversation),
    MergeTag("sender_name", "Your name", "Ines Weber", lambda c: c.sender_name, is_always_known=True),
    MergeTag(
        "sender_first_name", "Your first name", "Ines", lambda c: _first_word(c.sender_name), is_always_known=True
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
