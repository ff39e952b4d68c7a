"""The scheduler: whatever sweeps is woken."""

from __future__ import annotations

from crm.settings.schedule import BEAT_SCHEDULE
from crm.wiring_work import SWEEPS


def test_every_sweep_is_woken_and_none_that_is_not_there() -> None:
    woken = {name for one in BEAT_SCHEDULE.values() for name in one["args"]}

    assert woken == set(SWEEPS)
