"""Reads, checks and writes what custom fields say about people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from crm import events, together
from crm.actors import Actor
from crm.services import audit
from crm.together import Asked
from crm.unseen import one_line
from talent.choices import FieldType
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, FieldDefinition, FieldValue, Provenance
from talent.models.custom_fields import COLUMN_OF, LONGEST
from talent.services import search_text

YES = {"yes", "y", "true", "1", "on", "x", "ja", "oui", "sí", "si"}
NO = {"no", "n", "false", "0", "off", "nein", "non"}


class BadValues(ValueError):
    """Some values cannot be kept: {key: a sentence in the user's words}."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


def _text(field: FieldDefinition, value: object) -> str:
    text = one_line(str(value))
    if len(text) > LONGEST:
        raise ValueError(f"{LONGEST} letters are the most.")
    if "\x00" in str(value):
        raise ValueError("This holds a character that cannot be stored.")
    if field.pattern and not _fits(field.pattern, text):
        raise ValueError(f"“{text[:40]}” does not have the form {field.pattern} (9: digit, A: letter, *: either).")
    return text


def _fits(pattern: str, text: str) -> bool:
    """Does the text have that form? `9` is a digit, `A` a letter, `*` either; all else stands for itself.

    No regular expression: nobody may make a worker think for hours.
    """
    ask: dict[str, Callable[[str], bool]] = {"9": str.isdecimal, "A": str.isalpha, "*": str.isalnum}
    return len(pattern) == len(text) and all(
        ask[sign](letter) if sign in ask else sign == letter for sign, letter in zip(pattern, text, strict=True)
    )


def _number(field: FieldDefinition, value: object) -> Decimal:
    try:
        number = Decimal(str(value).replace("\u202f", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"“{str(value)[:40]}” is not a number.") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 14:
        raise ValueError("This number is too large to keep.")
    if field.minimum is not None and number < field.minimum:
        raise ValueError(f"{field.minimum.normalize():f} is the least.")
    if field.maximum is not None and number > field.maximum:
        raise ValueError(f"{field.maximum.normalize():f} is the most.")
    return round(number, 6)


def _day(field: FieldDefinition, value: object) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise ValueError(f"“{str(value)[:40]}” is not a date; write it as 2026-03-31.") from None
    if field.earliest and day < field.earliest:
        raise ValueError(f"{field.earliest.isoformat()} is the earliest.")
    if field.latest and day > field.latest:
        raise ValueError(f"{field.latest.isoformat()} is the latest.")
    return day


def _flag(field: FieldDefinition, value: object) -> bool:
    word = str(value).strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise ValueError(f"“{str(value)[:40]}” is neither yes nor no.")


def _choice(field: FieldDefinition, value: object) -> str:
    text = one_line(str(value))
    found = next((c for c in field.choices if c.casefold() == text.casefold()), None)
    if found is None:
        raise ValueError(f"“{text[:40]}” is not one of: {', '.join(field.choices)[:200]}.")
    return found


def _choices(field: FieldDefinition, value: object) -> list[str]:
    said = value if isinstance(value, list | tuple) else re.split(r"[;|\n]", str(value))
    return list(dict.fromkeys(_choice(field, one) for one in said if str(one).strip()))


def _url(field: FieldDefinition, value: object) -> str:
    text = _text(field, value)
    whole, wrong = text if "://" in text else f"https://{text}", ValueError(f"“{text[:40]}” is not a web address.")
    try:
        parts = urlsplit(whole)
        host = parts.hostname or ""
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or "." not in host or " " in text:
        raise wrong
    return whole[:LONGEST]


_READ: Mapping[str, Callable[[FieldDefinition, object], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _day,
    FieldType.BOOLEAN: _flag,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.URL: _url,
}


def read(field: FieldDefinition, value: object) -> Any:
    """The value in its type, None where nothing is said. Raises ValueError with a sentence."""
    empty = value is None or (isinstance(value, str) and not value.strip()) or value in ([], ())
    if empty and field.is_required:
        raise ValueError("This is needed.")
    return None if empty else _READ[field.type](field, value)


def _seen(role: str | None) -> list[FieldDefinition]:
    fields = FieldDefinition.objects.in_use()
    return [f for f in fields if role is None or f.may_be_seen(role)]


def check(values: Mapping[str, object], role: str | None) -> dict[FieldDefinition, Any]:
    """{field: typed value} of what a role sends by key; `role` None is the system itself. Raises BadValues."""
    known = {field.key: field for field in _seen(role)}
    checked, problems = {}, {}
    for key, value in values.items():
        field = known.get(key)
        if field is None:
            problems[key[:40]] = f"There is no field “{key[:40]}”."
        elif role is not None and not field.may_be_edited(role):
            problems[key] = f"{field.name}: your role may not change this."
        else:
            try:
                checked[field] = read(field, value)
            except ValueError as error:
                problems[key] = f"{field.name}: {error}"
    if problems:
        raise BadValues(problems)
    return checked


@transaction.atomic
def put(*, candidate: Candidate, values: Mapping[str, object], role: str | None, by: Actor, now: datetime) -> list[str]:
    """Set custom fields of a person by key; an empty value clears one. Returns the keys that changed.

    Raises BadValues, and then nothing is written.
    """
    checked = check(values, role)
    had = {row.definition_id: row for row in FieldValue.objects.filter(candidate=candidate)}
    changed = [f for f, new in checked.items() if (had[f.pk].value if f.pk in had else None) != new]
    if not changed:
        return []
    for field in changed:
        _write(candidate, field, checked[field], had.get(field.pk))
    Provenance.objects.bulk_create(
        Provenance(candidate=candidate, field=f.provenance_name, value=str(checked[f])[:400], origin=by.label[:120])
        for f in changed
    )
    _tell([candidate.pk], [f.key for f in changed], by, now)
    return [f.key for f in changed]


def fill(
    *, candidate: Candidate, values: Mapping[str, object], role: str | None, by: Actor, now: datetime
) -> list[str]:
    """The same for what a machine or a file says of somebody who may be known: only what is empty is filled."""
    if not values:
        return []
    check(values, role)
    known = {row.definition.key for row in FieldValue.objects.filter(candidate=candidate).select_related("definition")}
    empty = {key: value for key, value in values.items() if key not in known}
    return put(candidate=candidate, values=empty, role=role, by=by, now=now) if empty else []


def fitting(values: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """The values that can be kept, and a sentence about each of the others: for files, where one slip stops nothing."""
    try:
        check(values, None)
    except BadValues as error:
        return {key: v for key, v in values.items() if key[:40] not in error.problems}, list(error.problems.values())
    return dict(values), []


def _write(candidate: Candidate, field: FieldDefinition, value: Any, row: FieldValue | None) -> None:
    if value is None:
        FieldValue.objects.filter(candidate=candidate, definition=field).delete()
        return
    row = row or FieldValue(candidate=candidate, definition=field)
    setattr(row, field.column, value)
    row.save()


def _tell(people: Sequence[UUID], keys: Iterable[str], by: Actor, now: datetime) -> None:
    search_text.rebuild(people)
    names = sorted(f"custom.{key}" for key in keys)
    events.publish_each(CANDIDATE_CHANGED, candidates=people, occurred_at=now, actor=by, data={"fields": names})
    for person in people:
        audit.record(action="candidate.change", by=by, object_type="talent.candidate", object_id=person, fields=names)


def rows(candidate: Candidate, values: Mapping[FieldDefinition, Any]) -> list[FieldValue]:
    """Values as rows not yet written, for people who come in by the thousand."""
    return [
        FieldValue(candidate=candidate, definition=field, **{COLUMN_OF[FieldType(field.type)]: value})
        for field, value in values.items()
        if value is not None
    ]


def of(candidate: Candidate, role: str | None) -> dict[str, Any]:
    """{key: value} of the fields that a role may see, None where nothing is said; for the API."""
    fields, said = asks(candidate.pk)
    return _by_key(together.rows(fields), together.rows(said), role)


def of_newcomer(fields: Asked[FieldDefinition], role: str | None) -> dict[str, Any]:
    """The same for somebody of whom nothing is said yet; `fields` are those `in_use`."""
    return _by_key(together.rows(fields), [], role)


def _by_key(fields: Iterable[FieldDefinition], said: Iterable[FieldValue], role: str | None) -> dict[str, Any]:
    values = {row.definition_id: row.value for row in said}
    return {f.key: values.get(f.pk) for f in fields if role is None or f.may_be_seen(role)}


@together.planned
def asks(person: UUID) -> tuple[Asked[FieldDefinition], Asked[FieldValue]]:
    """What `of` asks: the fields there are, and what is said of the person."""
    return FieldDefinition.objects.in_use(), FieldValue.objects.filter(candidate_id=person)


@together.planned
def in_use() -> Asked[FieldDefinition]:
    """The fields there are."""
    return FieldDefinition.objects.in_use()


def of_many(candidate_ids: Sequence[UUID], role: str | None) -> dict[UUID, dict[str, Any]]:
    """{person: {key: value}} of what a role may see, for columns of lists and exports: two queries."""
    fields = {field.pk: field.key for field in _seen(role)}
    found: dict[UUID, dict[str, Any]] = {}
    for row in FieldValue.objects.filter(candidate__in=candidate_ids, definition__in=list(fields)):
        found.setdefault(row.candidate_id, {})[fields[row.definition_id]] = row.value
    return found
