"""What the hub puts on the start page: people who wait for an answer, and mails of nobody known."""

from __future__ import annotations

from django.urls import reverse

from crm.permissions import Permission
from crm.registry import HomeRow
from crm.requests import MemberRequest
from inbox.services import threads

MOST = 6


def rows(request: MemberRequest) -> list[HomeRow]:
    """The longest waiting answers first; then one row for the tray."""
    if Permission.INBOX_VIEW not in request.member.permissions:
        return []
    slug = request.tenant.slug
    found = [
        HomeRow(
            rank=10,
            icon="reply",
            text=f"{waiting.candidate.name} wrote to you",
            url=reverse("inbox:thread", args=[slug, waiting.pk]),
            button="Reply",
            detail=waiting.snippet,
        )
        for waiting in threads.longest_waiting(MOST)
    ]
    if unknown := threads.in_tray():
        text = "1 mail from an unknown sender" if unknown == 1 else f"{unknown} mails from unknown senders"
        tray = reverse("inbox:tray", args=[slug])
        found.append(HomeRow(rank=30, icon="user-round-search", text=text, url=tray, button="Look"))
    return found
