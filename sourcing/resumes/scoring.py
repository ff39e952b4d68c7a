"""Owns comparing what was read from a résumé with what a person labelled."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sourcing.resumes.fields import Found, ParsedResume
from sourcing.resumes.parse.contact import link_key

Labels = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """Right, invented and missed values of one field; sums and means of scores are scores."""

    right: float = 0.0
    invented: float = 0.0
    missed: float = 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.invented + other.invented, self.missed + other.missed)

    def over(self, count: int) -> "Score":
        return Score(self.right / count, self.invented / count, self.missed / count)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.invented) if self.right + self.invented else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def score(found: ParsedResume | None, expected: Labels) -> dict[str, Score]:
    """Field -> score, for the fields that are labelled. A file that could not be read has found nothing."""
    read = _read_values(found)
    scores: dict[str, Score] = {}
    for field, key in _SINGLE.items():
        if field in expected:
            stated = expected[field]
            scores[field] = _listed([key(stated)] if stated else [], [key(value) for value in read[field] if value])
    for field, key in _LISTED.items():
        if field in expected:
            scores[field] = _listed([key(value) for value in expected[field]], [key(value) for value in read[field]])
    scores |= _links(read["links"], expected)
    if expected.get("skills") is not None:
        wanted, got = {_skill(value) for value in expected["skills"]}, {_skill(value) for value in read["skills"]}
        scores["skills (recall)"] = Score(right=len(wanted & got), missed=len(wanted - got))
    for field in ("experience", "education"):
        if field in expected:
            scores |= _entries(field, expected[field], read[field])
    return scores


def _text(value: Found | None) -> str:
    return value.value if value else ""


def _read_values(found: ParsedResume | None) -> dict[str, list[Any]]:
    if found is None:
        return {key: [] for key in [*_SINGLE, *_LISTED, "links", "skills", "experience", "education"]}
    fields = found.fields
    current = next((job for job in fields.employments if job.is_current), None)
    return {
        "name": [_text(fields.name)],
        "headline": [_text(fields.headline)],
        "location": [_text(fields.location.raw)] if fields.location else [],
        "current_title": [_text(current.title)] if current else [],
        "current_company": [_text(current.company)] if current else [],
        "emails": [value.value for value in fields.emails],
        "phones": [phone.raw.value for phone in fields.phones],
        "links": [link.url.value for link in fields.links],
        "skills": [value.value for value in fields.skills],
        "experience": [
            {
                "title": _text(j.title),
                "company": _text(j.company),
                "start": _text(j.start),
                "end": "present" if j.is_current else _text(j.end),
            }
            for j in fields.employments
        ],
        "education": [
            {
                "institution": _text(e.institution),
                "degree": _text(e.degree),
                "start": _text(e.start),
                "end": _text(e.end),
            }
            for e in fields.education
        ],
        "experience_companies": [_text(job.company) for job in fields.employments if job.company],
        "education_institutions": [_text(entry.institution) for entry in fields.education if entry.institution],
    }


def _key(value: str) -> str:
    folded = unicodedata.normalize("NFKC", value).casefold().replace("’", "'")
    return re.sub(r"\s+", " ", folded).strip(" .,")


def _words(value: str) -> str:
    words = re.findall(r"[\w+#]+", _key(value).replace("'s", "").replace(".", ""))
    return " ".join(sorted(set(words) - {"in", "of", "the", "and"}))


def _skill(value: str) -> str:
    """Without a remark in brackets at the end: "JavaScript (ES6+)"."""
    return _key(re.sub(r"\s*\([^()]*\)\s*$", "", value))


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


_SINGLE: dict[str, Callable[[str], str]] = {
    "name": _key,
    "headline": _key,
    "location": _words,
    "current_title": _key,
    "current_company": _key,
}
_LISTED: dict[str, Callable[[str], str]] = {
    "emails": _key,
    "phones": _digits,
    "experience_companies": _key,
    "education_institutions": _key,
}


def _listed(wanted: Iterable[str], got: Iterable[str]) -> Score:
    left, right, invented = list(wanted), 0, 0
    for value in got:
        if value in left:
            left.remove(value)
            right += 1
        else:
            invented += 1
    return Score(right, invented, len(left))


def _links(got: list[str], expected: Labels) -> dict[str, Score]:
    """Printed links, and those that are only behind an icon or a word; the latter are no error where not labelled."""
    if "links" not in expected:
        return {}
    printed = {link_key(url) for url in expected["links"]}
    hidden = {link_key(url) for url in expected.get("profile_hyperlinks", [])} - printed
    found = {link_key(url) for url in got}
    scores = {"links": Score(len(found & printed), len(found - printed - hidden), len(printed - found))}
    if hidden:
        scores["links behind icons"] = Score(right=len(found & hidden), missed=len(hidden - found))
    return scores


def _entries(field: str, wanted: list[dict[str, Any]], got: list[dict[str, str]]) -> dict[str, Score]:
    """Entries are paired so that most of their values agree; each value then counts by itself."""
    left = list(got)
    total: dict[str, Score] = {}
    for entry in wanted:
        best = max(
            left, key=lambda other: sum(_same(key, entry[key], other.get(key, "")) for key in entry), default=None
        )
        if best is not None and not any(entry[key] and _same(key, entry[key], best.get(key, "")) for key in entry):
            best = None
        if best is not None:
            left.remove(best)
        for key in entry:
            total[key] = total.get(key, Score()) + _value_score(key, entry[key], best.get(key, "") if best else "")
    for other in left:
        for key, value in other.items():
            total[key] = total.get(key, Score()) + Score(invented=1 if value else 0)
    return {f"{field} {key}": value for key, value in total.items()}


def _value_score(key: str, wanted: str | None, got: str) -> Score:
    if not wanted:
        return Score(invented=1 if got else 0)
    return Score(right=1) if _same(key, wanted, got) else Score(invented=1 if got else 0, missed=1)


def _same(key: str, wanted: str | None, got: str) -> bool:
    if not wanted or not got:
        return not wanted and not got
    if key == "degree":
        return set(_words(wanted).split()) <= set(_words(got).split())
    return _key(wanted) == _key(got)
