"""Icons, attributes, initials and relative moments."""

import datetime as dt

import pytest
from django.template import Context, Template

from crm.templatetags import markup, ui

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (dt.timedelta(seconds=20), "just now"),
        (dt.timedelta(seconds=-20), "in a moment"),
        (dt.timedelta(minutes=4), "4 min ago"),
        (dt.timedelta(hours=23, minutes=59), "23 h ago"),
        (dt.timedelta(days=1), "1 day ago"),
        (dt.timedelta(days=-3), "in 3 days"),
        (dt.timedelta(days=14), "20 Apr"),
        (dt.timedelta(days=300), "8 Jul 2025"),
    ],
)
def test_distance_says_how_long_ago(span: dt.timedelta, expected: str) -> None:
    assert markup.distance(NOW - span, NOW) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Zoë Ångström-O'Neill", "ZÅ"), ("Madonna", "M"), ("zoe@example.com", "ZE"), ("", "?"), ("– –", "?")],
)
def test_initials_take_first_and_last_word(name: str, expected: str) -> None:
    assert markup.initials(name) == expected


def test_attributes_write_hyphens_and_escape_values() -> None:
    html = markup.attributes({"hx_post": '/a/?b="c"', "hidden": True, "data_x": None, "off": False, "class_": "a"})

    assert html == ' hx-post="/a/?b=&quot;c&quot;" class="a" hidden'


def test_icon_that_does_not_exist_raises() -> None:
    with pytest.raises(markup.IconDoesNotExist):
        markup.icon("no-such-icon")


def test_button_escapes_its_text() -> None:
    html = Template("{% button name %}").render(Context({"name": "<b>"}))

    assert html == '<button class="btn" type="button"><span class="label">&lt;b&gt;</span></button>'


def test_card_keeps_markup_inside_and_escapes_its_title() -> None:
    html = Template("{% card title=name %}<p>in</p>{% endcard %}").render(Context({"name": "<b>"}))

    assert ("<p>in</p>" in html, "&lt;b&gt;" in html, "<b>" in html) == (True, True, False)


@pytest.mark.parametrize(
    ("count", "expected"), [(7, "7"), (9_999, "9\u202f999"), (10_000, "10\u202f000"), (10_001, "10\u202f000+")]
)
def test_exact_below_stops_counting(count: int, expected: str) -> None:
    assert Template("{{ n|exact_below }}").render(Context({"n": count})) == expected


@pytest.mark.parametrize(
    ("told", "shown"), [("2022-06", "Jun 2022"), ("2022", "2022"), ("", ""), ("2022-13", "2022-13")]
)
def test_months_of_a_career_are_written_out(told: str, shown: str) -> None:
    assert ui.month(told) == shown


def test_titles_name_what_is_filled_in_later() -> None:
    subject = 'A word about {{ current_company | default: "your work" }}, {{first_name}}? {{ sender.first_name }}'

    assert ui.placeholders(subject) == "A word about [current company], [first name]? [sender first name]"
