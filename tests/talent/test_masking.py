"""What a search by meaning must not learn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talent.search.masking import mask

ZOE = ["Zoë Ångström-Lind"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Zoë led the team.", "led the team."),
        ("Ms. Lind's references praise ångström.", "references praise ."),
        ("Write to zoe@example.com or +46 8 123 456 78", "Write to or"),
        ("See https://example.com/zoe and linkedin.com/in/zoe", "See and"),
        ("Date of birth: 12.03.1985. Python.", ". Python."),
        ("born 3 May 1985, Go developer", ", Go developer"),
        ("geboren am 12.03.1985 in Köln", "in Köln"),
        ("Age: 34\nKafka", "Kafka"),
        ("a 34-year-old engineer", "a engineer"),
        ("young and hungry engineer", "and hungry engineer"),
        ("Gender: female\nSQL", "SQL"),
        ("She ran her ward; he did not", "ran ward; did not"),
        ("a woman in tech", "a in tech"),
        ("Nationality: Turkish; Rust", "; Rust"),
        ("Turkish citizen, speaks German C1", ", speaks German C1"),
        ("refugee from Syria", "from Syria"),
        ("Marital status: married, two children", ","),
        ("married mother of three kids", "of"),
        ("back from maternity leave", "back from"),
        ("Religion: none\nJava", "Java"),
        ("active in a church and Catholic", "active in a and"),
        ("uses a wheelchair", "uses a"),
        ("diagnosed with asthma, nurse", ", nurse"),
        ("Ethnicity: Hispanic\nRuby", "Ruby"),
        ("a Black woman from Leeds", "a from Leeds"),
        ("Photo attached. Designer", ". Designer"),
    ],
)
def test_what_the_law_protects_is_taken_out(text: str, left: str) -> None:
    assert mask(text, ZOE).text == left


@pytest.mark.parametrize(
    "text",
    [
        "cancer research at a children's hospital",
        "German C1, French B2",
        "single sign-on, mastered the master data",
        "led a team of 34 engineers for 12 years",
        "black box testing and white papers",
        "manager of a sportswear brand for children",
        "release 3.4.1985 of the agent platform",
        "geothermal engineer, hero images, theory",
    ],
)
def test_words_of_work_stay(text: str) -> None:
    assert mask(text, ZOE).text == text


def test_the_kinds_are_told() -> None:
    assert mask("Zoë, 34 years old, female", ["Zoë"]).kinds == ("name", "age", "gender")


@given(st.text(max_size=60), st.text(st.characters(categories=("Lu", "Ll")), min_size=2, max_size=12))
def test_no_part_of_a_name_is_left(text: str, name: str) -> None:
    words = mask(f"{text} {name} {text}", [name]).text.split()

    assert name not in words


@given(st.text(max_size=120))
def test_masking_again_changes_nothing(text: str) -> None:
    once = mask(text, ZOE).text

    assert mask(once, ZOE).text == once
