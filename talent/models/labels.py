"""Skills and tags."""

from __future__ import annotations

from django.db import models

from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models.candidate import Candidate


class Skill(TenantModel):
    """A capability. `key` is its normal form (`talent.identity.skill_key`), the one that filters compare."""

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=80)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="skill_key_once")]

    def __str__(self) -> str:
        return self.name


class CandidateSkill(TenantModel):
    """The claim that a person has a skill, and the words it rests on."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="skills")
    skill = TenantForeignKey(Skill, on_delete=models.CASCADE, related_name="candidates")
    evidence = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["skill__name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "candidate", "skill"], name="candidate_skill_once")]
        indexes = [models.Index(fields=["tenant", "skill", "candidate"], name="candidate_skill_by_skill")]

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

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="tags")
    tag = TenantForeignKey(Tag, on_delete=models.CASCADE, related_name="candidates")

    class Meta(TenantModel.Meta):
        ordering = ["tag__name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "candidate", "tag"], name="candidate_tag_once")]

    def __str__(self) -> str:
        return str(self.tag)
