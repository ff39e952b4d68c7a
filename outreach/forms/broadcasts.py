"""The forms of broadcasts: words, audience and time; what a second person says."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.begun import Begun
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from outreach.choices import PLANNED_PRIORITIES, BroadcastTime, SenderChoice
from outreach.forms.leaving_from import MailboxChoice, offered
from outreach.models import AudienceSource, Broadcast, MessageTemplate, Topic
from outreach.services import topics
from outreach.services.broadcasts import Sources
from talent.models import Segment, TalentPool

WORDS = (
    "name",
    "subject",
    "body",
    "sender_choice",
    "sender_name",
    "priority",
    "days_open",
    "tracks_opens",
    "tracks_clicks",
)
ROWS = ("topic", "sender", "mailbox", "template")
AUDIENCE = ("segments", "pools", "not_segments", "not_pools")


def _many(label: Any) -> forms.ModelMultipleChoiceField[Any]:
    return forms.ModelMultipleChoiceField(
        label=label, queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )


def _initial(broadcast: Broadcast, sources: list[AudienceSource]) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(broadcast, name) for name in (*WORDS, *ROWS, "time")}
    at = timezone.localtime(broadcast.goes_at) if broadcast.goes_at else None
    found |= {"day": at.date(), "clock": at.time()} if at else {}
    for source in sources:
        kind = "segments" if source.segment_id else "pools"
        found.setdefault(f"not_{kind}" if source.is_excluded else kind, []).append(source.segment_id or source.pool_id)
    return found


class BroadcastForm(Begun, forms.Form):
    """One message to many: what it says, who gets it, who sends it, and when. Times are by the reader's clock."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Only your team sees it."))
    topic: forms.ModelChoiceField[Topic] = forms.ModelChoiceField(
        label=_("What it is about"),
        queryset=None,
        required=False,
        empty_label=_("Choose…"),
        help_text=_("Whoever has turned this topic off does not get it."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)
    body = forms.CharField(
        label=_("Body"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 12})
    )
    template: forms.ModelChoiceField[MessageTemplate] = forms.ModelChoiceField(
        queryset=None, required=False, widget=forms.HiddenInput
    )
    segments, pools = _many(_("Segments")), _many(_("Pools"))
    not_segments, not_pools = _many(_("But not the segments")), _many(_("But not the pools"))
    sender: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("Sender"), queryset=None, required=False, empty_label=_("The workspace")
    )
    sender_choice = forms.ChoiceField(label=_("Who writes"), choices=SenderChoice)
    mailbox = MailboxChoice()
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=PLANNED_PRIORITIES,
        coerce=int,
        help_text=_("When the contact rules leave room for one mail only, what has the higher priority goes."),
    )
    sender_name = forms.CharField(
        label=_("Name shown as sender"), max_length=120, required=False, help_text=_("Empty: the sender's own.")
    )
    time = forms.ChoiceField(label=_("When"), choices=BroadcastTime, widget=forms.RadioSelect)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    clock = forms.TimeField(label=_("Time of day"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    days_open = forms.IntegerField(
        label=_("Days until it is stale"),
        min_value=1,
        max_value=60,
        help_text=_("Whoever could not get it by then, because of the contact rules, does not get it any more."),
    )
    tracks_opens = forms.BooleanField(label=_("Count opens"), required=False)
    tracks_clicks = forms.BooleanField(label=_("Count clicks"), required=False)

    def __init__(self, data: Any = None, *, broadcast: Broadcast, sources: list[AudienceSource]) -> None:
        super().__init__(data, initial=_initial(broadcast, sources))
        topics.in_use()
        rows: dict[str, Any] = {
            "topic": Topic.objects.in_use(),
            "template": MessageTemplate.objects.visible(),
            "sender": Member.objects.of_tenant(current_tenant_id()).select_related("user"),
            "mailbox": offered(),
            "segments": Segment.objects.all(),
            "not_segments": Segment.objects.all(),
            "pools": TalentPool.objects.all(),
            "not_pools": TalentPool.objects.all(),
        }
        for name, queryset in rows.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        wanted = {"day": said.get("time") != BroadcastTime.AT_ONCE, "clock": said.get("time") == BroadcastTime.AT}
        for name, is_wanted in wanted.items():
            if is_wanted and not said.get(name) and name not in self.errors:
                self.add_error(name, _("Choose one."))
        return said

    def values(self) -> dict[str, Any]:
        """What `broadcasts.save` takes."""
        said = self.cleaned_data
        found = {name: said[name] for name in (*WORDS, *ROWS, "time")}
        clock = said["clock"] if said["time"] == BroadcastTime.AT else time(9)
        is_now = said["time"] == BroadcastTime.AT_ONCE
        return found | {"goes_at": None if is_now else timezone.make_aware(datetime.combine(said["day"], clock))}

    def sources(self) -> Sources:
        return Sources(*(list(self.cleaned_data[name]) for name in AUDIENCE))


class SendBackForm(forms.Form):
    """What a second person wants to be changed."""

    words = forms.CharField(label=_("What should change"), max_length=300, required=False)
