"""What mails may say of the company: its latest news, its next events."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings

from crm.models import Member
from outreach.services import templates
from outreach.services.merge_tags import Latest, MergeContext
from portal.choices import ContentKind
from portal.services import content, news
from portal.services.content import Words
from talent.models import Candidate

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


def an_event(title: str, owner: Member, on: date, is_published: bool = True) -> None:
    item = content.create(kind=ContentKind.EVENT, words=Words(title=title, body="Come.", event_on=on), by=owner.actor)
    if is_published:
        content.publish(item=item, by=owner.actor, now=NOW)


def test_mail_lists_the_events_to_come_on_the_day_it_goes(owner: Member) -> None:
    today = NOW.date()
    an_event("Later", owner, today + timedelta(days=30))
    an_event("Over", owner, today - timedelta(days=1))
    an_event("Not yet told", owner, today + timedelta(days=2), is_published=False)
    an_event("Tonight", owner, today)
    body = "Next:\n\n{% if upcoming_events %}{{ upcoming_events }}{% endif %}\n\nBye"

    def mail(now: datetime, language: str = "") -> templates.Rendered:
        maya, link = Candidate(name="Maya"), "https://u.example.com/"
        context = MergeContext(maya, "Ines", "Acme", link, language=language, latest=Latest(now))
        return templates.render(subject="Hello", body=body, context=context)

    base = f"{settings.BASE_URL}/p/acme/c"
    assert templates.check(subject="Hello", body=body) == []
    assert mail(NOW).text.split("\n\nNo more")[0] == (
        f"Next:\n\nTonight (3 June 2026): {base}/tonight/\nLater (3 July 2026): {base}/later/\n\nBye"
    )
    assert f'<a href="{base}/tonight/">' in mail(NOW).fragment
    assert "Later (3. Juli 2026)" in mail(NOW + timedelta(days=1), language="de").text
    assert "Tonight" not in mail(NOW + timedelta(days=1)).text
