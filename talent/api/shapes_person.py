"""What the API takes and gives about what describes one person, and about the words of the workspace."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm.api.strict import StrictSerializer
from crm.permissions import Role
from talent.choices import Address, Channel, DocumentKind, FactKind, FieldType, PointChange, PointUse, SkillKind
from talent.identity import skill_key
from talent.models import CandidateSkill
from talent.models.custom_fields import FIELD_KEY
from talent.services import skills

Shape = serializers.Serializer[Any]


class ClaimRow(Shape):
    """That a person can do something: how well, for how long, who says so, on what it rests."""

    id = serializers.UUIDField()
    skill_id = serializers.UUIDField()
    name = serializers.CharField(source="skill.name")
    kind = serializers.ChoiceField(SkillKind.choices, source="skill.kind")
    level = serializers.IntegerField(allow_null=True, help_text="1 basic, 2 working, 3 advanced, 4 expert.")
    cefr = serializers.IntegerField(allow_null=True, help_text="Languages: 1 A1 to 6 C2, 7 native.")
    years = serializers.FloatField(allow_null=True)
    evidence = serializers.CharField()
    document_id = serializers.UUIDField(allow_null=True)
    line = serializers.IntegerField(allow_null=True, help_text="Line of the document's text, from 1.")
    asserted_by = serializers.CharField()


class ClaimChange(StrictSerializer):
    """How well a person does it; what is left out stays."""

    level = serializers.IntegerField(min_value=1, max_value=4, required=False, allow_null=True)
    cefr = serializers.IntegerField(min_value=1, max_value=7, required=False, allow_null=True)
    years = serializers.FloatField(min_value=0, max_value=80, required=False, allow_null=True)
    evidence = serializers.CharField(max_length=300, required=False, allow_blank=True)


def measured(claim: CandidateSkill, said: dict[str, Any]) -> dict[str, Any]:
    """The claim's measure with what is sent."""
    return {name: said.get(name, getattr(claim, name)) for name in ("level", "cefr", "years")}


class FactRow(Shape):
    """A short dated statement."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(FactKind.choices)
    text = serializers.CharField()
    stated_on = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    origin = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField(allow_null=True)


class FactIn(StrictSerializer):
    """A statement to write down."""

    text = serializers.CharField(max_length=280)
    kind = serializers.ChoiceField(FactKind.choices, default=FactKind.FACT)
    stated_on = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True)


class FactChange(StrictSerializer):
    """What to change of a statement; `settled` says that it no longer stands."""

    text = serializers.CharField(max_length=280, required=False)
    kind = serializers.ChoiceField(FactKind.choices, required=False)
    stated_on = serializers.DateField(required=False)
    valid_until = serializers.DateField(required=False, allow_null=True)
    settled = serializers.BooleanField(required=False)


class PauseShape(StrictSerializer):
    """Until when."""

    until = serializers.DateField()


class WishesShape(StrictSerializer):
    """How a person likes to be contacted; a PUT replaces all of it, what is left out was not said."""

    channel = serializers.ChoiceField([("", "Not said"), *Channel.choices], default="", allow_blank=True)
    hours_from = serializers.TimeField(default=None, allow_null=True, help_text="In their own time zone.")
    hours_until = serializers.TimeField(default=None, allow_null=True)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), max_length=7, default=list, help_text="1 is Monday."
    )
    language = serializers.RegexField(r"^([a-z]{2})?$", default="", allow_blank=True, help_text="ISO 639-1.")
    address = serializers.ChoiceField([("", "Not said"), *Address.choices], default="", allow_blank=True)
    pronouns = serializers.CharField(max_length=40, default="", allow_blank=True)
    paused_until = serializers.DateField(default=None, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        begin, end = attrs["hours_from"], attrs["hours_until"]
        if bool(begin) != bool(end) or (begin and end <= begin):
            raise ValidationError({"hours_until": ["Give both hours, the later one last, or none."]})
        return attrs | {"weekdays": tuple(sorted(set(attrs["weekdays"])))}


class SourceRow(Shape):
    """One time that a person came to us."""

    source_id = serializers.UUIDField()
    name = serializers.CharField(source="source.name")
    touched_at = serializers.DateTimeField()
    detail = serializers.CharField()


class SourceIn(StrictSerializer):
    """How a person came once more; the first source stays."""

    name = serializers.CharField(max_length=80)


class PointPatch(StrictSerializer):
    """What to change of a contact point. `verified` and `is_primary` can be set to true only."""

    value = serializers.CharField(max_length=320, required=False)
    use = serializers.ChoiceField([("", "Not known"), *PointUse.choices], required=False, allow_blank=True)
    verified = serializers.BooleanField(required=False)
    is_primary = serializers.BooleanField(required=False)


class PointChangeRow(Shape):
    """What happened to a contact point."""

    change = serializers.ChoiceField(PointChange.choices)
    kind = serializers.CharField()
    value = serializers.CharField()
    was = serializers.CharField()
    changed_at = serializers.DateTimeField()
    changed_by = serializers.CharField()


class LabelsShape(StrictSerializer):
    """The private labels of the member who asks, on one person."""

    labels = serializers.ListField(child=serializers.CharField(max_length=40), max_length=100)


class DocumentRow(Shape):
    """A document; `file_id` is its address below `/files/`. Older versions have been replaced."""

    id = serializers.UUIDField()
    file_id = serializers.UUIDField()
    name = serializers.CharField(source="file.name")
    kind = serializers.CharField()
    version = serializers.IntegerField()
    original_id = serializers.UUIDField(allow_null=True)
    replaced_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class UploadIn(StrictSerializer):
    """A file."""

    file = serializers.FileField()


class DocumentWhole(DocumentRow):
    """A document with the text that was read from it; empty until it is read."""

    candidate_id = serializers.UUIDField()
    text = serializers.CharField()


class DocumentIn(UploadIn):
    """A document to add."""

    kind = serializers.ChoiceField(DocumentKind.choices, required=False, default=DocumentKind.RESUME)


class SkillRow(Shape):
    """A skill with its other names and how many people have it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    key = serializers.CharField(help_text="The form that filters compare.")
    kind = serializers.ChoiceField(SkillKind.choices)
    parent_id = serializers.UUIDField(allow_null=True)
    aliases = serializers.ListField(child=serializers.CharField(), source="aliases.all")
    people = serializers.IntegerField()


