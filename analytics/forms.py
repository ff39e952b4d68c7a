"""What addresses of analytics may say."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from django import forms

from analytics.services import spans
from analytics.services.messages import MEASURES, NONE, Wanted
from analytics.services.spans import NotASpan, Span

DAYS = (30, 90, 365)
USUAL = 90


class KeyField(forms.CharField):
    """A key, or "none", or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return text if text == NONE or not text else str(forms.UUIDField().clean(text))


class PeriodForm(forms.Form):
    """`?days=30`, or `?from=2026-01-01&to=2026-03-31`."""

    days = forms.ChoiceField(choices=[(str(d), d) for d in DAYS], required=False)
    to = forms.DateField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.DateField(required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("from")) != bool(said.get("to")):
            self.add_error(None, "Give both days, from and to, or none.")
        elif said.get("from"):
            try:
                spans.between(said["from"], said["to"], UTC)
            except NotASpan as error:
                self.add_error("to", str(error))
        return said

    def span(self, now: datetime, zone: tzinfo) -> Span:
        """The period that was asked for."""
        said = self.cleaned_data
        if said.get("from"):
            return Span(said["from"], said["to"], zone)
        return spans.latest(int(said["days"] or USUAL), now, zone)


class MessagesForm(PeriodForm):
    """Which messages to list."""

    what = forms.ChoiceField(choices=[(m.name, m.label) for m in MEASURES])
    template = KeyField()
    sequence = KeyField()
    at = forms.ChoiceField(choices=[("sent", ""), ("event", "")], required=False)

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(said["what"], said["template"], said["sequence"], by_event=said["at"] == "event")


class NewcomersForm(PeriodForm):
    """Which new people to list."""

    source = KeyField()


class MembersForm(forms.Form):
    """Whose members to list, at the end of which day."""

    segment = forms.UUIDField()
    on = forms.DateField()
