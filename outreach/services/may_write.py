"""May we write to one person, now? The gate asked once for each way of writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from outreach.services import gate
from outreach.services.gate import Intent, Verdict
from talent.choices import ConsentPurpose

PLAN = UUID(int=0)  # a sequence that does not exist: what any plan would be told


@dataclass(frozen=True)
class Answer:
    """What the gate says to one way of writing."""

    way: str
    label: str
    verdict: Verdict


WAYS: Sequence[tuple[str, str, Intent]] = (
    ("personal", "A personal mail", Intent(key="ask:personal")),
    ("answer", "An answer to a reply of theirs", Intent(key="ask:answer", is_proactive=False)),
    ("asked", "An answer where they wrote first", Intent(key=f"{gate.ASKED}:ask", is_proactive=False)),
    ("sequence", "A sequence about jobs", Intent(key="ask:sequence", sequence_id=PLAN)),
    ("news", "News and invitations", Intent(key="ask:news", consent=ConsentPurpose.NEWS)),
)


def ask(*, candidate_id: UUID, now: datetime, sender_id: UUID | None = None) -> list[Answer]:
    """The gate's verdict on each way in which this colleague may write to a person; None: the workspace itself."""
    asked = [(way, label, replace(intent, sender_id=sender_id)) for way, label, intent in WAYS]
    return [
        Answer(way, label, gate.verdicts(candidate_ids=[candidate_id], intent=intent, now=now)[candidate_id])
        for way, label, intent in asked
    ]
