"""Skills and tags."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.choices import LanguageLevel, SkillKind, SkillLevel
from talent.models.candidate import Candidate
from talent.models.documents import Document


class Skill(TenantModel):
    """A capability. `key` is its normal form (`talent.identity.skill_key`), the one that filters compare."""

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=SkillKind, default=SkillKind.TECHNICAL)
    parent = TenantForeignKey("self", on_delete=models.SET_NULL, related_name="children", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="skill_key_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="skill_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class SkillAlias(TenantModel):
    """Another name of a skill: whoever writes it means the skill. `key` is never the key of a skill."""

    skill = TenantForeignKey(Skill, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=80)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        verbose_name_plural = "skill aliases"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="skill_alias_key_once")]

    def __str__(self) -> str:
        return self.name


class CandidateSkill(TenantModel):
    """The claim that a person has a skill: how well, for how long, who says so, and the words it rests on.

    `level` is for everything but languages, `cefr` for languages; both are ordered, so that "at least" can be asked.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="skills", db_index=False)
    skill = TenantForeignKey(Skill, on_delete=models.CASCADE, related_name="candidates", db_index=False)
    level = models.SmallIntegerField(choices=SkillLevel, null=True, blank=True)
    cefr = models.SmallIntegerField("CEFR level", choices=LanguageLevel, null=True, blank=True)
    years = models.FloatField(null=True, blank=True, help_text="Years of practice.")
    evidence = models.CharField(max_length=300, blank=True, help_text="The words it rests on.")
    document = TenantForeignKey(Document, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True, help_text="Line of the document's text, from 1.")
    asserted_by = models.CharField(max_length=120, blank=True, help_text="Who says so, in words.")

    class Meta(TenantModel.Meta):
        ordering = ["skill__name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "candidate", "skill"], name="candidate_skill_once"),
            models.CheckConstraint(
                condition=Q(years=None) | Q(years__gte=0, years__lte=80), name="candidate_skill_years"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "skill", "candidate"], name="candidate_skill_by_skill"),
            # Most claims say nothing of how well or how long.
            models.Index(
                fields=["tenant", "skill", "level", "years", "candidate"],
                condition=Q(level__isnull=False) | Q(years__isnull=False),
                name="candidate_skill_by_level",
            ),
            models.Index(
                fields=["tenant", "skill", "cefr", "candidate"],
                condition=Q(cefr__isnull=False),
                name="candidate_skill_by_cefr",
            ),
        ]

    def __str__(self) -> str:
        return str(self.skill)


class Tag(TenantModel):
    """A curated keyword."""

    name = models.CharField(max_length=60)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class CandidateTag(TenantModel):
    """A tag on a person."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="tags", db_index=False)
    tag = TenantForeignKey(Tag, on_delete=models.CASCADE, related_name="candidates")

    class Meta(TenantModel.Meta):
        ordering = ["tag__name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "candidate", "tag"], name="candidate_tag_once")]

    def __str__(self) -> str:
        return str(self.tag)
