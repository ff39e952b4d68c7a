"""`{% url %}` for pages that hold sixty of them: an address is worked out once for its page and workspace.

Keys in it are holes, filled in each time; anything but keys and words goes Django's way.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

from crm.templatetags.stencil import Holes, Stencil

register = template.Library()
HOLES = Holes()
ANY_KEY = UUID(int=0)


@lru_cache(maxsize=8192)
def _form(name: str, words: tuple[str | UUID, ...], app: str | None, urls: str | None, prefix: str) -> Stencil:
    """The address with holes where `words` has a key. Raises NoReverseMatch."""
    holes = [HOLES.stand_in(place, word) if word is ANY_KEY else word for place, word in enumerate(words)]
    return HOLES.cut(reverse(name, args=holes, current_app=app))


def _around(context: Context) -> tuple[str | None, str | None, str]:
    """What addresses depend on, looked up once for all that is rendered with this context."""
    whole: dict[Any, Any] = context.render_context.dicts[0]  # of all templates in each other
    if HOLES not in whole:
        whole[HOLES] = (_app(context), get_urlconf(), get_script_prefix())
    found: tuple[str | None, str | None, str] = whole[HOLES]
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
        shape = tuple(ANY_KEY if isinstance(word, UUID) else word for word in words)
        try:
            form = _form(self.view_name.resolve(context), shape, *_around(context))
        except NoReverseMatch:
            return super().render(context)
        found = form.fill([str(word) for word in words]) if form.places else form.constant[0]
        if self.asvar:
            context[self.asvar] = str(found)
            return ""
        return conditional_escape(str(found)) if context.autoescape else str(found)


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """As Django's `{% url %}`."""
    node = parse(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
