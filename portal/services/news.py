"""What mails may say of the company: its latest news, its next events."""

from __future__ import annotations

from collections.abc import Sequence
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


def facts(now: datetime) -> dict[str, str]:
    """Values of the merge tags of the latest company news, and of the latest article: title and address of its page."""
    found: dict[str, str] = {}
    for kind, tag in TAGS.items():
        newest = next(iter(content.recent(kind=kind, limit=1)), None)
        if newest is not None and newest.published_at is not None and newest.published_at >= now - FRESH:
            found |= {f"{tag}_title": newest.title, f"{tag}_link": content.address(newest)}
    return found


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
