"""Measures rivals side by side: A, B, A, B, ..., so that a neighbour's load falls on both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

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
