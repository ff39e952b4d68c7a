"""Rules in plain words."""

from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from talent.filters import catalogue, sentence
from talent.filters.clock import Clock
from talent.models import Skill, SkillAlias, Tag
from tests.factories.talent import NOW
from tests.talent.test_tree import leaf

DACH = leaf("country", "is_any_of", ["DE", "AT"])
SKILLS = leaf("skill", "is_any_of", ["Python", "Go"])
QUIET = leaf("last_contacted", "not_in_last", 90)
OPENED = leaf("mail_opened", "at_least", {"times": 2, "days": 30})
SENTENCES = [
    ({"all": []}, "Everybody"),
    (DACH, "People in Germany or Austria"),
    (
        {"all": [DACH, SKILLS, QUIET]},
        "People in Germany or Austria, with Python or Go, and not contacted in the last 90 days",
    ),
    (
        {"any": [leaf("email", "is_true"), leaf("phone", "is_true")]},
        "People with a working e-mail address or with a phone number",
    ),
    (
        {"all": [QUIET, {"any": [DACH, SKILLS]}]},
        "People not contacted in the last 90 days, and (in (Germany or Austria) or with (Python or Go))",
    ),
    (
        {"all": [QUIET, {"not": {"any": [DACH, OPENED]}}]},
        "People not contacted in the last 90 days, and not (in (Germany or Austria) or who opened at least 2 mails "
        "in the last 30 days)",
    ),
    ({"not": leaf("email", "is_true")}, "People not (with a working e-mail address)"),
    ({"not": {"any": [leaf("email", "is_true")]}}, "People not (with a working e-mail address)"),
    (leaf("skill", "is_all_of", ["Python", "Go"]), "People with Python and Go"),
    (leaf("skill", "is_none_of", ["PHP"]), "People without PHP"),
    (leaf("title", "contains", "data engineer"), "People whose title contains “data engineer”"),
    (
        leaf("title", "contains_none", ["intern", "trainee"]),
        "People whose title does not contain “intern” or “trainee”",
    ),
    (leaf("state", "is_any_of", ["in_talks"]), "People in the state “In talks”"),
    (leaf("last_replied", "is_empty"), "People never heard from"),
    (leaf("last_contacted", "more_than_ago", 1), "People last contacted more than 1 day ago"),
    (leaf("created", "on_or_after", "2026-01-31"), "People added on or after 31 Jan 2026"),
    (leaf("mail_clicked", "none_in_last", 7), "People who clicked in no mail in the last 7 days"),
    (leaf("do_not_contact", "is_false"), "People who may be contacted"),
    (leaf("owner", "is_empty"), "People without an owner"),
]


@pytest.mark.parametrize(("rule", "words"), SENTENCES, ids=[words for _, words in SENTENCES])
def test_sentence(inside: UUID, rule: object, words: str) -> None:
    assert sentence.say(catalogue.parse(rule)) == words


def test_sentence_names_tags_and_says_when_they_are_gone(inside: UUID) -> None:
    tag = Tag.objects.create(name="Alumni")
    rule = catalogue.parse(leaf("tag", "is_none_of", [str(tag.pk)]))

    assert sentence.say(rule) == "People not tagged Alumni"
    tag.delete()
    assert sentence.say(rule) == "People not tagged something deleted"


def test_sentence_with_a_clock_shows_the_day_it_begins(inside: UUID) -> None:
    clock = Clock(NOW, ZoneInfo("Pacific/Auckland"))

    words = sentence.say(catalogue.parse(QUIET), clock=clock)

    assert words == "People not contacted in the last 90 days (since 2 Dec 2025)"


def test_skills_are_written_as_people_write_them(inside: UUID) -> None:
    iam = Skill.objects.create(name="IAM", key="iam")
    SkillAlias.objects.create(skill=iam, name="Identity management", key="identity management")
    rule = leaf("skill", "is_any_of", ["iam", "identity  MANAGEMENT", "brand new"])

    assert sentence.say(catalogue.load(rule)) == "People with IAM or IAM or brand new"
