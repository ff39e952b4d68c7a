"""The form of a note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from crm.begun import Begun
from crm.models import Member
from talent.choices_notes import NoteVisibility, Unread
from talent.forms.candidate import members
from talent.models import Note
from talent.services import notes
from talent.services.notes import MentionsUnread, Sharing


class NoteForm(Begun, forms.Form):
    """A note for the team: its words, who reads it, whether the person may see it."""

    text = forms.CharField(max_length=10000, label="Note")
    visibility = forms.ChoiceField(choices=NoteVisibility.choices, required=False)
    readers: forms.ModelMultipleChoiceField[Member] = forms.ModelMultipleChoiceField(queryset=None, required=False)
    may_be_shown = forms.BooleanField(required=False)
    is_quotable = forms.BooleanField(required=False)
    unread = forms.ChoiceField(choices=[("", ""), *Unread.choices], required=False)
    asks_about: MentionsUnread | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["readers"].queryset = members()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("visibility") == NoteVisibility.CHOSEN and not said.get("readers") and not said.get("unread"):
            self.add_error("readers", "Choose who reads it, or keep it to yourself.")
        if said.get("is_quotable") and said.get("visibility") not in ("", NoteVisibility.TEAM):
            self.add_error("is_quotable", "Only a note that everybody in the workspace reads can be quoted in mails.")
        return said

    @property
    def chosen(self) -> set[str]:
        """Keys of the chosen colleagues, as texts."""
        return {str(one) for one in self["readers"].value() or []}

    def sharing(self) -> Sharing:
        said = self.cleaned_data
        visibility = said["visibility"] or NoteVisibility.TEAM
        readers = list(said["readers"])
        return Sharing(visibility, readers, said["may_be_shown"], said["unread"], said["is_quotable"])

    def ask(self, about: MentionsUnread) -> None:
        """Whom the note mentions may not read it: what to do?"""
        self.asks_about = about
        self.add_error(None, str(about))


def filled(note: Note, sent: QueryDict | None = None) -> NoteForm:
    """The form of a note as it is, or as it was sent."""
    now = {name: getattr(note, name) for name in ("text", "visibility", "may_be_shown", "is_quotable")}
    return NoteForm(sent, initial={**now, "readers": [m.pk for m in notes.readers(note)]})
