"""What the API takes and gives about people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm import together
from crm.api.strict import StrictSerializer
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from crm.together import Asked
from talent import identity
from talent.api.shapes_person import a_zone
from talent.choices import ContactKind, JobSearchStatus, RelationshipState, Seniority, SourceKind
from talent.identity import NotAContactPoint
from talent.models import (
    Candidate,
    CandidateSkill,
    CandidateTag,
    ConsentWording,
    ContactBan,
    ContactPoint,
    Education,
    Employment,
    FieldDefinition,
    Source,
)
from talent.models.history import YEAR_OR_MONTH
from talent.services import field_values, freshness
from talent.services.newcomers import Brought

Shape = serializers.Serializer[Any]


class CandidateRow(Shape):
    """A person in a list."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    headline = serializers.CharField()
    current_title = serializers.CharField()
    current_company = serializers.CharField()
    location = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    state = serializers.ChoiceField(RelationshipState.choices)
    skill_keys = serializers.ListField(child=serializers.CharField(), help_text="Skills in their normal form.")
    tag_ids = serializers.ListField(child=serializers.UUIDField())
    source_id = serializers.UUIDField(allow_null=True)
    owner_id = serializers.UUIDField(allow_null=True)
    last_contacted_at = serializers.DateTimeField(allow_null=True)
    last_replied_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CandidatePage(Shape):
    """A page of people; `next` is the `after` of the following page, null on the last one."""

    results = CandidateRow(many=True)
    next = serializers.CharField(allow_null=True)
    total = serializers.IntegerField(help_text="Counted to 10,001 at most.")


class ContactPointRow(Shape):
    """A way to reach a person."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(ContactKind.choices)
    value = serializers.CharField()
    normal = serializers.CharField(help_text="The form that equality is judged by.")
    use = serializers.CharField(help_text="work, private; empty when unknown.")
    is_primary = serializers.BooleanField()
    verified_at = serializers.DateTimeField(allow_null=True)
    bounced_at = serializers.DateTimeField(allow_null=True)


class JobRow(Shape):
    """A job; dates are `YYYY` or `YYYY-MM`."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    company = serializers.CharField()
    start = serializers.CharField()
    end = serializers.CharField()
    is_current = serializers.BooleanField()


class SchoolRow(Shape):
    """A school, course or degree; dates are `YYYY` or `YYYY-MM`."""

    id = serializers.UUIDField()
    institution = serializers.CharField()
    degree = serializers.CharField()
    start = serializers.CharField()
    end = serializers.CharField()


class CandidateWhole(CandidateRow):
    """A person with everything that describes them."""

    region = serializers.CharField()
    time_zone = serializers.CharField(help_text="IANA name.")
    summary = serializers.CharField()
    skills = serializers.ListField(child=serializers.CharField())
    tags = serializers.ListField(child=serializers.CharField())
    contact_points = ContactPointRow(many=True)
    jobs = JobRow(many=True)
    education = SchoolRow(many=True)
    seniority = serializers.ChoiceField(Seniority.choices, allow_null=True)
    seniority_origin = serializers.CharField(help_text="derived, stated or edited; empty when unknown.")
    job_search = serializers.CharField(help_text="not_looking, open, looking; empty when unknown.")
    job_search_at = serializers.DateTimeField(allow_null=True)
    job_search_origin = serializers.CharField()
    time_zone_origin = serializers.CharField(help_text="stated, edited, city, country, phone; empty when unknown.")
    open_to_remote = serializers.BooleanField(allow_null=True)
    open_to_relocation = serializers.BooleanField(allow_null=True)
    last_two_way_at = serializers.DateTimeField(allow_null=True)
    custom = serializers.DictField(help_text="The workspace's own fields by key, null where nothing is said.")
    told_at = serializers.DictField(
        child=serializers.DateTimeField(), help_text="When each field was last told, as far as anybody remembers."
    )
    photo_id = serializers.UUIDField(allow_null=True, help_text="Null without a photo; another key is another photo.")
    do_not_contact = serializers.BooleanField()


