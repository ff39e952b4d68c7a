"""Owns finding skills: the items of the skills part, or known words where there is none."""

import re
from functools import cache
from pathlib import Path

from sourcing.resumes.extract.lines import BULLET
from sourcing.resumes.fields import Found
from sourcing.resumes.parse.page import Page, tidy

MAX_SKILLS = 150
_LEVELS = re.compile(
    r"^(?:beginner|basic|novice|intermediate|advanced|expert|proficient|fluent|native|master|familiar|learning|good"
    r"|working knowledge|anfänger|fortgeschritten|experte|grundkenntnisse|sehr gut|gut|débutant|intermédiaire|avancé"
    r"|básico|intermedio|avanzado|n/?a|(?:and|or|und|et|y|e) .{0,12}|etc\.?|[●○★☆■□•\s]+|\d{1,3} ?%"
    r"|\d+\+? ?(?:years?|yrs?|jahre|ans|años)?(?: of experience)?)$",
    re.I,
)
_SEPARATOR = re.compile(r"\s*(?:[,;|•·⋅‣▪●]|\s{3}|\t|\s[–—-]\s|\s/\s)\s*")


@cache
def known() -> dict[str, str]:
    """Any known spelling in lower case -> the usual spelling."""
    text = (Path(__file__).parent.parent / "skills.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            usual, _, others = (part.strip() for part in line.partition(" = "))
            for spelling in [usual, *others.split(" | ")]:
                if spelling:
                    found[spelling.casefold()] = usual
    return found


@cache
def _known_pattern() -> re.Pattern[str]:
    words = sorted(known(), key=len, reverse=True)
    return re.compile(rf"(?<![\w#+./@-])(?:{'|'.join(re.escape(word) for word in words)})(?![\w#+@-])", re.IGNORECASE)


def skills(page: Page) -> list[Found]:
    """Skills as they are written, each once."""
    found: dict[str, Found] = {}
    for part in page.of("skills"):
        _from_part(page, part.start, part.stop, part.first, found)
    if not found:
        for index, line in enumerate(page.lines):
            for value in recognised(line.text):
                found.setdefault(value.casefold(), page.found(value, index, 0.4))
    return list(found.values())[:MAX_SKILLS]


def _from_part(page: Page, start: int, stop: int, first: str, found: dict[str, Found]) -> None:
    """Lines that break inside an item are joined before they are divided."""
    index = start
    width = max((len(page.lines[i].text) for i in range(start, stop)), default=0)
    while index < stop:
        last = index
        text = page.lines[index].text.removeprefix(first) if index == start else page.lines[index].text
        while last + 1 < stop and last - index < 12 and _goes_on(page, last, text, width):
            last += 1
            text = f"{text.rstrip()} {page.lines[last].text}"
        for value in _items(text):
            confidence = 0.9 if value.casefold() in known() else 0.7
            found.setdefault(value.casefold(), page.found(value, index, confidence, last))
        index = last + 1


def _goes_on(page: Page, last: int, text: str, width: int) -> bool:
    """Does the list in `text`, which ends in line `last`, go on in the next line?"""
    line, following = page.lines[last].text, page.lines[last + 1]
    if following.gap or BULLET.match(following.text) or re.match(r"^[\w &/+-]{2,40}:", following.text):
        return False
    if text.count("(") > text.count(")") or line.rstrip().endswith((",", "&", "/", " and")):
        return True
    if re.search(r"\s{3}", line) or "," not in line:
        return False
    return len(line) > (0.7 if "," in following.text else 0.85) * width


def _items(text: str) -> list[str]:
    text = BULLET.sub("", text)
    label = re.match(r"^([^:,(]{2,45}):\s*(.*)$", text)
    body = label[2] if label else text
    if label is None:
        dashed = re.match(r"^([\w &/+]{2,30}) [–—-] ((?:[^,]+,){2}.*)$", text)
        body = dashed[2] if dashed else text
    if len(body) > 60 and not _SEPARATOR.search(body) and len(body.split()) > 7:
        return recognised(body)  # a sentence
    values = []
    for item in _split(body):
        for part in _joined(item):
            values += _with_brackets(part)
    return [value for value in values if _is_skill(value)]


def _split(body: str) -> list[str]:
    """At separators outside brackets; a list divided by spaces alone is divided by known words."""
    hidden = re.sub(r"\([^()]*\)", lambda m: re.sub(r"[,;|•·/–—-]", "\x00", m.group()), body)
    items, at = [], 0
    for piece in _SEPARATOR.split(hidden):
        begin = at + hidden[at:].index(piece) if piece else at
        items.append(body[begin : begin + len(piece)])
        at = begin + len(piece)
    if len(items) == 1 and len(body.split()) >= 4:
        by_words = recognised(body)
        return by_words if len(" ".join(by_words)) > 0.5 * len(body) else items
    return items


def _joined(item: str) -> list[str]:
    """ "Java and Python" are two; "Test and Release Automation" is one."""
    halves = re.split(r"\s+(?:and|&|und|et|y|e|en)\s+", item)
    if len(halves) == 2 and all(half.strip() for half in halves) and item.casefold() not in known():
        bare = [re.sub(r"\s*\(.*", "", half).strip().casefold() for half in halves]
        if any(half in known() for half in bare) and max(len(half.split()) for half in bare) <= 2:
            return halves
    return [re.sub(r"^(?:and|und|et|y|e|en)\s+(?=\w)", "", item)]


def _with_brackets(item: str) -> list[str]:
    """ "AWS (EC2, S3)" names three skills; "Python (basic)" one."""
    match = re.match(r"^(.{2,60}?)\s*\(([^()]*)\)\s*$", item)
    if not match:
        return [tidy(item)]
    inner = [tidy(part) for part in re.split(r"[,;/|]", match[2])]
    listed = inner if len(inner) > 1 or inner[0].casefold() in known() else []
    return [tidy(match[1]), *listed]


def _is_skill(value: str) -> bool:
    if not value or len(value) > 60 or len(value.split()) > 6 or _LEVELS.match(value):
        return False
    if len(value) < 2:
        return value in {"R", "C"}
    return re.search(r"[^\W\d_]", value) is not None and not value.endswith(".") and "@" not in value


def recognised(text: str) -> list[str]:
    found = []
    for match in _known_pattern().finditer(text):
        value = match.group()
        short = len(value) <= 5 or value.casefold() in {
            "oracle",
            "sketch",
            "spring",
            "express",
            "swift",
            "apache",
            "lambda",
        }
        if short and value.islower() and value not in {"dbt", "npm"}:
            continue  # "go", "word", "lean" are words of every day
        if value.casefold() in {"r", "go", "excel", "word", "lean", "chef", "hive", "lambda"} and not re.search(
            r"[,;|/•:]", text
        ):
            continue
        found.append(value)
    return list(dict.fromkeys(found))
