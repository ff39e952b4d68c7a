"""Measures rivals side by side: A, B, A, B, ..., so that a neighbour's load falls on both."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

ROUNDS = 9
SHORTEST = 0.02  # seconds of one sample: quick calls are repeated until they fill it
MOST_REPEATS = 200


def _seconds(call: Callable[[], object], repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - started) / repeats


def interleaved(rivals: Mapping[str, Callable[[], object]], *, rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of one call of each rival, after one round that warms up."""
    repeats = {
        name: max(1, min(MOST_REPEATS, int(SHORTEST / max(_seconds(call, 2), 1e-6)))) for name, call in rivals.items()
    }
    samples: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, call in rivals.items():
            samples[name].append(_seconds(call, repeats[name]))
    return {name: statistics.median(taken) for name, taken in samples.items()}


@dataclass(frozen=True)
class Spread:
    """Seconds of varied calls: the same places of two spreads answer the same question."""

    seconds: Sequence[float]

    def percentile(self, percent: int) -> float:
        ordered = sorted(self.seconds)
        return ordered[round(percent / 100 * (len(ordered) - 1))]

    @property
    def p50(self) -> float:
        return self.percentile(50)

    @property
    def p95(self) -> float:
        return self.percentile(95)


def geometric_mean(ratios: Sequence[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def varied(rivals: Mapping[str, Sequence[Callable[[], object]]], *, rounds: int = 3) -> dict[str, Spread]:
    """Many questions, each asked of every rival in turn and `rounds` times; a question's seconds are their median."""
    medians: dict[str, list[float]] = {name: [] for name in rivals}
    for calls in zip(*rivals.values(), strict=True):
        for name, seconds in zip(rivals, _turns(calls, rounds), strict=True):
            medians[name].append(seconds)
    return {name: Spread(taken) for name, taken in medians.items()}


def _turns(calls: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    for call in calls:
        call()
    taken = [[_seconds(call, 1) for call in calls] for _ in range(rounds)]
    return [statistics.median(one) for one in zip(*taken, strict=True)]
