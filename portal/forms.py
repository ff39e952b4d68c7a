"""The portal's forms, in plain words."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.services.profiles import Wishes, read_links
from talent import identity
from talent.identity import Identified, NotAContactPoint

MOST_LINKS, MOST_SKILLS, LONGEST_SKILL = 20, 100, 80


class AskForm(forms.Form):
    """Who wants to come in."""

    email = forms.EmailField(
        max_length=320,
        label="Your e-mail address",
        help_text="The address that our mails to you go to.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(forms.Form):
    """The six digits out of the mail; the link's token goes along where the page was opened by one."""

    code = forms.CharField(
        max_length=20,
        label="Code from the mail",
        help_text="Six digits.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    token = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)

    def clean_code(self) -> str:
        code = re.sub(r"\D", "", self.cleaned_data["code"])
        if len(code) != 6:
            raise ValidationError("The code has six digits. You find it in the subject line of our mail.")
        return code


class ProfileForm(forms.Form):
    """What a person says about themselves."""

    name = forms.CharField(max_length=200, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    headline = forms.CharField(
        max_length=300, required=False, label="You in one line", help_text="For example: nurse with ten years in care."
    )
    current_title = forms.CharField(max_length=200, required=False, label="Your job now")
    current_company = forms.CharField(max_length=200, required=False, label="Where you work")
    location = forms.CharField(
        max_length=200, required=False, label="Where you live", help_text="City and country are enough."
    )
    phone = forms.CharField(
        max_length=60,
        required=False,
        label="Phone",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    links = forms.CharField(
        max_length=5000,
        required=False,
        label="Your pages on the web",
        help_text="LinkedIn, GitHub, your own page. One address on each line.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    skills = forms.CharField(
        max_length=8000,
        required=False,
        label="What you are good at",
        help_text="Put a comma between them: Python, public speaking, Spanish.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, region: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region

    def clean_phone(self) -> Identified | None:
        text = self.cleaned_data["phone"]
        try:
            return identity.phone(text, self.region or None) if text else None
        except NotAContactPoint as error:
            raise ValidationError(f"{error} Write it with the code of the country: +44 20 7946 0000.") from error

    def clean_links(self) -> list[Identified]:
        found, problems = read_links(self.cleaned_data["links"])
        if problems:
            raise ValidationError(problems)
        if len(found) > MOST_LINKS:
            raise ValidationError(f"These are {len(found)} pages. {MOST_LINKS} are the most.")
        return found

    def clean_skills(self) -> list[str]:
        parts = re.split(r"[,;\n]", self.cleaned_data["skills"])
        names = list(dict.fromkeys(cleaned for p in parts if (cleaned := " ".join(p.split()))))
        if too_long := next((n for n in names if len(n) > LONGEST_SKILL), ""):
            raise ValidationError(f"“{too_long[:30]}…” is too long. Is a comma missing?")
        if len(names) > MOST_SKILLS:
            raise ValidationError(f"These are {len(names)}. {MOST_SKILLS} are the most.")
        return names

    def wishes(self) -> Wishes:
        """What shall be true of the person."""
        said = self.cleaned_data
        columns = ("name", "headline", "current_title", "current_company", "location")
        return Wishes(
            columns={name: " ".join(said[name].split()) for name in columns},
            phone=said["phone"],
            links=said["links"],
            skills=said["skills"],
        )
