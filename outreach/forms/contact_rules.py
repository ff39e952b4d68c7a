"""The rules of contact, as a form: each one with what it does, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.begun import Begun
from outreach.choices import ExclusionReason
from outreach.models import SendingPolicy
from outreach.services import contact_rules


@dataclass(frozen=True)
class Group:
    """Rules that stand together, and how many people they keep back now."""

    title: Promise
    icon: str
    fields: list[forms.BoundField]
    people: int


GROUPS: tuple[tuple[Promise, str, tuple[str, ...], list[ExclusionReason]], ...] = (
    (_("How often"), "gauge", ("most_per_week", "most_per_month", "gap_hours"), [ExclusionReason.TOO_MUCH_CONTACT]),
    (
        _("Between colleagues"),
        "users",
        ("sender_gap_days", "conversation_days"),
        [ExclusionReason.SENDER_SPACING, ExclusionReason.IN_CONVERSATION],
    ),
    (_("After “not now”"), "circle-pause", ("cool_down_days",), [ExclusionReason.PERSON_PAUSED]),
    (_("Sequences"), "send", ("allows_several",), []),
    (_("After an outage"), "alarm-clock-off", ("late_hours",), []),
    (_("Broadcasts"), "megaphone", ("approval_people", "approval_percent", "approval_for_broad"), []),
    (_("The whole workspace"), "gauge", ("mails_per_day",), []),
    (_("Candour"), "message-circle-question-mark", ("tells_names",), []),
)


SWITCHES = {"allows_several", "approval_for_broad", "tells_names"}


class ContactRulesForm(Begun, forms.ModelForm):
    """How much one person hears from all of us together."""

    class Meta:
        model = SendingPolicy
        fields = contact_rules.NAMES
        labels = {
            "most_per_week": _("Mails in 7 days"),
            "most_per_month": _("Mails in 30 days"),
            "gap_hours": _("Hours between two mails"),
            "sender_gap_days": _("Days between two senders"),
            "conversation_days": _("Days that a conversation lasts"),
            "cool_down_days": _("Days of rest"),
            "allows_several": _("Somebody may be in several sequences at once"),
            "late_hours": _("Hours late that need a look"),
            "approval_people": _("A second person above so many people"),
            "approval_percent": _("A second person above so many percent"),
            "approval_for_broad": _("A second person for an audience that is anybody"),
            "tells_names": _("Tell candidates the names"),
            "mails_per_day": _("Mails a day"),
        }
        help_texts = {
            "most_per_week": _("Nobody gets more mails that we begin than this in any 7 days, whoever sends them."),
            "most_per_month": _("Nor more than this in any 30 days."),
            "gap_hours": _("After a mail of ours, the next one waits at least so long."),
            "sender_gap_days": _(
                "When a colleague wrote to somebody, another colleague's mail waits so many days; their own may go on. "
                "0: no such wait."
            ),
            "conversation_days": _(
                "When somebody answered, only the colleague whom they answered writes to them for so long. 0: no rule."
            ),
            "cool_down_days": _("How long nothing is begun with somebody who said “not now”, unless a date is named."),
            "allows_several": _(
                "When off, whoever is in a sequence is left out of a second one. When on, you see a warning."
            ),
            "late_hours": _(
                "When nothing could be sent for a while, mails of sequences that are later than this wait "
                "in the outbox until somebody lets them go. 0: all go at once."
            ),
            "approval_people": _(
                "A broadcast to more people waits until a colleague has approved it. 0: no such rule."
            ),
            "approval_percent": _("The same, as a share of everybody in the workspace. 0: no such rule."),
            "tells_names": _(
                "Every mail leads to a page that says why it was sent. When on, that page names the sequence or "
                "broadcast, the segment and its rule. The rest is always said."
            ),
            "mails_per_day": _(
                "All mailboxes together, single mails too, from midnight to midnight by the workspace's clock. "
                "What is over waits for the next day. Empty: any number."
            ),
            "approval_for_broad": _("When a segment of the audience names no skill, role, place or interest."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(contact_rules.NAMES) - SWITCHES:
            self.fields[name].widget.attrs |= {"class": "input", "inputmode": "numeric"}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        week, month = said.get("most_per_week"), said.get("most_per_month")
        if week and month and month < week:
            self.add_error("most_per_month", _("Allow at least as many in 30 days as in 7."))
        return said

    def groups(self, kept_back: Mapping[str, int]) -> list[Group]:
        """The rules as the page shows them; `kept_back` is {reason: people}."""
        return [
            Group(title, icon, [self[name] for name in names], sum(kept_back.get(reason, 0) for reason in reasons))
            for title, icon, names, reasons in GROUPS
        ]
