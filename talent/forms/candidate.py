"""Forms about one person: new, edit, contact points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from crm.begun import Begun
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from crm.unseen import one_line
from talent import identity
from talent.choices import ContactKind, Said, Seniority
from talent.identity import Identified, NotAContactPoint
from talent.models import Candidate, Source
from talent.profile import Claim, Job, Place, Profile


def members() -> Any:
    """Colleagues who may own a person or a pool."""
    return Member.objects.of_tenant(current_tenant_id()).active()


class NamesField(forms.Field):
    """Several short texts, as `<crm-tags>` posts them: the same parameter once for each."""

    widget = forms.SelectMultiple

    def __init__(self, *, longest: int, most: int = 500, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.longest, self.most = longest, most

    def clean(self, value: Any) -> list[str]:
        names = list(dict.fromkeys(cleaned for v in value or [] if (cleaned := one_line(str(v)))))
        if len(names) > self.most:
            raise ValidationError(f"These are {len(names)}; {self.most} are the most.")
        for name in names:
            if len(name) > self.longest:
                raise ValidationError(f"“{name[:30]}…” is too long; {self.longest} letters are the most.")
            if "\x00" in name:
                raise ValidationError("This holds a character that cannot be stored.")
        return names


def _identified(read: Callable[[str], Identified], text: str) -> str:
    """The text, checked; what cannot be read is said in the field."""
    try:
        return read(text).value if text else ""
    except NotAContactPoint as error:
        raise ValidationError(str(error)) from error


class NewCandidateForm(forms.Form):
    """The few facts one has at hand."""

    name = forms.CharField(max_length=200, label="Name", help_text="As the person writes it.")
    email = forms.CharField(max_length=320, required=False, label="E-mail", widget=forms.EmailInput)
    phone = forms.CharField(
        max_length=60, required=False, label="Phone", widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    link = forms.CharField(
        max_length=320,
        required=False,
        label="Profile link",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text="LinkedIn, GitHub or a web page.",
    )
    place = forms.CharField(max_length=200, required=False, label="Place", help_text="“Lyon, France” is understood.")
    title = forms.CharField(max_length=200, required=False, label="Current title")
    company = forms.CharField(max_length=200, required=False, label="Company")
    skills = NamesField(longest=80, label="Skills")
    note = forms.CharField(
        max_length=10000,
        required=False,
        label="Note",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only your team sees it.",
    )

    def clean_email(self) -> str:
        return _identified(identity.email, self.cleaned_data["email"])

    def clean_phone(self) -> str:
        return _identified(identity.phone, self.cleaned_data["phone"])

    def clean_link(self) -> str:
        return _identified(identity.link, self.cleaned_data["link"])

    def profile(self) -> Profile:
        """What the form says, in the form that every way in makes."""
        said = self.cleaned_data
        job = Job(said["title"], said["company"], is_current=True)
        return Profile(
            name=Claim(said["name"]),
            emails=[Claim(said["email"])] if said["email"] else [],
            phones=[Claim(said["phone"])] if said["phone"] else [],
            links=[Claim(said["link"])] if said["link"] else [],
            place=Place(said["place"]) if said["place"] else None,
            skills=[Claim(s) for s in said["skills"]],
            jobs=[job] if job.title or job.company else [],
        )


class CandidateForm(Begun, forms.ModelForm):
    """The person's own columns, skills and tags."""

    owner: forms.ModelChoiceField[Member] = forms.ModelChoiceField(queryset=None, required=False, empty_label="Nobody")
    source: forms.ModelChoiceField[Source] = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="Unknown"
    )
    seniority = forms.TypedChoiceField(
        choices=[("", "Read it from the title"), *Seniority.choices], coerce=int, empty_value=None, required=False
    )
    open_to_remote = forms.NullBooleanField(required=False, label="Would work remotely")
    open_to_relocation = forms.NullBooleanField(required=False, label="Would move")
    skills = NamesField(longest=80, label="Skills")
    tags = NamesField(longest=60, label="Tags")

    class Meta:
        model = Candidate
        fields = (
            "name",
            "headline",
            "current_title",
            "current_company",
            "location",
            "state",
            "seniority",
            "job_search",
            "time_zone",
            "open_to_remote",
            "open_to_relocation",
            "summary",
        )
        widgets = {"summary": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = members()  # type: ignore[attr-defined]
        self.fields["source"].queryset = Source.objects.all()  # type: ignore[attr-defined]
        self.initial.update({"owner": self.instance.owner_id, "source": self.instance.source_id})
        if self.instance.seniority_origin == Said.DERIVED:
            self.initial["seniority"] = ""
        if self.instance.source_id:
            del self.fields["source"]
        for name in ("state", "seniority", "job_search", "time_zone", "open_to_remote", "open_to_relocation"):
            self.fields[name].required = False

    def clean_state(self) -> str:
        return str(self.cleaned_data["state"] or self.instance.state)

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone and zone not in available_timezones():
            raise ValidationError(f"“{zone}” is no time zone. Write it as Europe/Berlin.")
        return zone

    def changes(self) -> dict[str, object]:
        """What the columns shall be, those only that were changed: what follows from them is the service's to say."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name not in ("skills", "tags")}


class ContactPointForm(forms.Form):
    """One more way to reach or recognise a person."""

    KINDS = ((ContactKind.EMAIL, "E-mail"), (ContactKind.PHONE, "Phone"), (ContactKind.WEBSITE, "Profile or web link"))
    kind = forms.ChoiceField(choices=KINDS, label="Kind")
    value = forms.CharField(max_length=320, label="Address, number or link")

    def __init__(self, *args: Any, region: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "kind" in said and "value" in said:
            try:
                said["point"] = identity.contact_point(said["kind"], said["value"], self.region or None)
            except NotAContactPoint as error:
                self.add_error("value", str(error))
        return said
