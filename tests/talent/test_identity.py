"""When two addresses, numbers, links or skills are the same."""

import pytest

from talent import identity
from talent.identity import NotAContactPoint


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Zoe@Example.com", "zoe@example.com"),
        (" <zoe@example.com> ", "zoe@example.com"),
        ("mailto:zoe@example.com", "zoe@example.com"),
        ("z.o.e+jobs@gmail.com", "zoe@gmail.com"),
        ("zoe@googlemail.com", "zoe@gmail.com"),
    ],
)
def test_email_has_one_normal_form(text: str, normal: str) -> None:
    assert identity.email(text).normal == normal


@pytest.mark.parametrize("text", ["", "zoe", "zoe@", "a b@example.com", "zoe@example.com, mia@example.com"])
def test_email_refuses_what_is_none(text: str) -> None:
    with pytest.raises(NotAContactPoint):
        identity.email(text)


@pytest.mark.parametrize(
    ("text", "region", "normal"),
    [
        ("+49 30 901820", None, "+4930901820"),
        ("030 / 90 18 20", "DE", "+4930901820"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("555 123 45", None, "55512345"),
    ],
)
def test_phone_is_e164_where_the_country_is_known(text: str, region: str | None, normal: str) -> None:
    assert identity.phone(text, region).normal == normal


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("https://www.linkedin.com/in/Zoe-A/?trk=x", ("linkedin", "in/zoe-a")),
        ("de.linkedin.com/in/zoe-a", ("linkedin", "in/zoe-a")),
        ("github.com/Zoe", ("github", "zoe")),
        ("https://github.com/zoe/project", ("website", "github.com/zoe/project")),
        ("http://www.example.com/zoe/", ("website", "example.com/zoe")),
    ],
)
def test_link_knows_profiles(text: str, key: tuple[str, str]) -> None:
    assert identity.link(text).key == key


@pytest.mark.parametrize(
    "text", ["[]", "https://[", "a]b.example.com", "ftp://example.com", "no address", "", "ex℀mple.com"]
)
def test_link_that_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(identity.NotAContactPoint, match="is not a web address"):
        identity.link(text)


@pytest.mark.parametrize(("one", "other"), [("Python ", "python"), ("Machine  Learning", "machine learning")])
def test_skill_key_ignores_case_and_space(one: str, other: str) -> None:
    assert identity.skill_key(one) == identity.skill_key(other)


def test_skill_key_keeps_signs_apart() -> None:
    assert len({identity.skill_key(s) for s in ("C", "C++", "C#")}) == 3
