"""Reports of providers: how many a second two web workers take in, and whether one is lost when they are killed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from crm.bench.rows import Row
from outreach.faults import reports
from outreach.faults.reports import Result

WORKERS, LEAST = 2, 500


def _run(events: int, kills: int) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        return reports.run(events=events, kills=kills, workers=WORKERS, log=Path(folder) / "web.log")


def taken_in(events: int) -> list[Row]:
    """One event a call, as most providers send them; each is in the database before it is answered."""
    quiet, beaten = _run(events, 0), _run(events // 4, 3)
    rate = quiet.per_second
    return [
        Row(f"reports of a provider, {events}", rate, "/s", f"{LEAST}/s", rate / LEAST, least=1.0),
        Row("reports lost, workers killed", beaten.lost, "", "none", beaten.lost, most=0),
    ]
