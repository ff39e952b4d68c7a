"""The stencil: what rows share is rendered once, what differs is filled in."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import SafeString

from crm.templatetags.stencil import HOLES

FIRST, SECOND = UUID(int=1), UUID(int=2)


def rendered(inside: str, *rows: object) -> str:
    text = "{% load stencil %}{% for row in rows %}{% stencil key=row.key name=row.name %}" + inside
    return Template(text + "{% endstencil %}{% endfor %}").render(Context({"rows": rows}))


def row(key: UUID, name: object) -> SimpleNamespace:
    return SimpleNamespace(key=key, name=name)


def test_every_row_has_its_own_values() -> None:
    shown = rendered("<a id='{{ key }}'>{{ name }} {{ name }}</a>", row(FIRST, "Zoë"), row(SECOND, "Mia"))

    assert shown == f"<a id='{FIRST}'>Zoë Zoë</a><a id='{SECOND}'>Mia Mia</a>"


def test_addresses_are_made_of_keys() -> None:
    shown = rendered("{% url 'talent:candidate-detail' 'acme' key %} ", row(FIRST, ""), row(SECOND, ""))

    assert shown.split() == [f"/o/acme/candidates/{FIRST}/", f"/o/acme/candidates/{SECOND}/"]


@pytest.mark.parametrize(("name", "shown"), [("<b>", "&lt;b&gt;"), (SafeString("<b>"), "<b>"), (None, "None")])
def test_values_are_escaped_as_everywhere(name: object, shown: str) -> None:
    assert rendered("{{ name }}", row(FIRST, "x"), row(FIRST, name)) == f"x{shown}"


def test_value_that_looks_like_a_hole_is_a_value() -> None:
    mark = str(HOLES.stand_in(0, ""))

    assert rendered("{{ name }}|", row(FIRST, mark), row(FIRST, "x")) == f"{mark}|x|"


def test_what_is_shared_is_rendered_once() -> None:
    calls: list[int] = []

    def shared() -> str:
        calls.append(1)
        return "s"

    context = Context({"rows": [row(FIRST, "a"), row(SECOND, "b")], "shared": shared})
    text = "{% stencil name=row.name %}{{ shared }}{{ name }}{% endstencil %}"
    text = "{% load stencil %}{% for row in rows %}" + text + "{% endfor %}"

    assert (Template(text).render(context), len(calls)) == ("sasb", 1)


def test_two_pages_do_not_share_a_stencil() -> None:
    page = Template("{% load stencil %}{% stencil name=name %}{{ word }} {{ name }}{% endstencil %}")

    assert [page.render(Context({"name": "n", "word": word})) for word in "ab"] == ["a n", "b n"]


def test_stencil_without_values_is_a_mistake() -> None:
    with pytest.raises(TemplateSyntaxError, match="needs values"):
        Template("{% load stencil %}{% stencil %}{% endstencil %}")
