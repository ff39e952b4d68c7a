"""The form of a grant: who may send from whose mailbox, for what, until when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.models import Member
from crm.permissions import Permission
from crm.tenancy.context import current_tenant_id
from outreach.choices import BroadcastStatus
from outreach.models import Broadcast, Mailbox, Sequence
from outreach.services.send_grants import Scope


class SendGrantForm(forms.Form):
    """A grant. Administrators choose whose mailbox; everybody else gives their own."""

    owner: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("Whose mailbox"), queryset=None, empty_label=_("Choose…")
    )
    grantee: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("Who may send from it"), queryset=None, empty_label=_("Choose…")
    )
    plan = forms.ChoiceField(label=_("For what"), required=False)
    expires_on = forms.DateField(
        label=_("Through"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("Empty: until it is revoked."),
    )

    def __init__(self, data: Any = None, *, member: Member) -> None:
        super().__init__(data, initial={"owner": member.pk})
        self.member = member
        colleagues = Member.objects.of_tenant(current_tenant_id()).select_related("user")
        owners = Mailbox.objects.filter(owner__isnull=False).values("owner")
        self.fields["grantee"].queryset = colleagues.exclude(pk=member.pk)  # type: ignore[attr-defined]
        self.fields["plan"].choices = _plans()  # type: ignore[attr-defined]
        if Permission.TENANT_MANAGE in member.permissions:
            self.fields["owner"].queryset = colleagues.filter(pk__in=owners)  # type: ignore[attr-defined]
            self.fields["grantee"].queryset = colleagues  # type: ignore[attr-defined]
        else:
            del self.fields["owner"]

    @property
    def owner_chosen(self) -> Member:
        found: Member = self.cleaned_data.get("owner") or self.member
        return found

    def scope(self) -> Scope:
        """What was chosen: everything, or one sequence or broadcast."""
        kind, _colon, key = self.cleaned_data["plan"].partition(":")
        until = self.cleaned_data["expires_on"]
        return Scope(
            Sequence.objects.filter(pk=key).first() if kind == "sequence" else None,
            Broadcast.objects.filter(pk=key).first() if kind == "broadcast" else None,
            until,
        )


def _plans() -> list[tuple[str, Any]]:
    sequences = [(f"sequence:{pk}", name) for pk, name in Sequence.objects.values_list("pk", "name")]
    open_ones = Broadcast.objects.exclude(status=BroadcastStatus.CANCELLED).order_by("name")
    rows = [(f"broadcast:{pk}", name) for pk, name in open_ones.values_list("pk", "name")[:100]]
    named = ((str(_("Sequences")), sequences), (str(_("Broadcasts")), rows))
    return [("", _("Everything")), *((label, found) for label, found in named if found)]
