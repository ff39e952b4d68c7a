"""The form that a new workspace begins with: a download of which only the file is missing."""

from __future__ import annotations

from datetime import datetime

from crm.actors import Actor
from portal.choices import ContentKind
from portal.services import content
from portal.services.content import Words

SAMPLE = Words(
    title="How we work",
    summary="What our teams build, how they decide, and what a first year looks like. Ten minutes to read.",
    body="Leave your name and address, and the paper is yours. If you like, say that we may write to you: "
    "then you hear when something fits, and not more often.",
    is_gated=True,
)


def come_with_workspace(*, by: Actor, now: datetime) -> None:
    """Every workspace has it from its first moment, as a draft: with a paper of their own it can be published."""
    content.create(kind=ContentKind.ASSET, words=SAMPLE, by=by)
