"""Keeps what search and filters read on the candidate's row: skill keys, tag ids and the text of full-text search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from talent.models import (
    Candidate,
    CandidateFact,
    CandidateSkill,
    CandidateTag,
    ContactPoint,
    Document,
    Education,
    Employment,
    FieldValue,
    Note,
)
from talent.services import passages

DOCUMENT_LETTERS = 200_000  # PostgreSQL refuses a tsvector above 1 MB


def rebuild(candidate_ids: Iterable[UUID]) -> None:
    """Write `skill_keys`, `tag_ids` and `search_text` of these people anew, from the rows that own the facts."""
    ids = list(candidate_ids)
    keys: dict[UUID, list[str]] = defaultdict(list)
    tags: dict[UUID, list[UUID]] = defaultdict(list)
    words: dict[UUID, list[str]] = defaultdict(list)
    for person, key, name in CandidateSkill.objects.filter(candidate__in=ids).values_list(
        "candidate_id", "skill__key", "skill__name"
    ):
        keys[person].append(key)
        words[person].append(name)
    for person, tag, name in CandidateTag.objects.filter(candidate__in=ids).values_list(
        "candidate_id", "tag_id", "tag__name"
    ):
        tags[person].append(tag)
        words[person].append(name)
    _collect(words, ids)
    people = list(Candidate.objects.filter(pk__in=ids))
    for person in people:
        person.skill_keys, person.tag_ids = sorted(keys[person.pk]), sorted(tags[person.pk])
        own = [
            person.name,
            person.headline,
            person.current_title,
            person.current_company,
            person.location,
            person.summary,
        ]
        person.search_text = "\n".join(p for p in [*own, *words[person.pk]] if p)
    Candidate.objects.bulk_update(people, ["skill_keys", "tag_ids", "search_text"], batch_size=500)
    passages.mark_stale([person.pk for person in people])


def _collect(words: dict[UUID, list[str]], ids: Sequence[UUID]) -> None:
    """Add the texts of contact points, jobs, schools, notes, documents, facts and custom fields.

    What only some may see, or one alone (restricted fields, private labels), is left out: search shows itself to all.
    """
    sources = (
        (ContactPoint.objects.filter(candidate__in=ids), ("value",)),
        (Employment.objects.filter(candidate__in=ids), ("title", "company")),
        (Education.objects.filter(candidate__in=ids), ("institution", "degree")),
        (Note.objects.filter(candidate__in=ids), ("text",)),
        (Document.objects.current().filter(candidate__in=ids), ("text",)),
        (CandidateFact.objects.filter(candidate__in=ids), ("text",)),
        (FieldValue.objects.for_everybody().filter(candidate__in=ids), ("text",)),
    )
    for rows, columns in sources:
        for person, *texts in rows.values_list("candidate_id", *columns):
            words[person].extend(text[:DOCUMENT_LETTERS] for text in texts if text)


def rekey(candidate_ids: Iterable[UUID], *, also_called: str) -> None:
    """Write `skill_keys` and `tag_ids` of any number of people anew, in one statement, and let search find the name.

    For what is renamed or merged: the old name stays among the words until the person is next rebuilt.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE talent_candidate AS person
            SET skill_keys = coalesce((
                    SELECT array_agg(skill.key ORDER BY skill.key)
                    FROM talent_candidateskill AS claim JOIN talent_skill AS skill ON skill.id = claim.skill_id
                    WHERE claim.tenant_id = person.tenant_id AND claim.candidate_id = person.id), '{}'),
                tag_ids = coalesce((
                    SELECT array_agg(put.tag_id ORDER BY put.tag_id)
                    FROM talent_candidatetag AS put
                    WHERE put.tenant_id = person.tenant_id AND put.candidate_id = person.id), '{}'),
                search_text = CASE WHEN position(%(name)s IN person.search_text) > 0 THEN person.search_text
                    ELSE person.search_text || E'\\n' || %(name)s END,
                updated_at = now()
            WHERE person.tenant_id = (SELECT app.tenant()) AND person.id = ANY(%(ids)s)
            """,
            {"ids": list(candidate_ids), "name": also_called},
        )
