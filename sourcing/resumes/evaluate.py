"""Owns measuring the reader on a folder of labelled résumés."""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcing.resumes import sandbox
from sourcing.resumes.errors import ResumeError
from sourcing.resumes.reader import read
from sourcing.resumes.scoring import Score, score

PICTURES = "resume_image"


@dataclass(frozen=True, slots=True)
class Case:
    """One file with its scores; `error` is the sentence of a file that could not be read."""

    file: str
    layout: str
    persona: str
    seconds: float
    scores: dict[str, Score]
    error: str = ""

    @property
    def f1(self) -> float:
        return sum((value for value in self.scores.values()), Score()).f1


@dataclass(frozen=True, slots=True)
class Table:
    """All cases of a folder. Each layout counts once, however many files it has; so does each persona."""

    cases: list[Case]

    def by(self, group: str) -> dict[str, Score]:
        """Field -> score over the groups (`layout` or `persona`), each of weight one."""
        totals: dict[str, dict[str, list[Score]]] = defaultdict(lambda: defaultdict(list))
        for case in self.cases:
            for field, value in case.scores.items():
                totals[field][getattr(case, group)].append(value)
        return {
            field: sum((sum(values, Score()).over(len(values)) for values in groups.values()), Score())
            for field, groups in totals.items()
        }

    def render(self, worst: int = 12) -> str:
        """A table as text: precision, recall and F1 per field, then the worst files."""
        layouts, personas = self.by("layout"), self.by("persona")
        lines = [f"{'field':28}{'per layout: P':>14}{'R':>8}{'F1':>8}{'per persona: P':>17}{'R':>8}{'F1':>8}"]
        lines += [_row(field, value, personas[field]) for field, value in layouts.items()]
        lines.append(_row("all values", *(sum(values.values(), Score()) for values in (layouts, personas))))
        times = sorted(case.seconds * 1000 for case in self.cases) or [0.0]
        middle, last = times[len(times) // 2], times[-1]
        sandboxed = sandbox.kind_in_force()
        lines.append(f"\n{len(self.cases)} files, sandbox: {sandboxed}, median {middle:.0f} ms, slowest {last:.0f} ms")
        lines.append("\nworst files")
        ranked = sorted(self.cases, key=lambda case: case.f1)[:worst]
        return "\n".join([*lines, *(f"{case.f1:6.3f}  {case.file}  {case.error}" for case in ranked)])


def _row(field: str, layout: Score, persona: Score) -> str:
    return (
        f"{field:28}{layout.precision:14.3f}{layout.recall:8.3f}{layout.f1:8.3f}"
        f"{persona.precision:17.3f}{persona.recall:8.3f}{persona.f1:8.3f}"
    )


def evaluate(folder: Path) -> Table:
    """Reads every file that `folder/labels.json` names. Pictures are left out: they need character recognition.

    `labels.json`: `{"cases": [{"file", "kind", "layout", "persona", "expected": {...}}]}`; `file` is relative to
    `folder` or to the folder above it.
    """
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    return Table([_case(folder, case) for case in _wanted(labels["cases"])])


def _wanted(cases: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [case for case in cases if case.get("kind") != PICTURES]


def _case(folder: Path, case: dict[str, Any]) -> Case:
    path = folder / case["file"]
    content = (path if path.exists() else folder.parent / case["file"]).read_bytes()
    started, found, error = time.perf_counter(), None, ""
    try:
        found = read(content, path.name)
    except ResumeError as failure:
        error = str(failure)
    seconds = time.perf_counter() - started
    return Case(path.name, case["layout"], case["persona"], seconds, score(found, case["expected"]), error)


if __name__ == "__main__":
    sys.stdout.write(evaluate(Path(sys.argv[1])).render() + "\n")
