"""`{% translate %}`: what Django's own says, in every language, whatever stands around it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from django.utils.translation import get_language

from crm.templatetags.sentences import SentenceNode


def say(sentence: str, **values: object) -> str:
    return Template("{% load i18n %}" + sentence).render(Context(values))


@pytest.mark.parametrize(
    ("sentence", "said"), [("{% translate 'Yes' %}", "Ja"), ("{% trans 'No' as x %}{{ x }}", "Nein")]
)
def test_a_sentence_is_said_in_the_language_of_the_moment(sentence: str, said: str) -> None:
    template = Template("{% load i18n %}" + sentence)
    english = template.render(Context())
    with translation.override("de"):
        german = [template.render(Context()) for _ in range(2)]

    assert (german, template.render(Context())) == ([said] * 2, english)
    assert english in ("Yes", "No")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("{% translate 'a <b> & 5 % c' %}", "a <b> & 5 % c"),  # a sentence of ours is markup
        ("{% translate 'a <b>' as x %}{{ x }}", "a <b>"),
        ("{% translate text %}", "&lt;i&gt;"),
        ("{% translate 'a'|upper %}", "A"),
        ("{% translate 'a' noop %}", "a"),
        ("{% translate 'May' context 'month' %}", "May"),
        ("{% autoescape off %}{% translate text %}{% endautoescape %}", "<i>"),
    ],
)
def test_it_says_what_django_says(sentence: str, said: str) -> None:
    assert [say(sentence, text="<i>") for _ in range(2)] == [said] * 2


def test_plain_sentences_are_looked_up_once() -> None:
    template = Template("{% load i18n %}{% translate 'Yes' %}{% translate text %}{% translate 'x'|upper %}")

    assert [type(node) is SentenceNode for node in template.nodelist[1:]] == [True, False, False]


def test_a_page_has_the_language_of_the_installation(db: None) -> None:
    with translation.override("de"):
        Client().get("/accounts/login/")

        assert get_language() == settings.LANGUAGE_CODE
