"""Texts of templates as titles: what is filled in later stands by its name."""

from __future__ import annotations

import re

MERGE_TAG = re.compile(r"\{\{\s*([\w.]+)[^}]*\}\}")


def named(text: str) -> str:
    """`Hi {{ first_name | default: "there" }}` as `Hi [first name]`."""
    return MERGE_TAG.sub(lambda tag: f"[{tag[1].replace('_', ' ').replace('.', ' ')}]", text)
