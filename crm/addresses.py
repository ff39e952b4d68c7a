"""Addresses of pages, each worked out once for its page and workspace: a page of the product holds some sixty.

Keys in them are holes, filled in each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, get_urlconf, reverse

from crm.templatetags.stencil import Holes, Stencil

HOLES = Holes()
ANY_KEY = UUID(int=0)
Around = tuple[str | None, str | None, str]  # the namespace that asks, the addresses in force, the path they lie below


def around(app: str | None = None) -> Around:
    """What addresses depend on beside their words."""
    return app, get_urlconf(), get_script_prefix()


@lru_cache(maxsize=8192)
def _form(name: str, words: tuple[str | UUID, ...], app: str | None, urls: str | None, prefix: str) -> Stencil:
    holes = [HOLES.stand_in(place, word) if word is ANY_KEY else word for place, word in enumerate(words)]
    return HOLES.cut(reverse(name, args=holes, current_app=app))


def filled_in(name: str, words: Sequence[str | UUID], here: Around) -> str:
    """The address of a page; `words` are keys, and words of which there are few: the workspace's, the code's own.

    Raises NoReverseMatch.
    """
    shape = tuple(ANY_KEY if isinstance(word, UUID) else word for word in words)
    form = _form(name, shape, *here)
    return str(form.fill([str(word) for word in words])) if form.places else form.constant[0]


def address(name: str, *words: str | UUID) -> str:
    """The same, for code that is no template."""
    return filled_in(name, words, around())
