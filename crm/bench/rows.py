"""What a bench says: rows of figures, each against a reference measured in the same run."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """What the command was told. `fresh` fills databases anew that are kept between runs; `long` takes what is slow."""

    candidates: int
    say: Callable[[str], None]
    fresh: bool = False
    long: bool = False


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is it divided by the reference; the goal is the ratio at `most` or at `least`, or neither.

    `p50` and `p95` are milliseconds, of at least fifty varied calls.
    """

    name: str
    value: float
    unit: str
    against: str
    ratio: float | None = None
    most: float | None = None
    detail: str = ""  # plans and the like, printed on request
    least: float | None = None
    p50: float | None = None
    p95: float | None = None
    error: str = ""  # why there is no figure

    @property
    def goal(self) -> str:
        if self.least is not None:
            return f">= {self.least:g}"
        return "" if self.most is None else f"<= {self.most:g}"

    @property
    def met(self) -> bool | None:
        if self.error:
            return False
        if self.ratio is None or (self.most is None and self.least is None):
            return None
        return (self.most is None or self.ratio <= self.most) and (self.least is None or self.ratio >= self.least)

    def as_json(self) -> dict[str, Any]:
        facts = asdict(self)
        for inner in ("detail", "most", "least"):
            del facts[inner]
        return {**facts, "goal": self.goal, "met": self.met}


Bench = Callable[[Options], Iterable[Row]]
BENCHES: dict[str, Bench] = {}


def bench(name: str) -> Callable[[Bench], Bench]:
    """Register a function as the bench of this name."""

    def register(function: Bench) -> Bench:
        if name in BENCHES:
            raise ValueError(f"Two benches are called {name}.")
        BENCHES[name] = function
        return function

    return register


def attempted(what: str, measure: Callable[[], Iterable[Row]], say: Callable[[str], None]) -> Iterator[Row]:
    """The rows of a measure as they come; an error becomes a row, so that the other measures are not lost."""
    try:
        yield from measure()
    except Exception as error:
        say(traceback.format_exc())
        words = " ".join(str(error).split())[:200]
        yield Row(what, 0, "", "", error=f"{type(error).__name__}: {words}")


def told(what: str, measure: Callable[[], Iterable[Row]], say: Callable[[str], None]) -> Iterator[Row]:
    """The same, each part printed when it is done, with the seconds it took."""
    say(f"measuring {what} ...")
    started = time.perf_counter()
    rows = list(attempted(what, measure, say))
    say(f"{table(rows)}\n{what}: {time.perf_counter() - started:.0f} s\n")
    yield from rows


def table(rows: Iterable[Row]) -> str:
    """The rows in columns, for people."""
    cells = [("bench", "value", "against", "ratio", "goal", "met", "p50 ms", "p95 ms")]
    for row in rows:
        ratio, p50, p95 = ("" if number is None else f"{number:.2f}" for number in (row.ratio, row.p50, row.p95))
        met = {None: "", True: "yes", False: "NO"}[row.met]
        value = row.error or f"{row.value:.2f} {row.unit}"
        cells.append((row.name, value, row.against, ratio, row.goal, met, p50, p95))
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells)
