"""What somebody wants to get, as a form: for themselves, and for a colleague who notes it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.begun import Begun
from outreach.choices import Frequency
from outreach.models import Topic
from outreach.services import mail_preferences
from outreach.services.mail_preferences import Choice, Wanted
from talent.choices import ConsentPurpose
from talent.models import Candidate

PAUSES = (("", _("No pause")), ("30", _("One month")), ("91", _("Three months")), ("182", _("Half a year")))
KEPT = "kept"


class MailPreferencesForm(forms.Form):
    """Topics that are on, how often, and a pause. `wanted` is what holds now."""

    topics = forms.MultipleChoiceField(
        label=_("What you want to hear about"), required=False, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=_("How often"), choices=Frequency, coerce=int, widget=forms.RadioSelect)
    pause = forms.ChoiceField(label=_("A pause"), choices=PAUSES, required=False)

    def __init__(self, data: Any, *, choices: list[Choice], wanted: Wanted, today: date) -> None:
        on = [str(one.topic.pk) for one in choices if one.is_on]
        is_paused = wanted.paused_until is not None and wanted.paused_until > today
        super().__init__(data, initial={"topics": on, "days": int(wanted.days), "pause": KEPT if is_paused else ""})
        self.wanted, self.today, self.keys = wanted, today, [one.topic.pk for one in choices]
        self.fields["topics"].choices = [(str(one.topic.pk), _said(one.topic)) for one in choices]  # type: ignore[attr-defined]
        if is_paused:
            words = _("Until %(day)s, as it is") % {"day": f"{wanted.paused_until:%d %B %Y}"}
            self.fields["pause"].choices = [(KEPT, words), *PAUSES]  # type: ignore[attr-defined]

    def result(self) -> Wanted:
        """What holds from now on."""
        said = self.cleaned_data
        out_of_use = self.wanted.off.difference(self.keys)  # not asked about here, and still off
        off = out_of_use.union(key for key in self.keys if str(key) not in said["topics"])
        pause = said["pause"]
        until = self.wanted.paused_until if pause == KEPT else None
        until = self.today + timedelta(days=int(pause)) if pause.isdigit() else until
        return Wanted(off, said["days"], until)


def form_of(candidate: Candidate, today: date, data: Any = None) -> MailPreferencesForm:
    """The form as somebody's choices stand; `data` is what was sent."""
    choices, wanted = mail_preferences.choices(candidate), mail_preferences.of(candidate)
    return MailPreferencesForm(data, choices=choices, wanted=wanted, today=today)


def _said(topic: Topic) -> str:
    return f"{topic.name}: {topic.description}" if topic.description else topic.name


class TopicForm(Begun, forms.ModelForm):
    """A topic: what candidates read, and what mails about it rest on."""

    class Meta:
        model = Topic
        fields = ["name", "description", "purpose", "is_archived"]
        labels = {"description": _("In a sentence"), "is_archived": _("No longer used")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [one for one in ConsentPurpose.choices if one[0] != ConsentPurpose.STORE]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]
        if self.instance._state.adding:
            del self.fields["is_archived"]
