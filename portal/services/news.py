"""What mails may say of the company lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.choices import ContentKind
from portal.services import content

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
