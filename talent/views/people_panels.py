"""What people show on other pages: in the command palette, and in the first steps."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from crm.registry import PaletteItem
from crm.requests import MemberRequest
from talent.services import listing


def palette(request: MemberRequest, words: str) -> list[PaletteItem]:
    """The best eight people for the words, by anything known about them, and the way to all of them."""
    slug = request.tenant.slug
    every = PaletteItem(
        f"All results for “{words}”", f"{reverse('talent:search', args=[slug])}?{urlencode({'q': words})}"
    )
    return [
        *_people(slug, words),
        *([every] if words.strip() else []),
    ]


def _people(slug: str, words: str) -> list[PaletteItem]:
    return [
        PaletteItem(
            one["name"],
            reverse("talent:candidate-detail", args=[slug, one["pk"]]),
            " · ".join(p for p in (one["current_title"], one["current_company"], one["city"]) if p),
        )
        for one in listing.pick(words)
    ]
