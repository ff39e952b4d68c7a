"""What mails may say of the company: its latest news, its next events."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from outreach.services import dates
from outreach.services.merge_tags import MergeContext
from portal.choices import ContentKind
from portal.models import ContentItem
from portal.services import content, registrations
from talent.filters.clock import here
from talent.models import Candidate, RecruitingEvent

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


@dataclass(frozen=True)
class Announced:
    """An event to come as mails name it: an article about one, or one with a page on which people register."""

    day: date
    title: str
    link: str


MOST_COMING = 3


def coming(now: datetime) -> list[Announced]:
    """What is to come, the next first: articles by the workspace's calendar, events by that of their place.

    Each event once: an article of the same name and day tells of it already.
    """
    items = content.upcoming(here(now).today, limit=MOST_COMING)
    told = [Announced(item.event_on, item.title, content.address(item)) for item in items if item.event_on]
    known = {(one.day, one.title.casefold()) for one in told}
    rows = RecruitingEvent.objects.offered(now).select_related("tenant")[: 2 * MOST_COMING]
    found = [Announced(row.local_start.date(), row.name, registrations.address(row)) for row in rows]
    told += [one for one in found if (one.day, one.title.casefold()) not in known]
    return sorted(told, key=lambda one: one.day)[:MOST_COMING]


def next_events(people: Sequence[Candidate], now: datetime) -> dict[UUID, list[Announced]]:
    """The same for everybody."""
    return dict.fromkeys([person.pk for person in people], coming(now))


def events_in_words(context: MergeContext) -> str:
    """A line for each event to come: what, on which day, and the address of its page; "" where there is none."""
    told: list[Announced] = context.read(next_events) or []
    return "\n".join(f"{one.title} ({dates.whole(one.day, context.language)}): {one.link}" for one in told)
