"""What counts how much in the engagement score, as a form."""

from __future__ import annotations

from typing import Any

from django import forms

from talent import warmth
from talent.choices import Warmth
from talent.warmth import LEAST_HALF_LIFE, MOST_HALF_LIFE, MOST_WEIGHT, Weights


class WeightsForm(forms.Form):
    """Half-life, one number for each class of evidence, and where the levels begin."""

    half_life_days = forms.IntegerField(
        label="Half-life in days",
        min_value=LEAST_HALF_LIFE,
        max_value=MOST_HALF_LIFE,
        help_text="After this time, evidence counts half; after twice this time, a quarter.",
    )
    cool = forms.FloatField(label="Cool from", min_value=0.1, max_value=10_000)
    warm = forms.FloatField(label="Warm from", min_value=0.1, max_value=10_000)
    engaged = forms.FloatField(label="Highly engaged from", min_value=0.1, max_value=10_000)

    def __init__(self, data: Any = None, *, weights: Weights) -> None:
        self.counted = [one for one in warmth.evidence.values() if not one.resets]
        levels = dict(zip(("cool", "warm", "engaged"), weights.levels, strict=True))
        points = {f"points_{one.name}": weights.of(one) for one in self.counted}
        super().__init__(data, initial={"half_life_days": weights.half_life_days, **levels, **points})
        for one in self.counted:
            self.fields[f"points_{one.name}"] = forms.IntegerField(
                label=one.label,
                min_value=0,
                max_value=MOST_WEIGHT,
                help_text=CERTAINTY[one.certainty],
                widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
            )

    def point_fields(self) -> list[forms.BoundField]:
        return [self[f"points_{one.name}"] for one in self.counted]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        levels = [said.get(name) for name in ("cool", "warm", "engaged")]
        if all(v is not None for v in levels) and not levels[0] < levels[1] < levels[2]:  # type: ignore[operator]
            self.add_error("warm", f"The levels must rise: {', '.join(str(w.label) for w in list(Warmth)[1:])}.")
        return said

    def weights(self) -> Weights:
        """What is typed, as weights; their version is given when they are saved."""
        said = self.cleaned_data
        points = {one.name: said[f"points_{one.name}"] for one in self.counted}
        return Weights(said["half_life_days"], points, (said["cool"], said["warm"], said["engaged"]))


CERTAINTY = {
    "human": "Certainly the person.",
    "likely": "Very likely the person.",
    "unclear": "The person, or a program that fetches images and links for them.",
    "machine": "A scanner or proxy, not the person.",
}
