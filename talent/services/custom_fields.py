"""Custom fields: which there are, who may see and change them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from crm.actors import Actor
from crm.services import audit
from talent.choices import FieldType
from talent.models import FieldDefinition, FieldValue
from talent.services import field_changes

MOST = 100
MOST_CHOICES = 100


class FieldRefused(ValueError):
    """The field cannot be like that: {name of the form field: a sentence}."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Rules:
    """What a field is called, asks and allows, and who may see and change it (no role named: everybody)."""

    name: str
    help_text: str = ""
    is_required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    earliest: date | None = None
    latest: date | None = None
    pattern: str = ""
    choices: list[str] = field(default_factory=list)
    view_roles: list[str] = field(default_factory=list)
    edit_roles: list[str] = field(default_factory=list)


NAMES = [f.name for f in fields(Rules)]


def definitions(role: str | None = None) -> list[FieldDefinition]:
    """The fields in use, in their order, that a role may see (None: all): what forms, lists, filters, imports offer."""
    return [f for f in FieldDefinition.objects.in_use() if role is None or f.may_be_seen(role)]


def rows(definition: FieldDefinition) -> QuerySet[FieldValue]:
    """The values of one field, for filters: by `candidate_id`, with the value in `definition.column`.

    text and url: `text` (indexed as it is, and by its trigrams as `app.plain(text)`); choice: `text`; choices: `texts`
    (GIN); number: `number`; date: `day`; boolean: `flag`. Every index begins with tenant and definition.
    """
    return FieldValue.objects.of(definition)


def overview() -> QuerySet[FieldDefinition]:
    """Every field, archived ones last, each with `people`: how many it says something about."""
    return FieldDefinition.objects.annotate(people=Count("values")).order_by("archived_at", "position", "name")


def key_for(name: str) -> str:
    """A key out of a name: “Notice period (weeks)” becomes notice_period_weeks."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("0123456789_")[:40] or "field"


def _problems(rules: Rules, type: str, own: FieldDefinition | None) -> dict[str, str]:
    problems = {}
    same = FieldDefinition.objects.filter(name__iexact=rules.name).exclude(pk=own.pk if own else None)
    if not rules.name.strip():
        problems["name"] = "Write a name."
    elif same.exists():
        problems["name"] = f"There is a field “{rules.name}” already."
    if type in (FieldType.CHOICE, FieldType.CHOICES) and not rules.choices:
        problems["choices"] = "Write at least one choice."
    if len(rules.choices) > MOST_CHOICES:
        problems["choices"] = f"{MOST_CHOICES} choices are the most."
    if rules.minimum is not None and rules.maximum is not None and rules.minimum > rules.maximum:
        problems["maximum"] = "The most is less than the least."
    if rules.earliest and rules.latest and rules.earliest > rules.latest:
        problems["latest"] = "The latest day comes before the earliest."
    hidden = set(rules.edit_roles) - set(rules.view_roles) if rules.view_roles else set()
    if hidden:
        problems["edit_roles"] = "Who may change it must be able to see it."
    return problems


def _free_key(key: str) -> str:
    taken = set(FieldDefinition.objects.values_list("key", flat=True))
    return next(k for k in (key, *(f"{key[:37]}_{n}" for n in range(2, MOST + 3))) if k not in taken)


@transaction.atomic
def create(*, rules: Rules, type: str, by: Actor, key: str = "") -> FieldDefinition:
    """A new field, the last one in the order. Without a key, its name makes one. Raises FieldRefused."""
    problems = _problems(rules, type, None)
    if key and FieldDefinition.objects.filter(key=key).exists():
        problems["key"] = f"The key “{key}” is taken."
    if FieldDefinition.objects.count() >= MOST:
        problems["name"] = f"{MOST} fields are the most."
    if problems:
        raise FieldRefused(problems)
    last = FieldDefinition.objects.aggregate(last=Max("position"))["last"] or 0
    made = FieldDefinition(key=key or _free_key(key_for(rules.name)), type=type, position=last + 1)
    return _keep(made, rules, "field.create", by)


def _keep(definition: FieldDefinition, rules: Rules, action: str, by: Actor) -> FieldDefinition:
    for name in NAMES:
        setattr(definition, name, getattr(rules, name))
    definition.save()
    audit.record(action=action, by=by, object_type="talent.fielddefinition", object_id=definition.pk)
    return definition


@transaction.atomic
def change(*, definition: FieldDefinition, rules: Rules, by: Actor) -> None:
    """Change what a field asks; its key, its type and what it says about people stay. Raises FieldRefused.

    A choice that people have cannot be taken away.
    """
    problems = _problems(rules, definition.type, definition)
    gone = set(definition.choices) - set(rules.choices)
    if gone and (used := _in_use(definition, gone)):
        problems.setdefault("choices", f"People have “{used}”: it cannot be taken away.")
    if problems:
        raise FieldRefused(problems)
    _keep(definition, rules, "field.change", by)


def _in_use(definition: FieldDefinition, choices: set[str]) -> str:
    values = FieldValue.objects.of(definition)
    for choice in sorted(choices):
        had = (
            values.filter(text=choice)
            if definition.type == FieldType.CHOICE
            else values.filter(texts__contains=[choice])
        )
        if had.exists():
            return choice
    return ""


@transaction.atomic
def archive(*, definition: FieldDefinition, by: Actor, now: datetime) -> None:
    """Put a field away: it is offered nowhere, what it says is kept."""
    definition.archived_at = now
    definition.save(update_fields=["archived_at"])
    audit.record(action="field.archive", by=by, object_type="talent.fielddefinition", object_id=definition.pk)


@transaction.atomic
def restore(*, definition: FieldDefinition, by: Actor) -> None:
    """Bring an archived field back, and to life the rules that ask for it."""
    definition.archived_at = None
    definition.save(update_fields=["archived_at"])
    audit.record(action="field.restore", by=by, object_type="talent.fielddefinition", object_id=definition.pk)
    field_changes.tell(f"custom:{definition.key}", by=by)
