"""The fields about people that `talent` itself knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from talent.choices import JobSearchStatus, LanguageLevel, Seniority, SkillLevel
from talent.filters import options, phrases
from talent.filters.catalogue import Field
from talent.filters.consent_fields import CONSENT_FIELDS
from talent.filters.event_fields import EVENT_FIELDS
from talent.filters.relation_fields import RELATION_FIELDS
from talent.filters.statement_fields import STATEMENT_FIELDS
from talent.filters.tenure_fields import TENURE_FIELDS
from talent.filters.work_fields import WORK_FIELDS
from talent.identity import skill_key
from talent.models import (
    CandidateSkill,
    Education,
    Employment,
)

LEVELS = {"at_level": "level", "for_years": "years"}
WORK, PLACE = "Work", "Place"


def _text(name: str, label: str, column: str, whose: str, noun: str, group: str) -> Field:
    says = phrases.text(whose, missing=f"without {noun} on record", there=f"with {noun} on record")
    return Field(name, label, "words", says, column=column, group=group)


def _rows(name: str, label: str, rows: Callable[[], QuerySet[Any]], column: str, have: str, lack: str) -> Field:
    """A text of several rows; a row whose text is empty says nothing."""
    says = phrases.rows_of_text(have, lack, missing=f"{lack} on record", there=f"{have} on record")
    return Field(name, label, "words", says, rows=rows, column=column, group=WORK)


PROFILE = (
    Field(
        "skill",
        "Skill",
        "keys",
        {
            "is_any_of": "with {or}",
            "is_all_of": "with {and}",
            "is_none_of": "without {or}",
            "at_level": "with {or} at level “{least}” or better",
            "for_years": "with {or} for at least {least}",
            "is_empty": "without any skill on record",
            "is_not_empty": "with some skill on record",
        },
        column="skill_keys",
        suggest="skills",
        normal=skill_key,
        canonical=options.skill_aliases,
        spelled=options.skill_names,
        rows=lambda: CandidateSkill.objects.all(),
        rating_key="skill__key",
        ratings=LEVELS,
        rating_names=lambda: options.listed(SkillLevel),
    ),
    Field(
        "language",
        "Language",
        "keys",
        {
            "is_any_of": "who speak {or}",
            "is_all_of": "who speak {and}",
            "is_none_of": "who do not speak {or}",
            "at_level": "who speak {or} at {least} or better",
        },
        column="skill_keys",
        suggest="languages",
        normal=skill_key,
        canonical=options.skill_aliases,
        spelled=options.skill_names,
        rows=lambda: CandidateSkill.objects.all(),
        rating_key="skill__key",
        ratings={"at_level": "cefr"},
        rating_names=lambda: options.listed(LanguageLevel),
    ),
    Field(
        "tag",
        "Tag",
        "keys",
        {
            "is_any_of": "tagged {or}",
            "is_all_of": "tagged {and}",
            "is_none_of": "not tagged {or}",
            "is_empty": "without tags",
            "is_not_empty": "with some tag",
        },
        column="tag_ids",
        choices=options.tags,
        ids=True,
    ),
    _text("name", "Name", "name", "whose name", "a name", "Profile"),
    _text("headline", "Headline", "headline", "whose headline", "a headline", "Profile"),
    Field(
        "seniority",
        "Seniority",
        "scale",
        {
            "is_any_of": "whose seniority is {quoted or}",
            "is_none_of": "whose seniority is not {quoted or}",
            "at_least": "whose seniority is at least “{value}”",
            "at_most": "whose seniority is at most “{value}”",
            "is_empty": "whose seniority is unknown",
            "is_not_empty": "whose seniority is known",
        },
        column="seniority",
        choices=lambda: options.listed(Seniority),
    ),
    Field(
        "job_search",
        "Job search",
        "choice",
        phrases.choice(
            "whose job search is {quoted or}",
            "whose job search is not {quoted or}",
            "of whom we do not know whether they look for work",
            "of whom we know whether they look for work",
        ),
        column="job_search",
        choices=lambda: options.listed(JobSearchStatus),
    ),
    Field(
        "open_to_remote",
        "Open to remote work",
        "answer",
        {
            "is_true": "open to remote work",
            "is_false": "not open to remote work",
            "is_empty": "of whom we do not know whether they would work remotely",
            "is_not_empty": "of whom we know whether they would work remotely",
        },
        column="open_to_remote",
    ),
)

WORKING = (
    _text("title", "Current title", "current_title", "whose title", "a title", WORK),
    _text("company", "Current company", "current_company", "whose company", "a company", WORK),
    _rows(
        "employer",
        "Employer, past or present",
        lambda: Employment.objects.exclude(company=""),
        "company",
        "with an employer, past or present,",
        "without an employer, past or present,",
    ),
    _rows(
        "past_employer",
        "Past employer",
        lambda: Employment.objects.filter(is_current=False).exclude(company=""),
        "company",
        "with a past employer",
        "without a past employer",
    ),
    _rows(
        "past_title",
        "Past title",
        lambda: Employment.objects.filter(is_current=False).exclude(title=""),
        "title",
        "with a past title",
        "without a past title",
    ),
    _rows(
        "school",
        "School or university",
        lambda: Education.objects.exclude(institution=""),
        "institution",
        "with a school or university",
        "without a school or university",
    ),
    _rows(
        "degree", "Degree", lambda: Education.objects.exclude(degree=""), "degree", "with a degree", "without a degree"
    ),
)

PLACES = (
    Field(
        "country",
        "Country",
        "choice",
        phrases.choice("in {or}", "outside {or}", "whose country is unknown", "whose country is known"),
        column="country",
        choices=options.countries,
        group=PLACE,
    ),
    Field(
        "region_of_world",
        "Region of the world",
        "choice",
        phrases.choice("in {or}", "outside {or}"),
        column="country",
        choices=options.regions,
        groups=options.regions_of_the_world,
        shown_as="country",
        group=PLACE,
    ),
    _text("city", "City", "city", "whose city", "a city", PLACE),
    _text("region", "Region", "region", "whose region", "a region", PLACE),
    _text("location", "Place, as written", "location", "whose place as written", "a place", PLACE),
    Field(
        "near",
        "Distance",
        "near",
        {
            "within": "within {near}",
            "not_within": "not within {near}",
            "is_empty": "whose place on the map is unknown",
            "is_not_empty": "whose place on the map is known",
        },
        group=PLACE,
    ),
    Field(
        "time_zone",
        "Time zone",
        "choice",
        phrases.choice(
            "in the time zone {or}",
            "not in the time zone {or}",
            "whose time zone is unknown",
            "whose time zone is known",
        ),
        column="time_zone",
        choices=options.time_zones,
        group=PLACE,
    ),
    Field(
        "open_to_relocation",
        "Open to moving",
        "answer",
        {
            "is_true": "open to moving",
            "is_false": "not open to moving",
            "is_empty": "of whom we do not know whether they would move",
            "is_not_empty": "of whom we know whether they would move",
        },
        column="open_to_relocation",
        group=PLACE,
    ),
)

TALENT_FIELDS = (
    *PROFILE,
    *WORKING,
    *TENURE_FIELDS,
    *PLACES,
    *RELATION_FIELDS,
    *STATEMENT_FIELDS,
    *CONSENT_FIELDS,
    *WORK_FIELDS,
    *EVENT_FIELDS,
)
