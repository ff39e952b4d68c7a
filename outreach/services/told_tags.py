"""Merge tags of what people told us: the workspace's own fields, and facts, promises and questions that stand.

Fields that only some roles may see are never told: a mail has readers of whom nobody knows the role.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import get_text_list

from crm.tenancy.many import among
from outreach.services.merge_tags import MergeContext, MergeTag
from talent.choices import FactKind, FieldType
from talent.filters.clock import here
from talent.models import Candidate, CandidateFact, FieldDefinition, FieldValue
from talent.models.custom_fields import FIELD_KEY

_KEY = re.compile(FIELD_KEY.regex)
_EXAMPLES: Mapping[str, str] = {
    FieldType.TEXT: "three months",
    FieldType.URL: "https://example.com/",
    FieldType.NUMBER: "3",
    FieldType.DATE: "3 December 2026",
    FieldType.BOOLEAN: "yes",
}


T = TypeVar("T", FieldValue, CandidateFact)


def own_fields(people: Sequence[Candidate], now: datetime) -> dict[UUID, list[FieldValue]]:
    """What the workspace's own fields say about these people, as far as everybody may know."""
    rows = FieldValue.objects.for_everybody().filter(among("candidate", [one.pk for one in people]))
    return _by_person(rows.select_related("definition"))


def facts(people: Sequence[Candidate], now: datetime) -> dict[UUID, list[CandidateFact]]:
    """The facts about these people that stand that day, the newest first."""
    rows = CandidateFact.objects.standing(here(now).today)
    return _by_person(rows.filter(among("candidate", [one.pk for one in people])))


def _by_person(rows: Iterable[T]) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = {}
    for row in rows:
        found.setdefault(row.candidate_id, []).append(row)
    return found


def in_words(value: object) -> str | None:
    """What a field says, as it stands in a sentence. “No” is nothing, so that `{% if %}` reads it as people do."""
    if isinstance(value, bool):
        return "yes" if value else None
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return get_text_list(value, "and")
    return None if value is None else str(value)


def _said(key: str) -> Callable[[MergeContext], str | None]:
    def value(context: MergeContext) -> str | None:
        rows: Sequence[FieldValue] = context.read(own_fields) or ()
        return next((in_words(row.value) for row in rows if row.definition.key == key), None)

    return value


class CustomTags:
    """The workspace's own fields, as `custom.<key>`."""

    prefix = "custom."

    def tag(self, name: str) -> MergeTag | None:
        key = name.removeprefix(self.prefix)
        return MergeTag(name, key, key, _said(key)) if _KEY.fullmatch(key) else None

    def own(self, name: str) -> MergeTag | None:
        found = self._offered().filter(key=name.removeprefix(self.prefix)[:41]).first()
        return self._of(found) if found else None

    def every(self) -> list[MergeTag]:
        return [self._of(one) for one in self._offered()]

    def _offered(self) -> QuerySet[FieldDefinition]:
        return FieldDefinition.objects.in_use().filter(view_roles=[])

    def _of(self, definition: FieldDefinition) -> MergeTag:
        example = _EXAMPLES.get(definition.type) or in_words(definition.choices[:2]) or definition.name
        return MergeTag(f"{self.prefix}{definition.key}", definition.name, example, _said(definition.key))


def _newest(*kinds: str) -> Callable[[MergeContext], str | None]:
    def value(context: MergeContext) -> str | None:
        rows: Sequence[CandidateFact] = context.read(facts) or ()
        return next((row.text for row in rows if not kinds or row.kind in kinds), None)

    return value


FACT_TAGS = (
    MergeTag("newest_fact", "Newest fact, promise or question", "asked about the budget for courses", _newest()),
    MergeTag("fact", "Newest fact", "wants to stay in Lyon", _newest(FactKind.FACT)),
    MergeTag("promise", "Newest open promise of ours", "we send the paper on drills", _newest(FactKind.PROMISE)),
    MergeTag("question", "Newest open question", "would you move for the right job?", _newest(FactKind.QUESTION)),
)
