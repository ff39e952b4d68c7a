"""`{% url %}` by `crm.addresses`; anything but keys and words goes Django's way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from crm import addresses
from crm.addresses import Around

register = template.Library()


def _around(context: Context) -> Around:
    """Looked up once for all that is rendered with this context."""
    whole: dict[Any, Any] = context.render_context.dicts[0]  # of all templates in each other
    if addresses not in whole:
        whole[addresses] = addresses.around(_app(context))
    found: Around = whole[addresses]
    return found


def _app(context: Context) -> str | None:
    request = getattr(context, "request", None)
    if hasattr(request, "current_app"):
        return request.current_app  # type: ignore[union-attr] # set by whoever knows better, as the admin does
    return getattr(getattr(request, "resolver_match", None), "namespace", None)


class AddressNode(URLNode):
    """Django's own, but for the usual case."""

    def render(self, context: Context) -> str:
        words = [word.resolve(context) for word in self.args]
        if self.kwargs or any(type(word) not in (str, UUID) for word in words):
            return super().render(context)
        try:
            found = addresses.filled_in(self.view_name.resolve(context), words, _around(context))
        except NoReverseMatch:
            return super().render(context)
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """As Django's `{% url %}`."""
    node = parse(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
