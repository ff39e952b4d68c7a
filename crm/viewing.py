"""Who is looking: the member whose page or call this is, for rows that not every colleague may see.

It fails closed. Where nobody is known to look (background work, API keys, candidates), only what is open to the whole
team is there. The doors of `crm.access` and the API's authentication say who looks; nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Viewer:
    """A member, or nobody in particular. `is_machinery` is for work that keeps rows of everybody in order."""

    member_id: UUID | None = None
    is_machinery: bool = False


NOBODY = Viewer()
_current: ContextVar[Viewer] = ContextVar("viewer", default=NOBODY)


def viewer() -> Viewer:
    return _current.get()


@contextmanager
def seen_by(member_id: UUID | None) -> Iterator[None]:
    """What runs inside sees what this member may see; with none, what the whole team may see."""
    token = _current.set(Viewer(member_id))
    try:
        yield
    finally:
        _current.reset(token)


def seen_by_nobody() -> AbstractContextManager[None]:
    """For what is computed once and shown to all, such as who is in a segment."""
    return seen_by(None)


def look_as(member_id: UUID | None) -> None:
    """Inside `seen_by`, once it is known who calls (the API learns it late)."""
    _current.set(Viewer(member_id))


@contextmanager
def machinery_that_also_touches_confidential_rows() -> Iterator[None]:
    """Sees everything. Only for work that shows nothing to anybody: feeding, merging, erasing, the audit's names."""
    token = _current.set(Viewer(is_machinery=True))
    try:
        yield
    finally:
        _current.reset(token)
