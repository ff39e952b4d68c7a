"""`manage.py bench outreach`: the engine of sending, each figure beside its limit in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crm.bench.rows import Options, Row, bench, told
from outreach.bench import draining, enrolling, reporting, simulating, waiting
from outreach.bench.stage import Stage, stage


@bench("outreach")
def engine(options: Options) -> Iterator[Row]:
    """Sizes follow `--candidates`: a million people stand for 20,000 mails that are due."""
    mails = max(500, options.candidates // 50)
    with stage(options.candidates) as here:
        for what, measure in measures(here, mails).items():
            yield from told(what, measure, options.say)


def measures(here: Stage, mails: int) -> dict[str, Callable[[], list[Row]]]:
    return {
        "enrolling": lambda: enrolling.enrol(here),
        "the drain": lambda: [draining.drain(here, mails, seconds=0, connections=16, least=0.4)],
        "the drain, two lines": lambda: [draining.drain(here, mails // 4, seconds=0, connections=2, least=0.4)],
        "the drain, slow": lambda: [draining.drain(here, mails, seconds=0.02, connections=8, least=0.9)],
        "what waits": lambda: waiting.waiting(here),
        "reports": lambda: reporting.taken_in(max(400, mails // 5)),
        "the simulator": lambda: simulating.simulate(here),
    }