class SkillNameField(serializers.CharField):
    """A skill by any of its names."""

    def to_internal_value(self, data: Any) -> Any:
        name = super().to_internal_value(data)[:80]
        key = skill_key(name).replace("\x00", "")  # which no name has, and the database takes for an error
        found = skills.known([key]).get(key)
        if found is None:
            raise ValidationError(f"There is no skill called “{name[:60]}”.")
        return found


class SkillIn(StrictSerializer):
    """A skill to make."""

    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(SkillKind.choices, default=SkillKind.TECHNICAL)


class SkillChange(StrictSerializer):
    """What to change of a skill. `aliases` replaces all of them."""

    name = serializers.CharField(max_length=80, required=False)
    kind = serializers.ChoiceField(SkillKind.choices, required=False)
    parent = SkillNameField(required=False, allow_null=True, help_text="A skill by any of its names.")  # type: ignore[assignment]
    aliases = serializers.ListField(child=serializers.CharField(max_length=80), max_length=50, required=False)


class SkillMergeIn(StrictSerializer):
    """The skill that this one is merged into, by any of its names."""

    into = SkillNameField()


class NameIn(StrictSerializer):
    """A name."""

    name = serializers.CharField(max_length=60)


class TagMergeIn(StrictSerializer):
    """The tag that this one is merged into."""

    into = serializers.UUIDField()


class MergeTouches(Shape):
    """How many people have the one that would go, and how many of them have both."""

    people = serializers.IntegerField()
    both = serializers.IntegerField()


class RelabelledRow(Shape):
    """How many people it touched; `undo` takes it back within the hour."""

    people = serializers.IntegerField()
    undo = serializers.CharField()


class UndoIn(StrictSerializer):
    """The token of a rename or merge."""

    undo = serializers.CharField(max_length=60)


class UndoneRow(Shape):
    """For how many people it was taken back."""

    people = serializers.IntegerField()


class FieldRow(Shape):
    """A custom field."""

    id = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()
    type = serializers.ChoiceField(FieldType.choices)
    help_text = serializers.CharField()  # type: ignore[assignment]
    is_required = serializers.BooleanField()
    minimum = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True)
    maximum = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True)
    earliest = serializers.DateField(allow_null=True)
    latest = serializers.DateField(allow_null=True)
    pattern = serializers.CharField(help_text="9 is a digit, A a letter, * either; all else stands for itself.")
    choices = serializers.ListField(child=serializers.CharField())
    view_roles = serializers.ListField(child=serializers.CharField(), help_text="Empty: everybody.")
    edit_roles = serializers.ListField(child=serializers.CharField(), help_text="Empty: everybody who sees it.")
    archived_at = serializers.DateTimeField(allow_null=True)


class FieldChange(StrictSerializer):
    """What to change of a custom field; its key and type stay."""

    name = serializers.CharField(max_length=60, required=False)
    help_text = serializers.CharField(max_length=200, required=False, allow_blank=True)  # type: ignore[assignment]
    is_required = serializers.BooleanField(required=False)
    minimum = serializers.DecimalField(max_digits=20, decimal_places=6, required=False, allow_null=True)
    maximum = serializers.DecimalField(max_digits=20, decimal_places=6, required=False, allow_null=True)
    earliest = serializers.DateField(required=False, allow_null=True)
    latest = serializers.DateField(required=False, allow_null=True)
    pattern = serializers.CharField(max_length=200, required=False, allow_blank=True)
    choices = serializers.ListField(child=serializers.CharField(max_length=80), required=False)
    view_roles = serializers.ListField(child=serializers.ChoiceField(Role.choices), required=False)
    edit_roles = serializers.ListField(child=serializers.ChoiceField(Role.choices), required=False)
    archived = serializers.BooleanField(required=False)


class FieldIn(FieldChange):
    """A custom field to make."""

    name = serializers.CharField(max_length=60)
    type = serializers.ChoiceField(FieldType.choices)
    key = serializers.CharField(max_length=40, validators=[FIELD_KEY], required=False)
    archived = None  # type: ignore[assignment]


def a_zone(value: str) -> None:
    """Refuses what is no IANA name."""
    if value and value not in available_timezones():
        raise ValidationError(f"“{value}” is no time zone. Write it as Europe/Berlin.")
