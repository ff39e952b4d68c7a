"""Forms about pools."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from talent.choices import PoolStage
from talent.models import TalentPool


class PoolForm(forms.ModelForm):
    """A pool's name and purpose."""

    class Meta:
        model = TalentPool
        fields = ("name", "purpose")
        help_texts = {"name": "“Berlin platform engineers”, “Speakers”", "purpose": "Who belongs here, and for what."}


class StageForm(forms.Form):
    """Where in a pool's courtship a person stands."""

    stage = forms.ChoiceField(choices=PoolStage.choices)


class KeysField(forms.Field):
    """Keys of rows: comma-separated, or the same parameter once for each."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[UUID]:
        texts = [part for one in value or [] for part in str(one).split(",") if part.strip()]
        try:
            keys = [UUID(text.strip()) for text in texts]
        except ValueError as error:
            raise ValidationError("These are not people of this list.") from error
        if self.required and not keys:
            raise ValidationError("Choose at least one person.")
        return keys


class PeopleForm(forms.Form):
    """People chosen by name."""

    people = KeysField(label="People")
    reason = forms.CharField(max_length=300, required=False, label="Why?", help_text="Colleagues see it in the pool.")


class BulkPoolForm(forms.Form):
    """The pool to add to."""

    pool: forms.ModelChoiceField[TalentPool] = forms.ModelChoiceField(queryset=None, label="Pool", empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"].queryset = TalentPool.objects.all()  # type: ignore[attr-defined]
