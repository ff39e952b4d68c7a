"""The choice of the mailbox that a sequence or a broadcast leaves from."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.models import Mailbox
from outreach.models.mailbox import MailboxQuerySet


class MailboxChoice(forms.ModelChoiceField):
    """The workspace's mailboxes for mail. Its rows are named when a form is made: there is no tenant before."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Leaves from"),
            queryset=None,
            required=False,
            empty_label=_("The sender's own, or the main one"),
            help_text=_("From a colleague's own mailbox only what they let you send from it."),
        )

    def label_from_instance(self, mailbox: Mailbox) -> str:
        return f"{mailbox} ({mailbox.name})"


def offered() -> MailboxQuerySet:
    """Those that mails may leave from, the main one first."""
    rows: MailboxQuerySet = Mailbox.objects.for_mail().order_by("-is_default", "name")
    return rows
