"""The kit of benches: fair rounds, honest rows, nothing left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from crm.bench import measure, rows, scratch
from crm.bench.rows import Options, Row
from crm.models import Tenant

QUIET = Options(candidates=10, say=lambda words: None)


@pytest.fixture
def benches(monkeypatch: pytest.MonkeyPatch) -> dict[str, rows.Bench]:
    """No benches but those that the test puts in."""
    empty: dict[str, rows.Bench] = {}
    monkeypatch.setattr("crm.management.commands.bench.BENCHES", empty)
    return empty


def test_rivals_take_turns() -> None:
    order: list[str] = []

    measure.interleaved({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=3)

    turns = [name for place, name in enumerate(order) if place == 0 or order[place - 1] != name]
    assert turns == ["a", "b"] * 4


@pytest.mark.parametrize(
    ("ratio", "most", "goal", "met"),
    [(1.2, 1.2, "<= 1.2", True), (1.21, 1.2, "<= 1.2", False), (9.0, None, "", None), (None, 2.0, "<= 2", None)],
)
def test_goal_is_met_by_the_ratio(ratio: float | None, most: float | None, goal: str, met: bool | None) -> None:
    row = Row("r", 1.0, "ms", "2 ms", ratio, most)

    assert (row.goal, row.met) == (goal, met)


@pytest.mark.parametrize(("ratio", "met"), [(0.35, True), (0.34, False)])
def test_goal_may_be_a_ratio_at_least(ratio: float, met: bool) -> None:
    row = Row("r", 1.0, "/s", "3/s", ratio, least=0.35)

    assert (row.goal, row.met) == (">= 0.35", met)


def test_spread_has_percentiles() -> None:
    spread = measure.Spread([n / 100 for n in range(101)])

    assert (spread.p50, spread.p95) == (0.5, 0.95)


def test_varied_questions_take_turns_in_pairs() -> None:
    order: list[str] = []
    rivals = {name: [lambda said=f"{name}{n}": order.append(said) for n in range(2)] for name in "ab"}

    took = measure.varied(rivals, rounds=2)

    assert order == ["a0", "b0"] * 3 + ["a1", "b1"] * 3
    assert [len(spread.seconds) for spread in took.values()] == [2, 2]


def test_kept_database_is_filled_once(committed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(scratch, "NAME", f"{connections['default'].settings_dict['NAME']}_kept")
    fills: list[int] = []
    made_by = Path(measure.__file__).parent
    for fresh in (False, False, True):
        with scratch.kept(7, made_by=made_by, fill=lambda: fills.append(Tenant.objects.count()), fresh=fresh):
            Tenant.objects.get_or_create(slug="kept", defaults={"name": "Kept"})
    with scratch.connect("owner", "postgres") as owner:
        for name in scratch.known(f"{scratch.NAME}_7_"):
            scratch.drop(owner, name)

    assert fills == [0, 0]


def test_rows_are_printed_in_columns() -> None:
    printed = rows.table(
        [Row("short", 1, "ms", "2 ms", 0.5, 1.2, p50=1, p95=3), Row("a longer name", 20, "ms", "1 ms", 20, 1.2)]
    )

    assert printed.splitlines() == [
        "bench          value     against  ratio  goal    met  p50 ms  p95 ms",
        "short          1.00 ms   2 ms     0.50   <= 1.2  yes  1.00    3.00",
        "a longer name  20.00 ms  1 ms     20.00  <= 1.2  NO",
    ]


def test_command_writes_the_rows_and_fails_for_a_missed_goal(benches: dict[str, rows.Bench], tmp_path: Path) -> None:
    benches["slow"] = lambda options: [Row("slow", 3, "ms", "1 ms", 3, 2)]

    with pytest.raises(CommandError, match="Goals missed: slow"):
        call_command("bench", "slow", json=tmp_path / "rows.json")

    written = json.loads((tmp_path / "rows.json").read_text())
    fact = {"name": "slow", "value": 3, "unit": "ms", "against": "1 ms", "ratio": 3, "goal": "<= 2", "met": False}
    fact |= {"p50": None, "p95": None, "error": ""}
    assert written == [fact]


def test_measure_that_fails_is_a_row_and_loses_no_other(benches: dict[str, rows.Bench], tmp_path: Path) -> None:
    def half(options: Options) -> Iterator[Row]:
        yield Row("first", 1, "ms", "2 ms", 0.5, 1)
        yield from rows.told("second", lambda: [Row("never", 1 / 0, "", "")], options.say)

    benches |= {"a": half, "b": lambda options: [Row("third", 1, "ms", "2 ms", 0.5, 1)]}

    with pytest.raises(CommandError, match=r"Goals missed: second$"):
        call_command("bench", json=tmp_path / "rows.json")

    written = [(row["name"], row["error"]) for row in json.loads((tmp_path / "rows.json").read_text())]
    assert written == [("first", ""), ("second", "ZeroDivisionError: division by zero"), ("third", "")]


def test_command_names_the_benches_there_are(benches: dict[str, rows.Bench]) -> None:
    benches["quick"] = lambda options: []

    with pytest.raises(CommandError, match=r"No bench is called lost\. There are: quick\."):
        call_command("bench", "lost")


def test_scratch_database_is_empty_and_its_own(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    own = str(connections["default"].settings_dict["NAME"])
    monkeypatch.setattr(scratch, "NAME", f"{own}_bench")
    Tenant.objects.create(slug="acme", name="Acme")

    with scratch.database():
        inside = Tenant.objects.count()

    assert (inside, Tenant.objects.count(), connections["default"].settings_dict["NAME"]) == (0, 1, own)
    with scratch.connect("owner", "postgres") as owner:
        assert owner.execute("SELECT FROM pg_database WHERE datname = %s", [f"{own}_bench"]).fetchall() == []
