"""Django's `i18n` tags, with `{% translate "…" %}` looked up once for each language instead of each time."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.templatetags.i18n import TranslateNode
from django.utils.translation import get_language

register = template.Library()
register.tags = dict(i18n.register.tags)
register.filters = dict(i18n.register.filters)


class SentenceNode(TranslateNode):
    """A sentence that stands in the template as it is: nothing about it depends on the page but the language."""

    def __init__(self, sentence: FilterExpression, asvar: str | None) -> None:
        super().__init__(sentence, noop=False, asvar=asvar)
        self.by_django = TranslateNode(sentence, noop=False)
        self.known: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        key = (get_language(), context.autoescape)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.by_django.render(context)
        if not self.asvar:
            return found
        context[self.asvar] = found
        return ""


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> TranslateNode:
    """As Django's."""
    node = i18n.do_translate(parser, token)
    sentence = node.filter_expression
    is_plain = sentence.var.literal is not None and not sentence.filters
    if node.noop or node.message_context or not is_plain:
        return node
    return SentenceNode(sentence, node.asvar)
