"""Fields of people that a plan may set to one value: what inline edit knows, and the workspace's own fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from crm.actors import Actor
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from crm.unseen import one_line
from talent.choices import JobSearchStatus, RelationshipState, Seniority
from talent.models import Candidate, FieldDefinition
from talent.services import candidates as people
from talent.services import columns, custom_fields, field_values

CUSTOM = "custom."  # before the key of a custom field, as in provenance
LONGEST = 200
NEVER_EMPTY = ("state",)
LABELS = {column.edits: column.label for column in columns.COLUMNS.values() if column.edits}


class NotSettable(ValueError):
    """The field, or the value, cannot be set; the message says why."""


@dataclass(frozen=True)
class Settable:
    """One field. `read` gives a value as JSON keeps it and raises ValueError; `words` are that value in words."""

    key: str
    label: str
    read: Callable[[object], Any]
    words: Callable[[Any], str] = str
    may_be_empty: bool = True
    definition: FieldDefinition | None = None  # of a custom one

    def checked(self, value: object) -> Any:
        """The value to keep, None for an empty one. Raises NotSettable."""
        if value in (None, "", []):
            if not self.may_be_empty:
                raise NotSettable(f"{self.label} cannot be empty.")
            return None
        try:
            return self.read(value)
        except ValueError as error:
            raise NotSettable(f"{self.label}: {error}") from error


def _text(value: object) -> str:
    text = one_line(str(value))
    if len(text) > LONGEST or "\x00" in str(value):
        raise ValueError(f"{LONGEST} letters are the most.")
    return text


def _one_of(choices: type[models.Choices], cast: Callable[[Any], Any]) -> Callable[[object], Any]:
    def read(value: object) -> Any:
        try:
            return choices(cast(str(value))).value
        except ValueError:
            raise ValueError(f"“{str(value)[:40]}” is not one of its values.") from None

    return read


def _label_of(choices: type[models.Choices]) -> Callable[[Any], str]:
    labels = {value: str(label) for value, label in choices.choices}
    return lambda value: labels.get(value, "?")


def _colleague(key: object) -> Member | None:
    here = Member.objects.of_tenant(current_tenant_id()).active()
    return next((member for member in here if str(member.pk) == str(key)), None)


def _read_owner(value: object) -> str:
    if (member := _colleague(value)) is None:
        raise ValueError("There is no such colleague.")
    return str(member.pk)


def _owner_words(value: Any) -> str:
    return str(_colleague(value) or "?")


_READS: Mapping[str, tuple[Callable[[object], Any], Callable[[Any], str]]] = {
    "current_title": (_text, str),
    "current_company": (_text, str),
    "seniority": (_one_of(Seniority, int), _label_of(Seniority)),
    "job_search": (_one_of(JobSearchStatus, str), _label_of(JobSearchStatus)),
    "state": (_one_of(RelationshipState, str), _label_of(RelationshipState)),
    "owner": (_read_owner, _owner_words),
}


def _kept(value: Any) -> Any:
    """A typed value as JSON keeps it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def _custom_words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _custom(definition: FieldDefinition) -> Settable:
    return Settable(
        f"{CUSTOM}{definition.key}",
        definition.name,
        lambda value: _kept(field_values.read(definition, value)),
        _custom_words,
        not definition.is_required,
        definition,
    )


def fields(role: str | None) -> dict[str, Settable]:
    """{key: field} of what a role may set (None: the system), in order.

    A plan is read by the whole team: own fields that only some roles may see are left out.
    """
    own = [Settable(key, LABELS[key], *_READS[key], key not in NEVER_EMPTY) for key in _READS]
    seen = [d for d in custom_fields.definitions() if not d.view_roles and (role is None or d.may_be_edited(role))]
    return {one.key: one for one in (*own, *map(_custom, seen))}


def find(key: str, role: str | None) -> Settable:
    """Raises NotSettable for a field that is gone, or not the role's to set."""
    found = fields(role).get(key)
    if found is None:
        raise NotSettable(f"There is no field “{key[:40]}” to set.")
    return found


@transaction.atomic
def put(*, candidates: Sequence[Candidate], key: str, value: object, by: Actor, now: datetime) -> str:
    """Set one field of these people, or empty it; returns what was done, in words. Raises NotSettable."""
    field = find(key, None)
    kept = field.checked(value)
    if field.definition is not None:
        for person in candidates:
            field_values.put(candidate=person, values={field.definition.key: kept}, role=None, by=by, now=now)
    elif key == "owner":
        people.assign(candidates=candidates, owner=_colleague(kept), by=by, now=now)
    else:
        empty = None if key == "seniority" else ""
        for person in candidates:
            people.edit(candidate=person, changes={key: empty if kept is None else kept}, by=by, now=now)
    return f"“{field.label}” set to “{field.words(kept)}”." if kept is not None else f"“{field.label}” emptied."
