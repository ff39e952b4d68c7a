"""What mails may say of the company lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.choices import ContentKind
from portal.services import content

FRESH = timedelta(days=180)  # older news are none


def facts(now: datetime) -> dict[str, str]:
    """Values of the merge tags of the latest company news: its title and the address of its page; empty without any."""
    newest = next(iter(content.recent(kind=ContentKind.NEWS, limit=1)), None)
    if newest is None or newest.published_at is None or newest.published_at < now - FRESH:
        return {}
    return {"company_news_title": newest.title, "company_news_link": content.address(newest)}
