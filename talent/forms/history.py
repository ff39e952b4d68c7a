"""Forms about a person's working life and schooling."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from crm.begun import Begun
from talent.models import Education, Employment
from talent.models.history import NO_JOB, NO_SCHOOL, YEAR_OR_MONTH, ends_early


class Dated(Begun, forms.ModelForm):
    """Something with a beginning and an end."""

    late = ""
    marks = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", self.marks)  # several forms stand on one page, each label names its own field
        super().__init__(*args, **kwargs)
        for name in ("start", "end"):
            self.fields[name].widget.attrs["placeholder"] = "2021-04"
            self.fields[name].validators = [YEAR_OR_MONTH]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if ends_early(said.get("start", ""), said.get("end", "")):
            self.add_error("end", self.late)
        return said


class EmploymentForm(Dated):
    """One job."""

    late = "The job ends before it begins."
    marks = "employment_%s"

    class Meta:
        model = Employment
        fields = ("title", "company", "start", "end", "is_current")
        labels = {"start": "From", "end": "Until", "is_current": "Works there now"}

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not said.get("title") and not said.get("company"):
            raise ValidationError(NO_JOB)
        return said


class EducationForm(Dated):
    """One school, course or degree."""

    late = "It ends before it begins."
    marks = "education_%s"

    class Meta:
        model = Education
        fields = ("degree", "institution", "start", "end")
        labels = {"degree": "Degree or course", "institution": "School", "start": "From", "end": "Until"}

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not said.get("degree") and not said.get("institution"):
            raise ValidationError(NO_SCHOOL)
        return said
