"""Keeps what search and filters read on the candidate's row: skill keys, tag ids and the text of full-text search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Model

from crm import at_once
from crm.at_once import Computed
from talent.choices_notes import NoteVisibility
from talent.models import Candidate
from talent.services import passages

DOCUMENT_LETTERS = 200_000  # PostgreSQL refuses a tsvector above 1 MB
AT_ONCE = 500

_OF = "held.tenant_id = person.tenant_id AND held.candidate_id = person.id"
_NAMED = f"""FROM talent_candidateskill AS held JOIN talent_skill AS named
    ON named.tenant_id = held.tenant_id AND named.id = held.skill_id WHERE {_OF}"""
_LABELLED = f"""FROM talent_candidatetag AS held JOIN talent_tag AS named
    ON named.tenant_id = held.tenant_id AND named.id = held.tag_id WHERE {_OF}"""
_SAID = f"""FROM talent_fieldvalue AS held JOIN talent_fielddefinition AS definition
    ON definition.tenant_id = held.tenant_id AND definition.id = held.definition_id
    WHERE {_OF} AND definition.view_roles = '{{}}' AND definition.archived_at IS NULL"""
# What is found in the rows that hang off a person: (the text of a row, where the rows are).
# What only some may see, or one alone (restricted fields, private labels, notes not for all), is left out: search shows
# itself to all.
_WORDS = (
    ("named.name", _NAMED),
    ("named.name", _LABELLED),
    ("held.value", f"FROM talent_contactpoint AS held WHERE {_OF}"),
    (
        "concat_ws(E'\\n', nullif(held.title, ''), nullif(held.company, ''))",
        f"FROM talent_employment AS held WHERE {_OF}",
    ),
    (
        "concat_ws(E'\\n', nullif(held.institution, ''), nullif(held.degree, ''))",
        f"FROM talent_education AS held WHERE {_OF}",
    ),
    ("held.text", f"FROM talent_note AS held WHERE {_OF} AND held.visibility = '{NoteVisibility.TEAM.value}'"),
    (f"left(held.text, {DOCUMENT_LETTERS})", f"FROM talent_document AS held WHERE {_OF} AND held.replaced_at IS NULL"),
    ("held.text", f"FROM talent_candidatefact AS held WHERE {_OF}"),
    ("held.text", _SAID),
)
_OWN = ("name", "headline", "current_title", "current_company", "location", "summary")
_TEXTS = ",\n".join(
    [
        *(f"nullif(person.{column}, '')" for column in _OWN),
        *(f"(SELECT string_agg(nullif({text}, ''), E'\\n' ORDER BY held.id) {rows})" for text, rows in _WORDS),
    ]
)
_REPEATED = {
    "skill_keys": f"coalesce((SELECT array_agg(named.key ORDER BY named.key) {_NAMED}), '{{}}')",
    "tag_ids": f"coalesce((SELECT array_agg(held.tag_id ORDER BY held.tag_id) {_LABELLED}), '{{}}')",
    "search_text": f"concat_ws(E'\\n', {_TEXTS})",
}
_REBUILD = f"""
UPDATE talent_candidate AS person
SET {", ".join(f"{column} = {said}" for column, said in _REPEATED.items())}
WHERE person.tenant_id = (SELECT app.tenant()) AND person.id = ANY(%(ids)s)
RETURNING person.id
"""  # noqa: S608 - of our own constants


_COMPUTED = Computed("person", tuple(_REPEATED.items()), ("skill_keys", "tag_ids"))


def insert(person: Candidate, *others: Sequence[Model]) -> None:
    """Write somebody new in one statement with the rows that own the facts: `skill_keys`, `tag_ids` and `search_text`
    are read off these, so that every index is written once. The keys are on the object afterwards; the long text is
    not.
    """
    [(person.skill_keys, person.tag_ids)] = at_once.insert(*others, [person], computed=_COMPUTED)
    person.__dict__.pop("search_text", None)


def rebuild(candidate_ids: Iterable[UUID]) -> None:
    """Write `skill_keys`, `tag_ids` and `search_text` of these people anew, from the rows that own the facts."""
    ids = list(candidate_ids)
    written: list[UUID] = []
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            cursor.execute(_REBUILD, {"ids": ids[start : start + AT_ONCE]})
            written += [row[0] for row in cursor.fetchall()]
    passages.mark_stale(written)


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
