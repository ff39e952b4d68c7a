"""What was written while a colleague wrote: two people in one conversation, or a person who adds a word."""

from __future__ import annotations

from datetime import datetime

from crm.models import Member
from inbox.choices import MessageKind
from inbox.models import Message
from inbox.services.threads import UNSEEN
from outreach.choices import Purpose
from outreach.models import OutboundMessage
from talent.models import Candidate

BEGINNING = 120  # letters of what was written


def said(*, candidate: Candidate, since: datetime, sender: Member) -> str:
    """In a sentence, what a colleague wrote to this person, or the person to us, since then; empty when nothing."""
    ours = OutboundMessage.objects.filter(candidate=candidate, created_at__gt=since, purpose=Purpose.ONE_OFF)
    ours = ours.exclude(sender=sender).exclude(state__in=UNSEEN).select_related("sender__user")
    theirs = Message.objects.filter(candidate=candidate, created_at__gt=since, kind=MessageKind.REPLY)
    if found := ours.order_by("-created_at").first():
        who, text = str(found.sender or "The workspace"), found.text
    elif came := theirs.order_by("-created_at").first():
        who, text = candidate.name, came.text
    else:
        return ""
    begin = " ".join(text.split())
    begin = begin if len(begin) <= BEGINNING else f"{begin[:BEGINNING]}…"
    return f"{who} wrote while you were writing: “{begin}” Send again, and yours goes all the same."
