"""`manage.py bench talent`: what recruiters wait for, at any size, each beside a reference of the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.utils import timezone

from crm.bench.rows import Options, Row, bench, told
from talent.bench import api, counting, finding, growing, meaning, members, merging, pages, serving
from talent.bench.stage import Stage, stage, tidy


@bench("talent")
def community(options: Options) -> Iterator[Row]:
    """Every row on one stage, then those that need several. A measure that fails is a row; the others go on."""
    now = timezone.now()
    with stage(options) as here:
        for what, measure in measures(here, now, options.say).items():
            yield from told(what, measure, options.say)
        tidy(here)
    yield from told("growth", partial(growing.growth, options, now), options.say)
    yield from told("a small tenant", partial(growing.neighbours, options), options.say)


def measures(here: Stage, now: datetime, say: Callable[[str], None]) -> dict[str, Callable[[], list[Row]]]:
    """What only reads comes first; what writes leaves the people as they were, so that the next run finds them."""
    return {
        "counts of segments": lambda: counting.counts(here, now),
        "search": lambda: finding.search(here, now),
        "search by meaning": lambda: meaning.search(here, now, say),
        "list pages": lambda: pages.lists(here),
        "pages as they are served": lambda: serving.served(here),
        "lists by API": lambda: api.lists(here, now),
        "the page of a person": lambda: pages.person(here),
        "plans": lambda: growing.plans(here),
        "counts against documents": lambda: counting.against_documents(here, now),
        "membership after changes": lambda: [members.after_changes(here, now)],
        "membership of one person": lambda: [members.one_person(here, now)],
        "membership whole": lambda: [members.whole(here, now)],
        "merging": lambda: merging.merging(here, now),
        "new people by API": lambda: api.creates(here, now),
    }
