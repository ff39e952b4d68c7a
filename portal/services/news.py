"""What mails may say of the company: its latest news, its next events."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from uuid import UUID

from outreach.services import dates
from outreach.services.merge_tags import MergeContext
from portal.choices import ContentKind
from portal.models import ContentItem
from portal.services import content
from talent.filters.clock import here
from talent.models import Candidate

FRESH = timedelta(days=180)  # what is older is not new


TAGS = {ContentKind.NEWS: "company_news", ContentKind.POST: "content"}


def newest(people: Sequence[Candidate], now: datetime) -> dict[UUID, dict[str, str]]:
    """{person: values of the merge tags of company news, and of an article}: title and address of its page.

    Of what came out in the last FRESH, the newest about a skill of theirs; else the newest about nothing in
    particular; else the newest.
    """
    fresh = {tag: content.recent_since(now - FRESH, kind=kind) for kind, tag in TAGS.items()}
    links = {item.pk: content.address(item) for items in fresh.values() for item in items}
    found: dict[UUID, dict[str, str]] = {person.pk: {} for person in people}
    for person in people:
        for tag, items in fresh.items():
            if item := _fitting(items, frozenset(person.skill_keys)):
                found[person.pk] |= {f"{tag}_title": item.title, f"{tag}_link": links[item.pk]}
    return found


def _fitting(items: Sequence[ContentItem], skills: Set[str]) -> ContentItem | None:
    theirs = (item for item in items if not skills.isdisjoint(item.topics))
    about_no_skill = (item for item in items if not item.topics)
    return next(theirs, None) or next(about_no_skill, None) or next(iter(items), None)


def next_events(people: Sequence[Candidate], now: datetime) -> dict[UUID, list[ContentItem]]:
    """The same for everybody: events that are still to come, by the workspace's calendar, the next first."""
    items = content.upcoming(here(now).today)
    return dict.fromkeys([person.pk for person in people], items)


def events_in_words(context: MergeContext) -> str:
    """A line for each event to come: what, on which day, and the address of its page; "" where there is none."""
    items: list[ContentItem] = context.read(next_events) or []
    return "\n".join(_line(item, context.language) for item in items)


def _line(item: ContentItem, language: str) -> str:
    day = f" ({dates.whole(item.event_on, language)})" if item.event_on else ""
    return f"{item.title}{day}: {content.address(item)}"
