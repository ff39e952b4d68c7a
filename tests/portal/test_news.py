"""What mails may say of the company lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm.models import Member
from portal.choices import ContentKind
from portal.services import content, news
from portal.services.content import Words

pytestmark = pytest.mark.usefixtures("inside")
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)


def published(title: str, owner: Member, at: datetime) -> None:
    item = content.create(kind=ContentKind.NEWS, words=Words(title=title, body="More."), by=owner.actor)
    content.publish(item=item, by=owner.actor, now=at)


def test_latest_news_is_told_with_its_address(owner: Member) -> None:
    published("Older", owner, NOW - timedelta(days=20))
    published("We open in Lisbon", owner, NOW - timedelta(days=2))

    assert news.facts(NOW)["company_news_title"] == "We open in Lisbon"
    assert news.facts(NOW)["company_news_link"].endswith("/p/acme/c/we-open-in-lisbon/")


def test_old_news_is_none(owner: Member) -> None:
    published("Long ago", owner, NOW - news.FRESH - timedelta(days=1))

    assert news.facts(NOW) == {}


def test_latest_article_is_told_beside_the_news(owner: Member) -> None:
    published("We open in Lisbon", owner, NOW - timedelta(days=2))
    item = content.create(kind=ContentKind.POST, words=Words(title="Drills", body="More."), by=owner.actor)
    content.publish(item=item, by=owner.actor, now=NOW - timedelta(days=1))

    told = news.facts(NOW)

    assert (told["company_news_title"], told["content_title"]) == ("We open in Lisbon", "Drills")
    assert told["content_link"].endswith("/p/acme/c/drills/")
