"""Forms for what is sent: templates, sequences, enrolments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from crm.begun import Begun
from crm.choices import time_zones
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from crm.unseen import one_line
from outreach.choices import WindowZone
from outreach.forms.leaving_from import MailboxChoice, offered
from outreach.models import MessageTemplate, Sequence, Snippet, TemplateTranslation, Topic
from outreach.services import languages, topics
from outreach.services.message_templates import Shelf
from talent.models import Segment

BODY = forms.Textarea(attrs={"rows": 12, "spellcheck": "true"})


def zones() -> list[tuple[str, Any]]:
    return [("", _("Choose…")), *time_zones()]


def languages_or_none() -> list[tuple[str, Any]]:
    return [("", _("Not said")), *languages.known()]


class TemplateForm(Begun, forms.ModelForm):
    """Name and words of a template, and where it stands in the library."""

    tag_words = forms.CharField(
        label=_("Tags"), max_length=300, required=False, help_text=_("Words with commas between them.")
    )

    class Meta:
        model = MessageTemplate
        fields = ["name", "subject", "body", "folder", "language", "is_private", "is_locked"]
        widgets = {"body": BODY, "folder": forms.TextInput(attrs={"list": "folders", "autocomplete": "off"})}
        help_texts = {"is_private": _("Your colleagues do not see it in the library.")}

    language = forms.ChoiceField(label=_("Language"), choices=languages_or_none, required=False)

    def __init__(self, *args: Any, may_lock: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_lock:
            del self.fields["is_locked"]
        self.initial["tag_words"] = ", ".join(self.instance.tags)

    def clean_tag_words(self) -> list[str]:
        found = (one_line(word)[:40] for word in self.cleaned_data["tag_words"].split(","))
        return list(dict.fromkeys(word for word in found if word))[:12]

    def shelf(self) -> Shelf:
        said = self.cleaned_data
        place = said["folder"].strip(), said["tag_words"], said["is_private"]
        return Shelf(*place, is_locked=said.get("is_locked", False), language=said["language"])


class TranslationForm(Begun, forms.ModelForm):
    """The words of a template in another language."""

    language = forms.ChoiceField(label=_("Language"), choices=languages_or_none)

    class Meta:
        model = TemplateTranslation
        fields = ["language", "subject", "body"]
        widgets = {"body": BODY}


class SnippetForm(Begun, forms.ModelForm):
    """A snippet."""

    class Meta:
        model = Snippet
        fields = ["name", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 6, "spellcheck": "true"})}
        help_texts = {"name": _("Small letters, digits and hyphens: it is written as [[name]].")}


class SequenceNameForm(forms.Form):
    """A new sequence."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Only your team sees it."))


class SequenceForm(Begun, forms.ModelForm):
    """Who sends, when, and what ends it."""

    # Choices from a tenant's tables are named when the form is made: there is no tenant when its class is.
    sender: forms.ModelChoiceField[Member] = forms.ModelChoiceField(label=_("Sender"), queryset=None, required=False)
    topic: forms.ModelChoiceField[Topic] = forms.ModelChoiceField(
        label=_("What it is about"),
        queryset=None,
        required=False,
        empty_label=_("No topic: a recruiter writes"),
        help_text=_("Whoever has turned this topic off does not get it."),
    )
    mailbox = MailboxChoice()
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on these days"),
        choices=[(number + 1, name) for number, name in WEEKDAYS.items()],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: on every day."),
    )
    field_order = ["name", "topic", "priority", "sender_choice", "sender"]

    class Meta:
        model = Sequence
        fields = [
            "name",
            "sender_choice",
            "sender_name",
            "priority",
            "hold_out_percent",
            "stops_on_reply",
            "pauses_on_auto_reply",
            "tracks_opens",
            "tracks_clicks",
            "weekdays",
            "window_start_hour",
            "window_end_hour",
            "window_zone",
            "fixed_zone",
            "skips_holidays",
            "on_leaving",
            "re_entry",
            "re_entry_days",
        ]
        labels = {"re_entry_days": _("Days before that")}
        help_texts = {
            "sender_choice": _("Where nobody fits, the sender below writes."),
            "window_start_hour": _("A full hour from 0 to 23. Empty: from midnight."),
            "window_end_hour": _("A full hour from 1 to 24. Empty: until midnight."),
            "fixed_zone": _("Where it is “This one”."),
            "re_entry_days": _("Where it is “After some days”."),
            "on_leaving": _(
                "For whoever came by a segment, also through an automation. Where the segment is about silence, our "
                "first mail may take them out of it: then let it go on."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender"].queryset = Member.objects.of_tenant(current_tenant_id())  # type: ignore[attr-defined]
        topics.in_use()
        self.fields["topic"].queryset = Topic.objects.in_use()  # type: ignore[attr-defined]
        self.fields["mailbox"].queryset = offered()  # type: ignore[attr-defined]
        kept = self.instance
        self.initial.update(sender=kept.sender_id, topic=kept.topic_id, mailbox=kept.mailbox_id)
        self.fields["fixed_zone"].widget = forms.Select(choices=zones())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        start, end = values.get("window_start_hour"), values.get("window_end_hour")
        if start is not None and end is not None and end <= start:
            self.add_error("window_end_hour", _("This must be later than “not before”."))
        if values.get("window_zone") == WindowZone.FIXED and not values.get("fixed_zone"):
            self.add_error("fixed_zone", _("Choose the time zone that is meant."))
        return values


class EnrolForm(forms.Form):
    """Who to put into a sequence."""

    segment: forms.ModelChoiceField[Segment] = forms.ModelChoiceField(
        label=_("Segment"), queryset=None, empty_label=_("Choose…")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = Segment.objects.all()  # type: ignore[attr-defined]
