"""Forms of the ways in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from crm.services import files
from sourcing.choices import Target
from sourcing.services import mapping


class TableForm(forms.Form):
    """A table to bring in."""

    file = forms.FileField(
        label="Table",
        help_text=f"{files.TABLES.sentence}, 200,000 rows.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class ColumnsForm(forms.Form):
    """What each column is, and a tag for everybody in the table."""

    tag = forms.CharField(
        required=False, max_length=60, help_text="Put on everybody in this table, so that you find them again."
    )

    def __init__(
        self, *args: Any, columns: Sequence[str], guesses: Sequence[str], role: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own = mapping.own_fields(role)
        choices = [*Target.choices, *([("Your own fields", own)] if own else [])]
        for index, (heading, guess) in enumerate(zip(columns, guesses, strict=True)):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                choices=choices, initial=guess, required=False, label=heading
            )

    @property
    def chosen(self) -> list[str]:
        """The Target of each column, in order; call it on a valid form."""
        names = sorted((n for n in self.fields if n.startswith("column_")), key=lambda n: int(n.split("_")[1]))
        return [self.cleaned_data[name] for name in names]
