"""Sets of people changed by single statements: tags and columns. Each says whom it changed.

The rows' keys are made by the database here (their order says nothing), so that 5,000 of them are one statement.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from crm.tenancy.context import current_tenant_id

People = Sequence[UUID]

_TAG = """
INSERT INTO talent_candidatetag (id, tenant_id, created_at, candidate_id, tag_id)
SELECT gen_random_uuid(), c.tenant_id, now(), c.id, %(tag)s
FROM talent_candidate c WHERE c.tenant_id = %(tenant)s AND c.id = ANY (%(people)s)
ON CONFLICT (tenant_id, candidate_id, tag_id) DO NOTHING
RETURNING candidate_id, id
"""
_UNTAG = """
DELETE FROM talent_candidatetag
WHERE tenant_id = %(tenant)s AND tag_id = %(tag)s AND candidate_id = ANY (%(people)s)
  AND (%(rows)s::uuid[] IS NULL OR id = ANY (%(rows)s))
RETURNING candidate_id, id
"""
# The candidate repeats its tags and their words: see CandidateFields. A tag is one line of the text.
_WRITE_TAG = """
UPDATE talent_candidate SET
  tag_ids = (SELECT array_agg(DISTINCT t ORDER BY t) FROM unnest(tag_ids || %(tag)s::uuid) t),
  search_text = CASE WHEN search_text = '' THEN %(name)s ELSE search_text || E'\\n' || %(name)s END
WHERE tenant_id = %(tenant)s AND id = ANY (%(people)s)
"""
_STRIKE_TAG = """
UPDATE talent_candidate c SET
  tag_ids = array_remove(c.tag_ids, %(tag)s::uuid),
  search_text = CASE WHEN l.at IS NULL THEN c.search_text
                ELSE array_to_string(l.lines[:l.at - 1] || l.lines[l.at + 1:], E'\\n') END
FROM (
  SELECT id, lines, array_position(lines, %(name)s) AS at FROM (
    SELECT id, string_to_array(search_text, E'\\n') AS lines FROM talent_candidate
    WHERE tenant_id = %(tenant)s AND id = ANY (%(people)s)) split
) l WHERE c.tenant_id = %(tenant)s AND c.id = l.id
"""


# The names of columns come from _COLUMNS.
_SET = """
WITH old AS (SELECT * FROM talent_candidate WHERE tenant_id = %(tenant)s AND id = ANY (%(people)s)
             AND "{lead}" IS DISTINCT FROM %({lead})s FOR UPDATE)
UPDATE talent_candidate c SET {sets}, updated_at = now() FROM old
WHERE c.tenant_id = %(tenant)s AND c.id = old.id RETURNING c.id, jsonb_build_object({before})::text
"""
_PUT_BACK = """
UPDATE talent_candidate c SET {sets}, updated_at = now()
FROM (SELECT key, (jsonb_populate_record(NULL::talent_candidate, old::jsonb)).*
      FROM unnest(%(people)s::uuid[], %(befores)s::text[]) AS each (key, old)) old
WHERE c.tenant_id = %(tenant)s AND c.id = old.key AND c."{lead}" IS NOT DISTINCT FROM %(lead)s RETURNING c.id, 0
"""


def _run(statement: str, **facts: Any) -> list[tuple[UUID, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": current_tenant_id(), **facts})
        return cursor.fetchall() if cursor.description else []


def tag(people: People, tag_id: UUID, name: str) -> dict[UUID, str]:
    """Put a tag on people; {who did not have it: the key of the new row}."""
    fresh = {person: str(row) for person, row in _run(_TAG, tag=tag_id, people=list(people))}
    if fresh:
        _run(_WRITE_TAG, tag=tag_id, name=name, people=list(fresh))
    return fresh


def untag(people: People, tag_id: UUID, name: str, rows: Sequence[str] | None = None) -> list[UUID]:
    """Take a tag off people; who had it. With `rows`, only where it is still one of those."""
    gone = [person for person, _ in _run(_UNTAG, tag=tag_id, people=list(people), rows=_keys(rows))]
    if gone:
        _run(_STRIKE_TAG, tag=tag_id, name=name, people=gone)
    return gone


def _keys(rows: Sequence[str] | None) -> list[UUID] | None:
    return None if rows is None else [UUID(row) for row in rows]


_COLUMNS = frozenset(
    {"owner_id", "state", "job_search", "job_search_at", "job_search_origin", "seniority", "seniority_origin"}
)


def set_columns(people: People, values: dict[str, Any]) -> dict[UUID, dict[str, Any]]:
    """Set columns where the first of them is something else; {who was changed: what it was before}."""
    names = _known(values)
    sets = ", ".join(f'"{name}" = %({name})s' for name in names)
    before = ", ".join(f"'{name}', old.\"{name}\"" for name in names)
    changed = _run(_SET.format(lead=names[0], sets=sets, before=before), people=list(people), **values)
    return {person: json.loads(old) for person, old in changed}


def put_back(people: People, was: dict[str, Any], befores: Sequence[dict[str, Any]]) -> list[UUID]:
    """Give people back what they had, where the first column still is what it was set to; who got it back."""
    names = _known(was)
    sets = ", ".join(f'"{name}" = old."{name}"' for name in names)
    texts = [json.dumps(before) for before in befores]
    facts = {"people": list(people), "befores": texts, "lead": was[names[0]]}
    return [person for person, _ in _run(_PUT_BACK.format(lead=names[0], sets=sets), **facts)]


def _known(values: dict[str, Any]) -> list[str]:
    unknown = set(values) - _COLUMNS
    if unknown:
        raise ValueError(f"No bulk act sets {unknown}.")
    return list(values)
