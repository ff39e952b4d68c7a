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
from sourcing.resumes.fields import ParsedResume
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
        for field, value in layouts.items():
            other = personas[field]
            lines.append(
                f"{field:28}{value.precision:14.3f}{value.recall:8.3f}{value.f1:8.3f}"
                f"{other.precision:17.3f}{other.recall:8.3f}{other.f1:8.3f}"
            )
        over_all = [sum(values.values(), Score()) for values in (layouts, personas)]
        lines.append(
            f"{'all values':28}"
            + "".join(
                f"{s.precision:{w}.3f}{s.recall:8.3f}{s.f1:8.3f}" for s, w in zip(over_all, (14, 17), strict=True)
            )
        )
        times = sorted(case.seconds * 1000 for case in self.cases) or [0.0]
        lines.append(
            f"\n{len(self.cases)} files, sandbox: {sandbox.kind_in_force()}, median {times[len(times) // 2]:.0f} ms, slowest {times[-1]:.0f} ms"
        )
        lines.append("\nworst files")
        lines += [
            f"{case.f1:6.3f}  {case.file}  {case.error}"
            for case in sorted(self.cases, key=lambda case: case.f1)[:worst]
        ]
        return "\n".join(lines)


def evaluate(folder: Path) -> Table:
    """Reads every file that `folder/labels.json` names. Pictures are left out: they need optical character recognition.

    `labels.json`: `{"cases": [{"file", "kind", "layout", "persona", "expected": {...}}]}`; `file` is relative to `folder`
    or to the folder above it.
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


def differences(found: ParsedResume) -> dict[str, Any]:
    """The fields as JSON, for looking at one file."""
    return found.to_json()


if __name__ == "__main__":
    sys.stdout.write(evaluate(Path(sys.argv[1])).render() + "\n")
