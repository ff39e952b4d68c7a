"""`{% url %}`: what Django's own says, however often and of whatever."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.template import Context, Template
from django.template.defaulttags import URLNode
from django.urls import NoReverseMatch, set_script_prefix
from django.utils.safestring import SafeString

from crm.templatetags.address import AddressNode

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("'talent:candidate-list' slug", {"slug": "acme"}),
    ("'talent:candidate-list' slug", {"slug": SafeString("acme")}),
    ("'talent:candidate-detail' slug key", {"slug": "acme", "key": uuid4()}),
    ("'talent:candidate-detail' tenant=slug pk=key", {"slug": "acme", "key": uuid4()}),
    ("name slug 'tag'", {"name": "talent:bulk-choose", "slug": "acme"}),
    ("'workspace-new'", {}),
    ("'talent:candidate-detail' slug key as found", {"slug": "acme", "key": str(UUID(int=7))}),
    ("'talent:candidate-detail' slug key as found", {"slug": "acme", "key": "no key"}),
]


def by_django(template: Template, context: Context) -> str:
    node = template.nodelist.get_nodes_by_type(AddressNode)[0]
    assert isinstance(node, URLNode)
    return str(URLNode.render(node, context))


@pytest.mark.parametrize(("words", "values"), ASKED)
def test_it_says_what_django_says(words: str, values: dict[str, Any]) -> None:
    template = Template("{% url " + words + " %}")
    context, other = Context(values), Context(values)

    for _ in range(2):
        try:
            wanted = by_django(template, other)
        except NoReverseMatch:
            with pytest.raises(NoReverseMatch):
                template.render(context)
        else:
            assert template.nodelist[0].render(context) == wanted  # type: ignore[index]
    assert context.get("found") == other.get("found")
    assert type(context.get("found")) is type(other.get("found"))


def test_each_key_has_an_address_of_its_own() -> None:
    template, keys = Template("{% url 'talent:candidate-detail' 'acme' key %}"), [uuid4() for _ in range(3)]

    assert [template.render(Context({"key": key})) for key in keys] == [f"/o/acme/candidates/{key}/" for key in keys]


def test_a_site_below_a_path_has_its_addresses_there() -> None:
    template = Template("{% url 'talent:candidate-list' 'acme' %}")
    before = template.render(Context())
    set_script_prefix("/crm/")
    try:
        assert (before, template.render(Context())) == ("/o/acme/candidates/", "/crm/o/acme/candidates/")
    finally:
        set_script_prefix("/")
