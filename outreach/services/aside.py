"""A thread beside the one that sends, with a database connection of its own: what the mails must not wait for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
Work = Callable[[], object]


def _hang_up() -> None:
    """A function, because `connection.close` written elsewhere is the one of that thread."""
    connection.close()


class Aside:
    """Does one thing after the other. What it was told and did not do well is raised at the end."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "aside")
        self._told: list[Future[object]] = []

    def ask(self, work: Callable[[], T]) -> Future[T]:
        """Do this when what was asked before is done; the answer is waited for by who asks."""
        return self._pool.submit(work)

    def tell(self, work: Work) -> None:
        """Do this as well; nobody waits for it before the end."""
        self._told.append(self._pool.submit(work))

    def __enter__(self) -> Aside:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Waits until all is done. An error of the block itself goes before."""
        self._pool.submit(_hang_up)
        self._pool.shutdown()
        for one in self._told:
            if kind is None:
                one.result()
