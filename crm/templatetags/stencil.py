"""`{% stencil %}`: rendered once a page, filled in for each row. Long lists repeat much and differ in little."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from uuid import UUID

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()


@dataclass(frozen=True)
class Stencil:
    """Pieces of constant HTML in turn with the places of values."""

    constant: list[str]
    places: list[int]

    def fill(self, values: list[str]) -> SafeString:
        filled = [self.constant[0]]
        for place, after in zip(self.places, self.constant[1:], strict=True):
            filled += (values[place], after)
        return SafeString("".join(filled))


class Holes:
    """What stands for values while HTML is rendered, and where it stands in the HTML.

    It is drawn by lot, so nobody can write it into a text of a page. Nodes that may stand in each other have lots of
    their own.
    """

    def __init__(self) -> None:
        self.lot = f"{token_hex(4)}-{token_hex(2)}-4{token_hex(2)[1:]}-8{token_hex(2)[1:]}-"
        self.pattern = re.compile(f"{self.lot}([0-9]{{12}})")

    def stand_in(self, place: int, value: object) -> object:
        """A key for a key, so that addresses can be made of it, else a word."""
        mark = f"{self.lot}{place:012d}"
        return UUID(mark) if isinstance(value, UUID) else mark

    def cut(self, html: str) -> Stencil:
        parts = self.pattern.split(html)
        return Stencil(parts[::2], [int(place) for place in parts[1::2]])


HOLES = Holes()


class StencilNode(template.Node):
    """Renders its content once for a page, with holes where the values go."""

    def __init__(self, nodelist: NodeList, values: Mapping[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values

    def render(self, context: Context) -> SafeString:
        values = [value.resolve(context) for value in self.values.values()]
        stencil = context.render_context.get(self)
        if stencil is None:
            stencil = context.render_context[self] = self._cut(context, values)
        return stencil.fill([str(conditional_escape(value)) for value in values])

    def _cut(self, context: Context, values: list[Any]) -> Stencil:
        named = zip(self.values, values, strict=True)
        holes = {name: HOLES.stand_in(place, value) for place, (name, value) in enumerate(named)}
        with context.push(**holes):
            return HOLES.cut(self.nodelist.render(context))


@register.tag
def stencil(parser: Parser, token: Token) -> StencilNode:
    """`{% stencil key=person.id name=person.name %}<a href="{% url "x" key %}">{{ name }}</a>{% endstencil %}`

    Inside, the named values may be written and be handed on, but not be looked into: `{% if name %}` is always true.
    Whatever else is read inside must be the same in every row. Values are escaped, unless they are safe.
    """
    values = token_kwargs(token.split_contents()[1:], parser)
    if not values:
        raise template.TemplateSyntaxError("A stencil needs values: {% stencil name=row.name %}.")
    nodelist = parser.parse(("endstencil",))
    parser.delete_first_token()
    return StencilNode(nodelist, values)
