"""Reads how far along people are from their titles and their years of work, in one statement for any number of people.

A title's words decide, the most modest first: an “Assistant to the CEO” is no executive. Where the title says nothing,
the years of work do, up to senior; where there are none either, nothing is known. What a hand or the person has said
is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction

from crm import events
from crm.actors import SYSTEM
from crm.services.everywhere import in_each
from crm.tenancy.context import current_tenant_id
from crm.tenancy.keys import cache_key
from talent.choices import Seniority
from talent.events import CANDIDATE_CHANGED

# (level, words of a title), asked in this order; `\m` and `\M` of PostgreSQL are the edges of a word.
TITLE_WORDS: tuple[tuple[int | None, str], ...] = (
    (Seniority.INTERN, r"intern|internship|trainee|apprentice|student|werkstudent(in)?|praktikant(in)?|stagiaire"),
    (Seniority.JUNIOR, r"junior|jr|graduate|entry[ -]level|einsteiger(in)?"),
    (None, r"assistant to|assistant of|executive assistant|personal assistant|account executive|lead generation"),
    (
        Seniority.EXECUTIVE,
        r"chief|c[eftoimp]o|cpo|ciso|chro|vp|svp|evp|vice president|president|founder|co-?founder|managing director"
        r"|geschäftsführer(in)?|vorstand",
    ),
    (Seniority.HEAD, r"head of|head|director|leiter(in)?|directeur|directrice|directora?"),
    (
        Seniority.LEAD,
        r"lead|principal|distinguished|team ?lead(er)?|tech ?lead|teamleiter(in)?|engineering manager"
        r"|staff (software|engineer|developer|designer|scientist|product|data|security|site)\w*|architect",
    ),
    (Seniority.SENIOR, r"senior|sr|experienced|expert"),
)
YEARS = ((2, Seniority.JUNIOR), (6, Seniority.MID))  # below so many years; beyond, senior
DAY = 86_400

_TITLE = "\n".join(
    f"WHEN title ~ '\\m({words})\\M' THEN {'by_years' if level is None else int(level)}" for level, words in TITLE_WORDS
)
_YEARS = " ".join(f"WHEN years < {limit} THEN {int(level)}" for limit, level in YEARS)
# Months that overlap count once; a year alone begins in January; what is no date is left out.
_DERIVE = rf"""
WITH worked AS (
    SELECT job.candidate_id, range_agg(daterange(job.began, greatest(job.ended, job.began), '[]')) AS spans
    FROM (
        SELECT candidate_id,
            left("start" || '-01-01', 10)::date AS began,
            CASE WHEN is_current THEN %(today)s::date
                ELSE left(coalesce(nullif("end", ''), "start") || '-01-01', 10)::date END AS ended
        FROM talent_employment
        WHERE tenant_id = (SELECT app.tenant()) AND (%(ids)s::uuid[] IS NULL OR candidate_id = ANY(%(ids)s))
            AND "start" ~ '^(19|20)\d\d(-(0[1-9]|1[0-2]))?$' AND "end" ~ '^((19|20)\d\d(-(0[1-9]|1[0-2]))?)?$'
    ) AS job
    WHERE job.began <= %(today)s
    GROUP BY job.candidate_id
), known AS (
    SELECT person.id, lower(person.current_title) AS title,
        (SELECT sum(upper(span) - lower(span)) / 365.25 FROM unnest(worked.spans) AS span) AS years
    FROM talent_candidate AS person LEFT JOIN worked ON worked.candidate_id = person.id
    WHERE person.tenant_id = (SELECT app.tenant()) AND (%(ids)s::uuid[] IS NULL OR person.id = ANY(%(ids)s))
        AND (person.seniority_origin = 'derived' OR (person.seniority_origin = '' AND person.seniority IS NULL))
), timed AS (
    SELECT id, title, CASE WHEN years IS NULL THEN NULL {_YEARS} ELSE {int(Seniority.SENIOR)} END AS by_years FROM known
), told AS (
    SELECT id, CASE WHEN title = '' THEN NULL {_TITLE} ELSE by_years END AS level FROM timed
)
UPDATE talent_candidate AS person
SET seniority = told.level, seniority_origin = CASE WHEN told.level IS NULL THEN '' ELSE 'derived' END
FROM told
WHERE person.id = told.id AND person.tenant_id = (SELECT app.tenant()) AND person.seniority IS DISTINCT FROM told.level
RETURNING person.id
"""  # noqa: S608 - of our own constants


def derive(candidate_ids: Iterable[UUID] | None, *, now: datetime) -> list[UUID]:
    """Read the level of these people anew, or of everybody (None); returns whose level is another one now.

    The caller tells of the change: no event is published here.
    """
    ids = None if candidate_ids is None else list(candidate_ids)
    with connection.cursor() as cursor:
        cursor.execute(_DERIVE, {"ids": ids, "today": now.date()})
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def keep(*, now: datetime) -> int:
    """Read everybody's level anew, at most once a day: years pass, and rules get better. Returns for how many."""
    if not cache.add(cache_key(current_tenant_id(), "seniority-kept", now.date()), 1, DAY):
        return 0
    changed = derive(None, now=now)
    events.publish_each(
        CANDIDATE_CHANGED, candidates=changed, occurred_at=now, actor=SYSTEM, data={"fields": ["seniority"]}
    )
    return len(changed)


def keep_tenants(*, now: datetime) -> None:
    """The same for each active tenant."""
    in_each(lambda: keep(now=now))
