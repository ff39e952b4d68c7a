"""`manage.py bench talent`: what recruiters wait for, at any size, each beside a reference of the same run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from crm.bench.rows import Options, Row, bench
from talent.bench import counting, finding, growing, members, merging, pages
from talent.bench.stage import Stage, stage


@bench("talent")
def community(options: Options) -> list[Row]:
    """Every row on one stage, then those that need several."""
    now, rows = timezone.now(), list[Row]()
    with stage(options) as here:
        for what, measure in measures(here, now).items():
            options.say(f"measuring {what} ...")
            rows += measure()
    options.say("measuring growth ...")
    rows += growing.growth(options, now)
    options.say("measuring a small tenant ...")
    return rows + growing.neighbours(options)


def measures(here: Stage, now: datetime) -> dict[str, Callable[[], list[Row]]]:
    return {
        "counts of segments": lambda: counting.counts(here, now),
        "counts against documents": lambda: counting.against_documents(here, now),
        "membership": lambda: members.members(here, now),
        "merging": lambda: merging.merging(here, now),
        "list pages": lambda: pages.lists(here),
        "the API": lambda: pages.rest(here, now),
        "the page of a person": lambda: pages.person(here),
        "search": lambda: finding.search(here, now),
        "plans": lambda: growing.plans(here),
    }
