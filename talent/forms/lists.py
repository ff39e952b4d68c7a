"""Forms about lists: saving a view, exporting."""

from __future__ import annotations

from django import forms

from crm.begun import Begun
from talent.models import Export, SavedView


class ViewForm(Begun, forms.ModelForm):
    """A view's name, and whether the team sees it."""

    class Meta:
        model = SavedView
        fields = ("name", "is_shared")


class ExportForm(forms.Form):
    """What file; the people and the columns are those of the list."""

    format = forms.ChoiceField(choices=Export.Format.choices, label="File", widget=forms.RadioSelect, initial="csv")
