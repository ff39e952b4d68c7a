"""The tenants' own fields, as fields of the filter language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from talent.choices import FieldType
from talent.filters import operators, phrases
from talent.filters.catalogue import Choice, Field
from talent.models import FieldDefinition, FieldValue

_TYPES: Mapping[str, operators.FieldType] = {
    FieldType.TEXT: "words",
    FieldType.URL: "words",
    FieldType.CHOICE: "choice",
    FieldType.CHOICES: "choice",
    FieldType.NUMBER: "number",
    FieldType.DATE: "moment",
    FieldType.BOOLEAN: "answer",
}


def _says(kind: operators.FieldType, name: str) -> Mapping[str, str]:
    whose, missing, there = f"whose “{name}”", f"whose “{name}” is unknown", f"whose “{name}” is known"
    match kind:
        case "words":
            return phrases.text(whose, missing=missing, there=there)
        case "number":
            return phrases.number(f"{whose} is", missing=missing, there=there)
        case "moment":
            return phrases.future(f"{whose} is", missing=missing, there=there)
        case "answer":
            return {
                "is_true": f"{whose} is yes",
                "is_false": f"{whose} is no",
                "is_empty": missing,
                "is_not_empty": there,
            }
        case _:
            every = f"{whose} has all of {{quoted and}}"
            return phrases.choice(f"{whose} is {{quoted or}}", f"{whose} is not {{quoted or}}", missing, there, every)


def _exact(value: float, clock: object) -> Decimal:
    """A number as the column holds it: 0.1 is a tenth."""
    return Decimal(str(value))


def _field(definition: FieldDefinition) -> Field:
    kind = _TYPES[definition.type]
    choices = [Choice(text, text) for text in definition.choices]
    return Field(
        f"{CustomFields.prefix}{definition.key}",
        definition.name,
        kind,
        _says(kind, definition.name),
        column=definition.column,
        rows=partial(FieldValue.objects.of, definition),
        choices=(lambda: choices) if kind == "choice" else None,
        is_array=definition.type == FieldType.CHOICES,
        dated=kind == "moment",
        bound=_exact if kind == "number" else None,
        group="Your own fields",
    )


class CustomFields:
    """Custom fields that everybody of the workspace may see: what only some roles see, no rule may give away."""

    prefix = "custom:"

    def find(self, name: str) -> Field | None:
        key = name.removeprefix(self.prefix)
        found = FieldDefinition.objects.in_use().filter(key=key, view_roles=[]).first() if len(key) <= 40 else None
        return _field(found) if found else None

    def every(self) -> list[Field]:
        return [_field(one) for one in FieldDefinition.objects.in_use().filter(view_roles=[])]
