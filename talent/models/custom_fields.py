"""Fields of a tenant's own: what they are called and allow, and what they say about people."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q

from crm.permissions import Role
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import FieldType
from talent.models.candidate import Candidate

FIELD_KEY = RegexValidator(r"^[a-z][a-z0-9_]{0,39}$", "Use small letters, digits and underscores; begin with a letter.")
CUSTOM = "custom."  # before a key, where fields of all kinds are named
LONGEST = 500  # letters of a text: more would not fit into an index row


class FieldDefinitionQuerySet(TenantQuerySet["FieldDefinition"]):
    """Custom fields of the current tenant."""

    def in_use(self) -> FieldDefinitionQuerySet:
        return self.filter(archived_at=None)

    def seen_by(self, role: str) -> FieldDefinitionQuerySet:
        """Those that members of a role may see; an empty list of roles means everybody."""
        return self.filter(Q(view_roles=[]) | Q(view_roles__contains=[role]))


class FieldDefinitionManager(TenantManager.from_queryset(FieldDefinitionQuerySet)):  # type: ignore[misc]
    """Custom fields of the current tenant."""


class FieldDefinition(TenantModel):
    """One custom field. `key` is its name for machines and never changes; neither does its type."""

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=40, validators=[FIELD_KEY])
    type = models.CharField(max_length=8, choices=FieldType)
    help_text = models.CharField(max_length=200, blank=True)
    is_required = models.BooleanField(default=False)
    minimum = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    maximum = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    earliest = models.DateField(null=True, blank=True)
    latest = models.DateField(null=True, blank=True)
    pattern = models.CharField(
        max_length=200, blank=True, help_text="9 stands for a digit, A for a letter, * for either; all else for itself."
    )
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    view_roles = ArrayField(models.CharField(max_length=16, choices=Role), default=list, blank=True)
    edit_roles = ArrayField(models.CharField(max_length=16, choices=Role), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[FieldDefinitionManager] = FieldDefinitionManager()

    class Meta(TenantModel.Meta):
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="field_key_once"),
            models.UniqueConstraint(fields=["tenant", "name"], name="field_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def provenance_name(self) -> str:
        """What provenance and freshness call it."""
        return f"{CUSTOM}{self.key}"

    @property
    def column(self) -> str:
        """The column of FieldValue that holds its values."""
        return COLUMN_OF[FieldType(self.type)]

    def may_be_seen(self, role: str) -> bool:
        return not self.view_roles or role in self.view_roles

    def may_be_edited(self, role: str) -> bool:
        return self.may_be_seen(role) and (not self.edit_roles or role in self.edit_roles)


COLUMN_OF = {
    FieldType.TEXT: "text",
    FieldType.URL: "text",
    FieldType.CHOICE: "text",
    FieldType.CHOICES: "texts",
    FieldType.NUMBER: "number",
    FieldType.DATE: "day",
    FieldType.BOOLEAN: "flag",
}


class FieldValueQuerySet(TenantQuerySet["FieldValue"]):
    """Values of custom fields of the current tenant."""

    def of(self, definition: FieldDefinition) -> FieldValueQuerySet:
        return self.filter(definition=definition)

    def for_everybody(self) -> FieldValueQuerySet:
        """Those of fields in use that every role may see."""
        return self.filter(definition__view_roles=[], definition__archived_at=None)


class FieldValueManager(TenantManager.from_queryset(FieldValueQuerySet)):  # type: ignore[misc]
    """Values of custom fields of the current tenant."""


class FieldValue(TenantModel):
    """What one field says about one person, in the column of the field's type; no row where it says nothing."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="field_values", db_index=False)
    definition = TenantForeignKey(FieldDefinition, on_delete=models.CASCADE, related_name="values")
    text = models.CharField(max_length=LONGEST, null=True)  # noqa: DJ001 - the other types leave it empty
    texts = ArrayField(models.CharField(max_length=80), null=True)
    number = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    day = models.DateField(null=True)
    flag = models.BooleanField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[FieldValueManager] = FieldValueManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "candidate", "definition"], name="field_value_once"),
            models.CheckConstraint(
                condition=Q(text__isnull=False)
                | Q(texts__isnull=False)
                | Q(number__isnull=False)
                | Q(day__isnull=False)
                | Q(flag__isnull=False),
                name="field_value_says_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "definition", "text", "candidate"],
                condition=Q(text__isnull=False),
                name="field_value_by_text",
            ),
            models.Index(
                fields=["tenant", "definition", "number", "candidate"],
                condition=Q(number__isnull=False),
                name="field_value_by_number",
            ),
            models.Index(
                fields=["tenant", "definition", "day", "candidate"],
                condition=Q(day__isnull=False),
                name="field_value_by_day",
            ),
            models.Index(
                fields=["tenant", "definition", "flag", "candidate"],
                condition=Q(flag__isnull=False),
                name="field_value_by_flag",
            ),
            GinIndex(
                fields=["tenant", "definition", "texts"],
                condition=Q(texts__isnull=False),
                name="field_value_by_texts",
            ),
            GinIndex(
                F("tenant"),
                F("definition"),
                OpClass(Func(F("text"), function="app.plain"), "gin_trgm_ops"),
                condition=Q(text__isnull=False),
                name="field_value_by_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition}: {self.words}"

    @property
    def words(self) -> str:
        """What it says, as people write it."""
        if self.flag is not None:
            return "Yes" if self.flag else "No"
        if self.number is not None:
            return f"{self.number.normalize():f}"
        return ", ".join(self.texts) if self.texts is not None else str(self.value)

    @property
    def value(self) -> object:
        """What it says, whatever its type."""
        said = (self.text, self.texts, self.number, self.day, self.flag)
        return next((v for v in said if v is not None), None)
