"""Clients that ask a web server all at once, each over a connection that it keeps."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

CLIENTS = 4
PATIENCE_SECONDS = 60
OK = 200


@dataclass(frozen=True)
class Pace:
    """So many requests, answered in so many seconds by all clients; `each` has the seconds of every single one."""

    seconds: float
    each: Sequence[float]

    @property
    def per_second(self) -> float:
        return len(self.each) / self.seconds


@dataclass
class Clients:
    """Ask with the same headers; whatever is not answered with 200 is an error."""

    port: int
    headers: Mapping[str, str]
    pool: ThreadPoolExecutor
    lines: Sequence[http.client.HTTPConnection]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, paths: Sequence[str]) -> Pace:
        """Every address once, whoever is free takes the next."""
        todo, started = iter(paths), time.perf_counter()
        each = [one for taken in self.pool.map(lambda line: list(self._work(line, todo)), self.lines) for one in taken]
        return Pace(time.perf_counter() - started, each)

    def _work(self, line: http.client.HTTPConnection, todo: Iterator[str]) -> Iterator[float]:
        while path := self._next(todo):
            started = time.perf_counter()
            answer = self._asked(line, path)
            answer.read()
            if answer.status != OK:
                raise AssertionError(f"{path} answers {answer.status}.")
            yield time.perf_counter() - started

    def _asked(self, line: http.client.HTTPConnection, path: str) -> http.client.HTTPResponse:
        """A server may end a line that was idle; then, as browsers do, it is opened anew, once."""
        try:
            line.request("GET", path, headers=dict(self.headers))
            return line.getresponse()
        except http.client.RemoteDisconnected:
            line.close()
        line.request("GET", path, headers=dict(self.headers))
        return line.getresponse()

    def _next(self, todo: Iterator[str]) -> str:
        with self.lock:
            return next(todo, "")


@contextmanager
def clients(port: int, headers: Mapping[str, str] | None = None) -> Iterator[Clients]:
    with ExitStack() as stack:
        lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS) for _ in range(CLIENTS)]
        for line in lines:
            stack.enter_context(closing(line))
        pool = stack.enter_context(ThreadPoolExecutor(CLIENTS))
        yield Clients(port, headers or {}, pool, lines)