class JobIn(StrictSerializer):
    """A job to add."""

    title = serializers.CharField(max_length=200, allow_blank=True, default="")
    company = serializers.CharField(max_length=200, allow_blank=True, default="")
    start = serializers.CharField(max_length=7, validators=[YEAR_OR_MONTH], required=False)
    end = serializers.CharField(max_length=7, validators=[YEAR_OR_MONTH], required=False)
    is_current = serializers.BooleanField(default=False)


class SchoolIn(StrictSerializer):
    """A school, course or degree to add."""

    institution = serializers.CharField(max_length=200, allow_blank=True, default="")
    degree = serializers.CharField(max_length=200, allow_blank=True, default="")
    start = serializers.CharField(max_length=7, validators=[YEAR_OR_MONTH], required=False)
    end = serializers.CharField(max_length=7, validators=[YEAR_OR_MONTH], required=False)


class OwnedField(serializers.UUIDField):
    """The key of a row of the current tenant; what lies in another one does not exist."""

    def __init__(self, model: type[Member | Source | ConsentWording], **kwargs: Any) -> None:
        super().__init__(allow_null=True, required=False, **kwargs)
        self.model = model

    def to_internal_value(self, data: Any) -> Any:
        key = super().to_internal_value(data)
        found = self.model._default_manager.filter(tenant_id=current_tenant_id(), pk=key).first()
        if found is None:
            raise ValidationError("There is no such row in this workspace.")
        return found


class CandidateIn(StrictSerializer):
    """A person to add. The same e-mail address or profile link names the same person, who is then added to."""

    name = serializers.CharField(max_length=200, required=False)
    headline = serializers.CharField(max_length=300, required=False)
    summary = serializers.CharField(max_length=20000, required=False)
    location = serializers.CharField(max_length=200, required=False)
    emails = serializers.ListField(child=serializers.CharField(max_length=320), max_length=20, required=False)
    phones = serializers.ListField(child=serializers.CharField(max_length=60), max_length=20, required=False)
    links = serializers.ListField(child=serializers.CharField(max_length=320), max_length=20, required=False)
    skills = serializers.ListField(child=serializers.CharField(max_length=80), max_length=200, required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=60), max_length=50, required=False)
    jobs = JobIn(many=True, required=False)
    education = SchoolIn(many=True, required=False)
    custom = serializers.DictField(required=False, help_text="{key: value} of the workspace's own fields.")
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=80, required=False, help_text="Name of the source; made when new."
    )


class CandidateChange(StrictSerializer):
    """What to change; what is left out stays. Lists replace what was there."""

    name = serializers.CharField(max_length=200, required=False)
    headline = serializers.CharField(max_length=300, required=False, allow_blank=True)
    summary = serializers.CharField(max_length=20000, required=False, allow_blank=True)
    current_title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    current_company = serializers.CharField(max_length=200, required=False, allow_blank=True)
    location = serializers.CharField(max_length=200, required=False, allow_blank=True)
    state = serializers.ChoiceField(RelationshipState.choices, required=False)
    owner_id = OwnedField(Member)
    source_id = OwnedField(Source, help_text="Only where there is none yet: the first source stays.")
    seniority = serializers.ChoiceField(
        Seniority.choices, required=False, allow_null=True, help_text="null: read it from the title."
    )
    job_search = serializers.ChoiceField(JobSearchStatus.choices, required=False, allow_blank=True)
    job_search_at = serializers.DateTimeField(required=False, help_text="When they said so; without it, now.")
    job_search_origin = serializers.CharField(max_length=120, required=False, help_text="Who or what says so.")
    time_zone = serializers.CharField(max_length=64, required=False, allow_blank=True, validators=[a_zone])
    open_to_remote = serializers.BooleanField(required=False, allow_null=True)
    open_to_relocation = serializers.BooleanField(required=False, allow_null=True)
    custom = serializers.DictField(required=False, help_text="{key: value} of the workspace's own fields.")
    skills = serializers.ListField(child=serializers.CharField(max_length=80), max_length=200, required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=60), max_length=50, required=False)


