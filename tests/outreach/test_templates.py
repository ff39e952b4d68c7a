"""What people write, and what hostile people write."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.services import merge_tags, template_words, templates
from outreach.services.merge_tags import Latest, MergeContext
from talent.models import Candidate
from tests.factories.outreach import NOON

UNSUBSCRIBE = "https://crm.example.com/u/x/"


def a_context(**fields: str) -> MergeContext:
    person = Candidate(**{"name": "Maya Lindqvist", **fields})
    context = MergeContext(person, "Ines Weber", "Acme", UNSUBSCRIBE, latest=Latest(NOON))
    context.__dict__["skills"] = ["Go", "Python"]
    return context


def rendered(body: str, **fields: str) -> templates.Rendered:
    """As a sequence sends it, without the last line on how to get no more."""
    whole = mail(body, **fields)
    return replace(
        whole, text=whole.text.removesuffix(f"\n\nNo more mails like this? Unsubscribe here:\n{UNSUBSCRIBE}")
    )


def mail(body: str, **fields: str) -> templates.Rendered:
    return templates.render(subject="Hello", body=body, context=a_context(**fields))


def messages(body: str) -> list[str]:
    return [problem.message for problem in templates.check(subject="Hello", body=body)]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('Hi {{ first_name | default: "there" }}', "Hi Maya"),
        ('{{ current_title | default: "your work" }}', "your work"),
        ("{% if current_company %}at {{ current_company }}{% else %}now{% endif %}", "now"),
        ("{{ skills | upcase }}", "GO AND PYTHON"),
        ("{{ sender_first_name }} of {{ company }}", "Ines of Acme"),
        ("{{ unsubscribe_link }}", UNSUBSCRIBE),
        ("See [our blog](https://blog.example.com/a).", "See our blog (https://blog.example.com/a)."),
    ],
)
def test_template_renders(source: str, text: str) -> None:
    assert rendered(source).text == text


@pytest.mark.parametrize(
    "source",
    [
        'Hi {{ first_name | default: "there" }}',
        "{% if skills %}You know {{ skills }}.{% endif %}",
        "{{ sender_name }}",
        "{% comment %}{{ nothing }}{% endcomment %}plain",
    ],
)
def test_good_template_has_no_problem(source: str) -> None:
    assert messages(source) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "Hi {{ first_name }}",
            'Somebody’s first name may be missing. Write what to say then: {{ first_name | default: "…" }}',
        ),
        ("{{ salary }}", "There is no merge tag called “salary”."),
        ("{% for a in b %}{% endfor %}", "There is no “{% for %}” here, only {% if … %} and {% unless … %}."),
        ("x {% endif %}", "“{% endif %}” stands there without its “{% if … %}”."),
        ("{% if name %}x", "“{% if … %}” has no end: write {% endif %} where it ends."),
        ("{% if %}x{% endif %}", "It does not say of what: write {% if first_name %}, for instance."),
        ("{{ name", "“{{” stands there without its “}}”."),
        ("{% if name", "“{%” stands there without its “%}”."),
        ("{{ name | default: “there” }}", 'Inside the braces stand straight quotes, " and not “ or ”.'),
        ("{{ company | your company }}", 'A fallback is written so: {{ company | default: "your company" }}'),
        ("{{ first name }}", f"This cannot be read. {template_words.LIKE_THIS}"),
        ("", "There is no text."),
        ("https://example.com/?n={{ company }}", "A link cannot contain a merge tag: write the whole address."),
    ],
)
def test_problem_is_a_sentence(source: str, message: str) -> None:
    assert messages(source) == [message]


def test_problem_names_its_line() -> None:
    [problem] = templates.check(subject="Hello", body="One\ntwo {{ salary }}")

    assert (problem.place, problem.line) == ("body", 2)


HOSTILE = [
    "{{ candidate.__class__.__mro__ }}",
    "{{ name['__class__'] }}",
    "{{ 'a' | replace: 'a', 'aaaa' }}",
    "{% for i in (1..100000000) %}x{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% render 'x' %}",
    "{% assign a = 'b' %}",
    "{% if name %}" * 60 + "{% endif %}" * 60,
    "{{ a" + "[a" * 4000 + "]" * 4000 + " }}",
    "{{ name.first.size | times: 9 }}",
    "{% liquid\nfor i in (1..9)\necho i\nendfor %}",
    "{{ " + "(" * 3000 + " }}",
    "\x00{{",
    "x" * 20_001,
]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_template_ends_in_a_sentence(source: str) -> None:
    found = messages(source)

    assert found
    assert all(message.endswith((".", "}}")) for message in found)


@given(st.text(alphabet=st.sampled_from(list("{}%|[]()'\" .:ainmefdultsx\n")), max_size=60))
def test_any_text_is_rendered_or_refused(source: str) -> None:
    found = templates.check(subject="Hello", body=source)

    try:
        templates.render(subject="Hello", body=source, context=a_context())
        is_rendered = True
    except templates.TemplateRefused:
        is_rendered = False
    assert is_rendered or found


def test_values_never_become_markup_or_links() -> None:
    name = '<script>x</script> [a](https://evil.example/) https://evil.example/ {{ company }} "'

    html = rendered('Hi {{ name | default: "you" }}, see https://good.example/', name=name).html

    assert html.count("<a ") == 2  # the author's, and the one to unsubscribe
    assert html.count("<script") == 0
    assert "{{ company }}" in html


@given(st.text(max_size=80))
def test_subject_is_one_printable_line(name: str) -> None:
    subject = templates.render(subject="For {{ name }}", body="x", context=a_context(name=name)).subject

    assert subject.isprintable()
    assert len(subject) <= templates.MAX_SUBJECT


def test_blank_without_fallback_is_reported() -> None:
    assert rendered("You work as {{ current_title }}").blanks == ("current_title",)


def test_every_tag_has_an_example() -> None:
    assert [tag.name for tag in merge_tags.REGISTRY.values() if not (tag.label and tag.example)] == []


def test_plain_mail_ends_with_the_address_on_its_own_line() -> None:
    assert mail("Hi").text == f"Hi\n\nNo more mails like this? Unsubscribe here:\n{UNSUBSCRIBE}"


@pytest.mark.parametrize(
    ("body", "way_out"),
    [
        ("Hi", f'<p>No more mails like this? <a href="{UNSUBSCRIBE}">Unsubscribe</a></p>'),
        ("Hi, {{ unsubscribe_link }}", f'<p>Hi, <a href="{UNSUBSCRIBE}">Unsubscribe</a></p>'),
        ("Hi, [no more]({{ unsubscribe_link }}).", f'<p>Hi, <a href="{UNSUBSCRIBE}">no more</a>.</p>'),
    ],
)
def test_html_mail_shows_words_for_the_long_address(body: str, way_out: str) -> None:
    made = mail(body)

    assert made.fragment.splitlines()[-1] == way_out
    assert made.fragment.count(UNSUBSCRIBE) == made.html.count(UNSUBSCRIBE) == 1


def test_way_out_of_the_author_is_the_only_one() -> None:
    assert mail("{{ unsubscribe_link }}").text == UNSUBSCRIBE


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200), st.booleans(), st.booleans())
def test_lines_on_the_way_out_are_taken_off_again(body: str, is_said: bool, has_why: bool) -> None:
    said = f"{body} {UNSUBSCRIBE} at any time" if is_said else body
    filled = templates.Filled("Hello", said, (), {}, ())

    written = templates.with_way_out(filled, UNSUBSCRIBE, "https://crm.example.com/w/x/" if has_why else "")

    assert templates.without_way_out(written.text) == said.rstrip()
