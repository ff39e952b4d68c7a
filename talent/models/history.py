"""A person's working life and schooling. Dates are ISO 8601 of reduced precision: `YYYY` or `YYYY-MM`."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models.candidate import Candidate

YEAR_OR_MONTH = RegexValidator(r"^\d{4}(-(0[1-9]|1[0-2]))?$", "Write a year, or a year and month: 2021 or 2021-04.")
NO_JOB = "Say at least what the job was, or where."
NO_SCHOOL = "Say at least what was learned, or where."


def ends_early(start: str, end: str) -> bool:
    """Whether an end is before its start, as far as both are known to say."""
    return bool(start and end) and end[: len(start)] < start[: len(end)]


class Employment(TenantModel):
    """One job in the person's past or present."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="employments", db_index=False)
    title = models.CharField(max_length=200, blank=True)
    company = models.CharField(max_length=200, blank=True)
    start = models.CharField(max_length=7, blank=True, validators=[YEAR_OR_MONTH])
    end = models.CharField(max_length=7, blank=True, validators=[YEAR_OR_MONTH])
    is_current = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        ordering = ["-is_current", "-start", "-end", "pk"]
        indexes = [models.Index(fields=["tenant", "candidate"], name="employment_by_candidate")]

    def __str__(self) -> str:
        return " · ".join(p for p in (self.title, self.company) if p)


class Education(TenantModel):
    """One school, course or degree."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="education", db_index=False)
    institution = models.CharField(max_length=200, blank=True)
    degree = models.CharField(max_length=200, blank=True)
    start = models.CharField(max_length=7, blank=True, validators=[YEAR_OR_MONTH])
    end = models.CharField(max_length=7, blank=True, validators=[YEAR_OR_MONTH])

    class Meta(TenantModel.Meta):
        ordering = ["-end", "-start", "pk"]
        verbose_name_plural = "education"
        indexes = [models.Index(fields=["tenant", "candidate"], name="education_by_candidate")]

    def __str__(self) -> str:
        return " · ".join(p for p in (self.degree, self.institution) if p)
