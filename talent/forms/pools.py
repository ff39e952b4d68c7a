"""Forms about pools."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from crm.begun import Begun
from crm.models import Member
from crm.unseen import one_line
from talent.choices import PoolVisibility
from talent.forms.candidate import members
from talent.models import PoolStage, Segment, TalentPool


class PoolForm(Begun, forms.ModelForm):
    """A pool's name and purpose."""

    class Meta:
        model = TalentPool
        fields = ("name", "purpose")
        help_texts = {"name": "“Berlin platform engineers”, “Speakers”", "purpose": "Who belongs here, and for what."}


class NewPoolForm(PoolForm):
    """The same, with who sees the pool and which stages it begins with."""

    visibility = forms.ChoiceField(
        choices=PoolVisibility.choices,
        initial=PoolVisibility.SHARED,
        required=False,
        label="Who sees it",
        help_text="Of a pool that is not shared, colleagues see nothing anywhere: not the pool, not who is in it.",
    )
    stages_of: forms.ModelChoiceField[TalentPool] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label="Stages",
        empty_label="The usual ones",
        help_text="Or those of another pool.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stages_of"].queryset = TalentPool.objects.all()  # type: ignore[attr-defined]

    def clean_visibility(self) -> str:
        return self.cleaned_data["visibility"] or PoolVisibility.SHARED


class SharingForm(Begun, forms.Form):
    """Who sees a pool, and whose it is."""

    visibility = forms.ChoiceField(choices=PoolVisibility.choices, label="Who sees it", widget=forms.RadioSelect)
    members: forms.ModelMultipleChoiceField[Member] = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        label="Chosen colleagues",
        widget=forms.CheckboxSelectMultiple,
        help_text="They count for a confidential pool. Its owner always sees it.",
    )
    owner: forms.ModelChoiceField[Member] = forms.ModelChoiceField(queryset=None, label="Owner", empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = members()  # type: ignore[attr-defined]
        self.fields["owner"].queryset = members()  # type: ignore[attr-defined]


class StageNameForm(forms.Form):
    """The name of a stage."""

    name = forms.CharField(max_length=60, label="Stage")

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class FeedForm(Begun, forms.Form):
    """The segment that proposes people for a pool."""

    segment: forms.ModelChoiceField[Segment] = forms.ModelChoiceField(
        queryset=None, required=False, label="Segment", empty_label="No segment"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = Segment.objects.all()  # type: ignore[attr-defined]


class StageForm(forms.Form):
    """Where in a pool's courtship a person stands: one of the pool's stages."""

    stage: forms.ModelChoiceField[PoolStage] = forms.ModelChoiceField(queryset=None)

    def __init__(self, pool_id: UUID, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = PoolStage.objects.filter(pool=pool_id)  # type: ignore[attr-defined]


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


class DecisionForm(forms.Form):
    """Proposals that are decided upon together; `stage` is where the accepted begin."""

    ids = KeysField()
    stage = forms.UUIDField(required=False)


class BulkPoolForm(forms.Form):
    """The pool to add to."""

    pool: forms.ModelChoiceField[TalentPool] = forms.ModelChoiceField(queryset=None, label="Pool", empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"].queryset = TalentPool.objects.all()  # type: ignore[attr-defined]
