"""Intervals of shares and of their differences, for small numbers: Wilson's score, and Newcombe's for a difference.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), pages 209-212;
R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven methods",
Statistics in Medicine 17 (1998), pages 873-890, method 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
POWER = 0.8  # how surely a difference that is there is found


@dataclass(frozen=True)
class Interval:
    """A share, or a difference of shares, with where it may really lie; all from -1 to 1."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def score(confidence: float = CONFIDENCE) -> float:
    """How many standard deviations a two-sided interval of this confidence spans to each side."""
    return NormalDist().inv_cdf(1 - (1 - confidence) / 2)


def share(hits: int, people: int, confidence: float = CONFIDENCE) -> Interval:
    """`hits` of `people`, with Wilson's interval. Of nobody nothing is known: 0, from 0 to 1."""
    if not people:
        return Interval(0.0, 0.0, 1.0)
    z, p = score(confidence), hits / people
    middle = p + z * z / (2 * people)
    half = z * sqrt(p * (1 - p) / people + z * z / (4 * people * people))
    below = 1 + z * z / people
    low, high = max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)
    return Interval(p, min(low, p), max(high, p))


def difference(hits: int, people: int, hits2: int, people2: int, confidence: float = CONFIDENCE) -> Interval:
    """The first share less the second, with Newcombe's interval."""
    one, two = share(hits, people, confidence), share(hits2, people2, confidence)
    value = one.value - two.value
    low = value - sqrt((one.value - one.low) ** 2 + (two.high - two.value) ** 2)
    high = value + sqrt((one.high - one.value) ** 2 + (two.value - two.low) ** 2)
    return Interval(value, max(-1.0, low), min(1.0, high))


def people_needed(one: float, two: float, confidence: float = CONFIDENCE, power: float = POWER) -> int | None:
    """How many people each of two groups takes until a difference as large as this one is seen; None for none."""
    if one == two:
        return None
    z = score(confidence) + NormalDist().inv_cdf(power)
    spread = one * (1 - one) + two * (1 - two)
    return max(1, ceil(z * z * spread / (one - two) ** 2))
