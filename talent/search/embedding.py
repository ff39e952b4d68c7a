"""Turns texts into vectors, on this machine: the model's weights lie in its package, and nothing is ever fetched.

A vector is kept in two forms. `bits` are the signs of its 256 numbers: how many differ tells which passages may be
near, quickly, over all of a tenant's. `code` are the numbers in a byte each: they put the few hundred nearest in order.
"""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

DIMENSIONS = 256
BATCH = 64
MOST_LETTERS = 2000  # of one text; a model of averages gains nothing from more
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Vector:
    """A text's place in the space of meanings. `bits` is what PostgreSQL writes as bit(256)."""

    bits: str
    code: bytes


@functools.cache
def _model() -> Any | None:
    """The model, loaded once in a process; None when its package cannot be used here."""
    try:
        package = importlib.import_module("wordllama")
        folder = Path(str(package.__file__)).parent
        return package.WordLlama.load(cache_dir=folder, dim=DIMENSIONS, disable_download=True)
    except Exception as error:  # a missing wheel or damaged weights: search goes on without meaning
        logger.warning("search by meaning is off: %s", error)
        return None


def is_ready() -> bool:
    """Can meanings be told here? Loads the model when it has not been yet."""
    return _model() is not None


def _vector(numbers: Any) -> Vector:
    scaled = np.rint(numbers / max(float(np.abs(numbers).max()), 1e-9) * 127).astype(np.int8)
    return Vector("".join("1" if sign else "0" for sign in numbers > 0), scaled.tobytes())


def encode(texts: Sequence[str]) -> list[Vector | None]:
    """A vector for each text; None for one without words, and for all while the model is not there."""
    model = _model()
    if model is None:
        return [None] * len(texts)
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))  # of like length: little is padded
    found: list[Vector | None] = [None] * len(texts)
    for start in range(0, len(order), BATCH):
        some = [n for n in order[start : start + BATCH] if any(c.isalnum() for c in texts[n])]
        if some:
            rows = model.embed([texts[n][:MOST_LETTERS] for n in some], batch_size=BATCH)
            for n, numbers in zip(some, rows, strict=True):
                found[n] = _vector(numbers)
    return found


def nearness(vector: Vector, codes: Iterable[bytes]) -> list[float]:
    """How near each of the codes is: the cosine of the angle between them, 1 for the same direction."""
    rows = np.frombuffer(b"".join(codes), dtype=np.int8).reshape(-1, DIMENSIONS).astype(np.float32)
    own = np.frombuffer(vector.code, dtype=np.int8).astype(np.float32)
    lengths = np.maximum(np.linalg.norm(rows, axis=1) * np.linalg.norm(own), 1e-9)
    return [float(one) for one in rows @ own / lengths]


def middle(codes: Sequence[bytes]) -> Vector:
    """The vector in the middle of several."""
    rows = np.frombuffer(b"".join(codes), dtype=np.int8).reshape(-1, DIMENSIONS).astype(np.float32)
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return _vector((rows / lengths).mean(axis=0))