class ContactPointIn(StrictSerializer):
    """A contact point to add."""

    kind = serializers.ChoiceField(ContactKind.choices)
    value = serializers.CharField(max_length=320)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            attrs["point"] = identity.contact_point(attrs["kind"], attrs["value"], self.context.get("region"))
        except NotAContactPoint as error:
            raise ValidationError({"value": [str(error)]}) from error
        return attrs


class NamedRow(Shape):
    """A tag or a skill."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class Added(Shape):
    """How many were added."""

    added = serializers.IntegerField()


SOURCE_KIND = SourceKind.API


def _named(shape: type[Shape]) -> tuple[str, ...]:
    return tuple(map(str, shape().fields))


# What of a person stands on their own row. Names are those of the shapes; values go out as Python has them.
_POINT = _named(ContactPointRow)
_JOB = _named(JobRow)
_SCHOOL = _named(SchoolRow)
_TOLD = ("skills", "tags", "contact_points", "jobs", "education", "custom", "told_at", "do_not_contact")
_OWN = tuple(name for name in _named(CandidateWhole) if name not in _TOLD)


@dataclass(frozen=True)
class _Lists:
    """What hangs off a person, as questions."""

    skills: Asked[CandidateSkill]
    tags: Asked[CandidateTag]
    points: Asked[ContactPoint]
    jobs: Asked[Employment]
    schools: Asked[Education]
    bans: Asked[ContactBan]


@together.planned
def _asks(person: UUID, now: datetime) -> _Lists:
    return _Lists(
        CandidateSkill.objects.filter(candidate_id=person).select_related("skill"),
        CandidateTag.objects.filter(candidate_id=person).select_related("tag"),
        ContactPoint.objects.filter(candidate_id=person),
        Employment.objects.filter(candidate_id=person),
        Education.objects.filter(candidate_id=person),
        ContactBan.objects.in_force(now).on_everything().filter(candidate_id=person).order_by("pk")[:1],
    )


def _facts(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def whole(candidate: Candidate, role: str) -> dict[str, Any]:
    """One person as CandidateWhole, with the custom fields that the role may see: one question, one answer."""
    key = candidate.pk
    lists = _asks(key, timezone.now())
    with together.reading([*vars(lists).values(), *field_values.asks(key), freshness.asks(key)]):
        custom = field_values.of(candidate, role)
        return {
            **_facts(candidate, _OWN),
            **_listed(
                together.rows(lists.skills),
                together.rows(lists.points),
                together.rows(lists.jobs),
                together.rows(lists.schools),
            ),
            "tags": [held.tag.name for held in together.rows(lists.tags)],
            "custom": custom,
            "told_at": freshness.of_seen(freshness.told_at(candidate), custom),
            "do_not_contact": bool(together.rows(lists.bans)),
        }


def newcomer(candidate: Candidate, brought: Brought, fields: Asked[FieldDefinition], role: str) -> dict[str, Any]:
    """The same of somebody who has just been written, out of what was written: nobody can have said more of them."""
    return {
        **_facts(candidate, _OWN),
        **_listed(brought.skills, brought.points, brought.jobs, brought.schools),
        "tags": [],
        "custom": field_values.of_newcomer(fields, role),
        "told_at": freshness.newest(brought.provenance),
        "do_not_contact": False,
    }


def _listed(
    skills: Iterable[CandidateSkill],
    points: Iterable[ContactPoint],
    jobs: Iterable[Employment],
    schools: Iterable[Education],
) -> dict[str, Any]:
    return {
        "skills": [held.skill.name for held in skills],
        "contact_points": [_facts(row, _POINT) for row in points],
        "jobs": [_facts(row, _JOB) for row in jobs],
        "education": [_facts(row, _SCHOOL) for row in schools],
    }
