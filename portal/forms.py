"""The portal's forms, in plain words."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from crm.begun import Begun
from crm.services.files import ASSETS
from crm.unseen import one_line
from portal.choices import ContentKind
from portal.models import ContentItem
from portal.services.content import Words, names_of
from portal.services.profiles import Wishes, read_links
from talent import identity
from talent.identity import Identified, NotAContactPoint
from talent.models import ConsentWording

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
        names = list(dict.fromkeys(cleaned for p in parts if (cleaned := one_line(p))))
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
            columns={name: one_line(said[name]) for name in columns},
            phone=said["phone"],
            links=said["links"],
            skills=said["skills"],
        )


CHANGED_WORDS = "We changed these words since you opened the page. Please read them once more."


class VisitorForm(forms.Form):
    """Who wants the file, or comes to the event. `homepage` is for machines: people leave it empty, unseen."""

    name = forms.CharField(max_length=200, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        max_length=320, label="Your e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    agrees = forms.BooleanField(required=False)
    wording = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    homepage = forms.CharField(
        max_length=500,
        required=False,
        label="Leave this empty",
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, wording: ConsentWording | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = wording
        if wording is None:
            del self.fields["agrees"], self.fields["wording"]
        else:
            self.fields["agrees"].label, self.initial["wording"] = wording.text, str(wording.pk)

    def clean_name(self) -> str:
        name = one_line(str(self.cleaned_data["name"]))
        if "://" in name or "@" in name:
            raise ValidationError("Please write your name here, nothing else.")
        return name

    def clean_email(self) -> str:
        try:
            return identity.email(self.cleaned_data["email"]).value
        except NotAContactPoint as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """What was ticked are the words that were shown: after a change of them the box is empty again."""
        said = super().clean() or {}
        if self.shown and said.get("agrees") and said.get("wording") != str(self.shown.pk):
            self.add_error("agrees", CHANGED_WORDS)
            left = {name: value for name, value in self.data.items() if name != "agrees"}
            self.data = {**left, "wording": str(self.shown.pk)}
        return said

    @property
    def is_machine(self) -> bool:
        return bool(self.cleaned_data.get("homepage"))

    @property
    def agreed_to(self) -> ConsentWording | None:
        return self.shown if self.cleaned_data.get("agrees") else None


class ContentForm(Begun, forms.Form):
    """One piece of content: the fields that its kind has."""

    title = forms.CharField(max_length=160)
    summary = forms.CharField(
        max_length=400,
        required=False,
        help_text="One or two sentences. They stand above the text, and go into mails.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    body = forms.CharField(
        max_length=50_000,
        required=False,
        label="Text",
        help_text="Plain paragraphs, with an empty line between them.",
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    link = forms.URLField(
        max_length=500,
        required=False,
        label="Link",
        assume_scheme="https",
        help_text="If the whole of it is elsewhere, such as on your blog. Begins with https://.",
    )
    event_on = forms.DateField(
        required=False, label="Day", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    file = forms.FileField(
        required=False,
        label="File",
        help_text=f"{ASSETS.sentence}.",
        widget=forms.FileInput(attrs={"accept": ",".join(ASSETS.endings)}),
    )
    is_gated = forms.BooleanField(
        required=False,
        label="Ask for name and e-mail address first",
        help_text="Whoever fills the form in becomes a candidate, or is recognised as one.",
    )

    def __init__(self, *args: Any, kind: str, item: ContentItem | None = None, **kwargs: Any) -> None:
        if item is not None:
            columns = ("title", "summary", "body", "link", "event_on", "is_gated")
            kwargs["initial"] = {name: getattr(item, name) for name in columns}
        super().__init__(*args, **kwargs)
        self.item = item
        if kind != ContentKind.EVENT:
            del self.fields["event_on"]
        if kind != ContentKind.ASSET:
            del self.fields["file"], self.fields["is_gated"]
        elif item is not None and item.file is not None:
            self.fields["file"].label = "Another file in its place"

    @property
    def topics(self) -> list[str]:
        """As they were sent, else as they are."""
        if self.is_bound:
            sent = (one_line(name) for name in self.data.getlist("topics"))  # type: ignore[attr-defined]
            return [name for name in sent if name]
        return names_of(self.item) if self.item else []

    @property
    def chosen(self) -> list[dict[str, str]]:
        """The same for the input with suggestions."""
        return [{"value": name, "label": name} for name in self.topics]

    def words(self) -> Words:
        said = self.cleaned_data
        return Words(
            title=said["title"],
            summary=said["summary"],
            body=said["body"],
            link=said["link"],
            topics=self.topics,
            event_on=said.get("event_on"),
            is_gated=said.get("is_gated", False),
        )
