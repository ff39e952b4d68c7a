"""What answers mean for us, as it is read from their words; `corrections` has what colleagues say."""

from __future__ import annotations

from inbox.choices import MessageKind
from inbox.mail.meaning import meaning
from outreach.choices import ReplyClass

_OF_MACHINES = {MessageKind.AUTO_REPLY: ReplyClass.OUT_OF_OFFICE, MessageKind.BOUNCE: ReplyClass.BOUNCE}
SAID = [choice for choice in ReplyClass.choices if choice[0] != ReplyClass.BOUNCE]  # what a colleague may choose


def read(kind: str, text: str) -> str:
    """The class of a message of that MessageKind with that new text: a ReplyClass, or "" where it is not clear."""
    if kind == MessageKind.REPLY:
        return meaning(text)
    return str(_OF_MACHINES.get(MessageKind(kind), ""))
