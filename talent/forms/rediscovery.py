"""The form of a search for a job."""

from __future__ import annotations

from typing import Any

from django import forms

from crm.begun import Begun
from talent.filters.options import countries
from talent.models import Job, RediscoverySearch
from talent.services import rediscovery
from talent.services.rediscovery import Requirement

ANYWHERE = ("", "Anywhere")


class RediscoveryForm(Begun, forms.Form):
    """A job's text, what it asks for (read out of the text when left empty), and where people must live."""

    name = forms.CharField(label="Job", max_length=120, help_text="What your team calls it.")
    text = forms.CharField(
        label="The job's text",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Paste it as it is; what it asks for is read out of its bullet points or sentences.",
    )
    requirements = forms.CharField(
        label="What the job asks for",
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One thing a line. Begin a line with “must:” for what nobody may lack.",
    )
    country = forms.ChoiceField(label="Lives in", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [ANYWHERE, *((c.value, c.label) for c in countries())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        wanted = rediscovery.read_lines(values.get("requirements") or "")
        if not wanted and not rediscovery.requirements_in(values.get("text") or ""):
            self.add_error("text", "Paste the job's text, or write what it asks for.")
        return values

    def wanted(self) -> dict[str, Any]:
        """The arguments of `rediscovery.create` and `change`."""
        said = self.cleaned_data
        country = said["country"]
        rule = {"field": "country", "op": "is_any_of", "value": [country]} if country else {}
        lines: list[Requirement] = rediscovery.read_lines(said["requirements"])
        return {"name": said["name"], "text": said["text"], "requirements": lines, "rule": rule}


def initial(stored: RediscoverySearch) -> dict[str, str]:
    """A stored search as the form shows it."""
    countries_asked = stored.rule.get("value", []) if stored.rule.get("field") == "country" else []
    return {
        "name": stored.name,
        "text": stored.text,
        "requirements": rediscovery.as_lines(rediscovery.of(stored)),
        "country": countries_asked[0] if countries_asked else "",
    }


def of_job(job: Job) -> dict[str, str]:
    """A search for one of our jobs, as the form shows it."""
    lines = rediscovery.as_lines(rediscovery.asked_by(job))
    return {"name": job.title[:120], "text": job.description, "requirements": lines}
