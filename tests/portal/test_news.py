"""What mails may say of the company: its latest news, its next events."""

from __future__ import annotations

from collections.abc import Sequence as Row
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from crm.actors import SYSTEM
from crm.models import Member
from outreach.services import templates
from outreach.services.merge_tags import Latest, MergeContext
from portal.choices import ContentKind
from portal.services import content, news
from portal.services.content import Words
from talent.models import Candidate, RecruitingEvent
from talent.services import recruiting_events

pytestmark = pytest.mark.usefixtures("inside")
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)


def published(title: str, owner: Member, at: datetime, kind: str = ContentKind.NEWS, topics: Row[str] = ()) -> None:
    item = content.create(kind=kind, words=Words(title=title, body="More.", topics=topics), by=owner.actor)
    content.publish(item=item, by=owner.actor, now=at)


def told(*skills: str) -> dict[str, str]:
    """What is newest for somebody with these skills."""
    maya = Candidate(name="Maya", skill_keys=list(skills))
    return news.newest([maya], NOW)[maya.pk]


def test_latest_news_is_told_with_its_address(owner: Member) -> None:
    published("Older", owner, NOW - timedelta(days=20))
    published("We open in Lisbon", owner, NOW - timedelta(days=2))

    assert told()["company_news_title"] == "We open in Lisbon"
    assert told()["company_news_link"].endswith("/p/acme/c/we-open-in-lisbon/")


def test_old_news_is_none(owner: Member) -> None:
    published("Long ago", owner, NOW - news.FRESH - timedelta(days=1))

    assert told() == {}


def test_latest_article_is_told_beside_the_news(owner: Member) -> None:
    published("We open in Lisbon", owner, NOW - timedelta(days=2))
    published("Drills", owner, NOW - timedelta(days=1), ContentKind.POST)

    assert (told()["company_news_title"], told()["content_title"]) == ("We open in Lisbon", "Drills")
    assert told()["content_link"].endswith("/p/acme/c/drills/")


@pytest.mark.parametrize(
    ("skills", "title"),
    [
        (["kotlin"], "Kotlin prize"),  # about a skill of theirs, though others are newer
        (["welding", "go"], "Go prize"),
        (["welding"], "We open in Lisbon"),  # about nothing in particular, though others are newer
        ([], "We open in Lisbon"),
    ],
)
def test_news_is_picked_by_topic_then_by_day(owner: Member, skills: list[str], title: str) -> None:
    published("Kotlin prize long ago", owner, NOW - timedelta(days=90), topics=["Kotlin"])
    published("Kotlin prize", owner, NOW - timedelta(days=60), topics=["Kotlin"])
    published("We open in Lisbon", owner, NOW - timedelta(days=30))
    published("Go prize", owner, NOW - timedelta(days=2), topics=["Go"])

    assert told(*skills)["company_news_title"] == title


def test_news_about_other_skills_is_better_than_none(owner: Member) -> None:
    published("Go prize", owner, NOW - timedelta(days=2), topics=["Go"])

    assert told("welding")["company_news_title"] == "Go prize"


def test_each_of_a_batch_reads_their_own_news_with_the_same_few_questions(
    owner: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    published("Kotlin prize", owner, NOW - timedelta(days=60), topics=["Kotlin"])
    published("Go prize", owner, NOW - timedelta(days=2), topics=["Go"])
    people = [Candidate(name="Maya", skill_keys=[key]) for key in ("kotlin", "go", "kotlin")]
    latest = Latest(NOW, people)

    with django_assert_num_queries(2):
        contexts = [MergeContext(person, "Ines", "Acme", "https://u.example.com/", latest=latest) for person in people]
        read = [templates.render(subject="{{ company_news_title }}", body="Hi", context=one) for one in contexts]

    assert [one.subject for one in read] == ["Kotlin prize", "Go prize", "Kotlin prize"]


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


def a_gathering(name: str, starts_at: datetime, **values: object) -> RecruitingEvent:
    facts = {"ends_at": starts_at + timedelta(hours=2), "time_zone": "Asia/Tokyo", "state": "open", "is_public": True}
    return recruiting_events.create(values={"name": name, "starts_at": starts_at, **facts, **values}, by=SYSTEM)


def test_events_that_people_register_for_are_among_those_to_come(owner: Member) -> None:
    begin = NOW + timedelta(days=3, hours=6)
    fair = a_gathering("Spring fair", begin)
    for name, values in (
        ("Draft", {"state": "draft"}),
        ("Closed", {"state": "closed"}),
        ("Called off", {"state": "cancelled"}),
        ("Invited only", {"is_public": False}),
    ):
        a_gathering(name, begin, **values)
    a_gathering("Over", NOW - timedelta(days=1))
    an_event("Drills", owner, NOW.date() + timedelta(days=2))
    an_event("Spring Fair", owner, fair.local_start.date())

    told = [(one.title, one.day, one.link) for one in news.coming(NOW)]

    base = f"{settings.BASE_URL}/p/acme"
    assert told == [
        ("Drills", date(2026, 6, 5), f"{base}/c/drills/"),
        ("Spring Fair", date(2026, 6, 7), f"{base}/c/spring-fair/"),
    ]


def test_mail_names_an_event_with_the_page_on_which_one_registers(owner: Member) -> None:
    fair = a_gathering("Spring fair", NOW + timedelta(days=3, hours=6))
    for number in range(3):
        an_event(f"Talk {number}", owner, NOW.date() + timedelta(days=number))
    maya = Candidate(name="Maya")
    context = MergeContext(maya, "Ines", "Acme", "https://u.example.com/", latest=Latest(NOW))

    assert "Talk 2" in news.events_in_words(context)
    assert "Spring fair" not in news.events_in_words(context)  # three are named, and it is the fourth
    context = MergeContext(maya, "Ines", "Acme", "https://u.example.com/", latest=Latest(NOW + timedelta(days=2)))
    link = f"{settings.BASE_URL}/p/acme/e/{fair.pk}/"
    assert news.events_in_words(context).splitlines()[1] == f"Spring fair (7 June 2026): {link}"
