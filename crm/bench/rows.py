"""What a bench says: rows of figures, each against a reference measured in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """What the command was told."""

    candidates: int
    say: Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is it divided by the reference; `goal` is the ratio at most (or "", when it is told only)."""

    name: str
    value: float
    unit: str
    against: str
    ratio: float | None = None
    most: float | None = None
    detail: str = ""  # plans and the like, printed on request

    @property
    def goal(self) -> str:
        return "" if self.most is None else f"<= {self.most:g}"

    @property
    def met(self) -> bool | None:
        return None if self.most is None or self.ratio is None else self.ratio <= self.most

    def as_json(self) -> dict[str, Any]:
        facts = asdict(self)
        del facts["detail"], facts["most"]
        return {**facts, "goal": self.goal, "met": self.met}


Bench = Callable[[Options], list[Row]]
BENCHES: dict[str, Bench] = {}


def bench(name: str) -> Callable[[Bench], Bench]:
    """Register a function as the bench of this name."""

    def register(function: Bench) -> Bench:
        if name in BENCHES:
            raise ValueError(f"Two benches are called {name}.")
        BENCHES[name] = function
        return function

    return register


def table(rows: Iterable[Row]) -> str:
    """The rows in columns, for people."""
    cells = [("bench", "value", "against", "ratio", "goal", "met")]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        met = {None: "", True: "yes", False: "NO"}[row.met]
        cells.append((row.name, f"{row.value:.2f} {row.unit}", row.against, ratio, row.goal, met))
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells)
