"""Who did it: a member, a candidate, an API key, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["member", "candidate", "api_key", "system"]


@dataclass(frozen=True)
class Actor:
    """The one behind an event or an audit entry. `label` is what people read: a name, never an address."""

    kind: ActorKind
    id: UUID | None
    label: str

    @property
    def member_id(self) -> UUID | None:
        """The key of the member; None for anybody else."""
        return self.id if self.kind == "member" else None


SYSTEM = Actor("system", None, "Rapport")
