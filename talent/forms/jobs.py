"""Forms about our own jobs and applications."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from crm.begun import Begun
from talent.choices_jobs import DeclinedBy, Outcome
from talent.forms.candidate import members
from talent.forms.pools import KeysField
from talent.models import ApplicationStage, DispositionReason, Job, JobRequirement, TalentPool
from talent.services import jobs, tasks


class JobForm(Begun, forms.ModelForm):
    """A job of ours."""

    class Meta:
        model = Job
        fields = (
            *("title", "department", "place", "remote", "employment", "state", "headcount"),
            *("owner", "hiring_manager", "description"),
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner", "hiring_manager"):
            self.fields[name].queryset = members()  # type: ignore[attr-defined]


class RequirementForm(forms.ModelForm):
    """Something that a job asks for."""

    class Meta:
        model = JobRequirement
        fields = ("text", "kind", "must")
        labels = {"text": "What it asks for", "must": "A must; otherwise nice to have"}


class ApplicantsForm(forms.Form):
    """People who apply, chosen by name."""

    people = KeysField(label="People")
    source = forms.CharField(max_length=120, required=False, label="Where from?")


class ApplicationStageForm(forms.Form):
    """One of the job's stages."""

    stage: forms.ModelChoiceField[ApplicationStage] = forms.ModelChoiceField(queryset=None)

    def __init__(self, job_id: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = ApplicationStage.objects.filter(job=job_id, retired_at=None)  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """A stage of a job's selection."""

    name = forms.CharField(max_length=60, label="Stage")
    is_final = forms.BooleanField(required=False, label="Final: who comes as far is a finalist")


class ReasonForm(forms.Form):
    """A reason why applications end."""

    name = forms.CharField(max_length=60, label="Reason")
    declined_by = forms.ChoiceField(choices=DeclinedBy.choices, label="Who declines")
    is_positive = forms.BooleanField(required=False, label="They would be welcome again")


class DecisionForm(forms.Form):
    """How an application ends, and the one question: keep in touch?"""

    outcome = forms.ChoiceField(
        choices=[c for c in Outcome.choices if c[0] != Outcome.OPEN], label="How it ends", initial=Outcome.REJECTED
    )
    disposition: forms.ModelChoiceField[DispositionReason] = forms.ModelChoiceField(
        queryset=None, required=False, label="Why", empty_label="Choose the reason"
    )
    keep = forms.BooleanField(required=False, label="Keep in touch")
    pool: forms.ModelChoiceField[TalentPool] = forms.ModelChoiceField(
        queryset=None, required=False, label="In which pool?", empty_label="No pool"
    )
    revisit_on = forms.DateField(
        validators=[*tasks.DUE],
        required=False,
        label="Look again on",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Makes a task for you.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = DispositionReason.objects.filter(pk__in=[r.pk for r in jobs.dispositions()])
        field: Any = self.fields["disposition"]
        field.queryset = reasons
        field.label_from_instance = lambda row: f"{DeclinedBy(row.declined_by).label}: {row.name}"
        self.fields["pool"].queryset = TalentPool.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("outcome") in (Outcome.REJECTED, Outcome.WITHDRAWN) and not said.get("disposition"):
            raise ValidationError({"disposition": "Choose the reason."})
        return said
