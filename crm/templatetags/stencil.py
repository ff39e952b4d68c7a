"""`{% stencil %}`: rendered once a page, filled in for each row. Long lists repeat much and differ in little."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()
# What stands for a value while the stencil is cut. No text of the page holds these; what rows hold does not matter,
# because the stencil is cut before a row is seen.
HOLE = re.compile(r"(STENCIL[0-9]+END|57e9c110-0000-4000-8000-[0-9]{12})")


def _hole(place: int, value: object) -> object:
    """The stand-in for a value: a key for a key, so that addresses can be made of it, else a word."""
    return UUID(f"57e9c110-0000-4000-8000-{place:012d}") if isinstance(value, UUID) else f"STENCIL{place}END"


@dataclass(frozen=True)
class Stencil:
    """Pieces of constant HTML in turn with the places of values."""

    constant: list[str]
    places: list[int]

    @classmethod
    def cut(cls, html: str) -> Stencil:
        parts = HOLE.split(html)
        places = [int(re.findall("[0-9]+", hole.removeprefix("57e9c110-0000-4000-8000-"))[0]) for hole in parts[1::2]]
        return cls(parts[::2], places)

    def fill(self, values: list[str]) -> SafeString:
        filled = [self.constant[0]]
        for place, after in zip(self.places, self.constant[1:], strict=True):
            filled += (values[place], after)
        return SafeString("".join(filled))


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
        holes = {name: _hole(place, value) for place, (name, value) in enumerate(zip(self.values, values, strict=True))}
        with context.push(**holes):
            return Stencil.cut(self.nodelist.render(context))


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
