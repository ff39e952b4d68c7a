"""Custom fields: which there are, and what they say about people."""

from __future__ import annotations

from django.db.models import QuerySet

from talent.models import FieldDefinition, FieldValue


def definitions() -> list[FieldDefinition]:
    """The fields of the workspace that are in use, in their order: what forms, lists, filters and imports offer."""
    return list(FieldDefinition.objects.in_use())


def rows(definition: FieldDefinition) -> QuerySet[FieldValue]:
    """The values of one field, for filters: by `candidate_id`, with the value in `definition.column`.

    text and url: `text` (indexed as it is, and by its trigrams as `app.plain(text)`); choice: `text`; choices: `texts`
    (GIN); number: `number`; date: `day`; boolean: `flag`. Every index begins with tenant and definition.
    """
    return FieldValue.objects.of(definition)
