"""The measuring itself: right, invented and missed values, and one weight for each layout."""

import json
from pathlib import Path
from typing import Any

from sourcing.resumes.evaluate import Case, Table, evaluate
from sourcing.resumes.scoring import Score
from tests.sourcing import resume_files as files

EXPECTED: dict[str, Any] = {
    "name": "nora  testmann",
    "emails": ["nora.testmann@example.com"],
    "phones": [],
    "location": "Hamburg Germany",
    "skills": ["Python", "Rust"],
    "experience": [
        {"title": "Backend Engineer", "company": "Elbe Software GmbH", "start": "2019-01", "end": "present"},
        {"title": "Tester", "company": "Alster Labs", "start": "2016-03", "end": "2018-12"},
    ],
}


def _folder(path: Path) -> Path:
    cases = [{"file": "cv.txt", "kind": "resume", "layout": "plain", "persona": "nora", "expected": EXPECTED}]
    (path / "cv.txt").write_text(files.TEXT, encoding="utf-8")
    picture = {"file": "none.jpg", "kind": "resume_image", "layout": "x", "persona": "x", "expected": {}}
    (path / "labels.json").write_text(json.dumps({"cases": [*cases, picture]}), encoding="utf-8")
    return path


def test_evaluate_counts_right_invented_and_missed(tmp_path: Path) -> None:
    [case] = evaluate(_folder(tmp_path)).cases

    assert case.scores["name"] == Score(right=1)
    assert case.scores["location"] == Score(right=1)
    assert case.scores["phones"] == Score(invented=1)
    assert case.scores["skills (recall)"] == Score(right=1, missed=1)
    assert case.scores["experience title"] == Score(right=1, invented=1, missed=1)
    assert case.scores["experience end"] == Score(right=2)


def test_table_gives_each_layout_one_weight() -> None:
    many = [Case(f"{n}", "a", f"p{n}", 0.1, {"name": Score(right=1)}) for n in range(3)]
    table = Table([*many, Case("4", "b", "p4", 0.1, {"name": Score(missed=1)})])

    assert table.by("layout")["name"] == Score(right=1, missed=1)
    assert table.by("persona")["name"] == Score(right=3, missed=1)
    assert table.by("layout")["name"].recall == 0.5
