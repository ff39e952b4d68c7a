"""What languages are called."""

from __future__ import annotations

from functools import cache

import pycountry


@cache
def name(code: str) -> str:
    """The English name of a language (ISO 639-1); the code itself where there is none."""
    found = pycountry.languages.get(alpha_2=code) if code else None
    return found.name.split(";")[0].split(" (")[0] if found else code
