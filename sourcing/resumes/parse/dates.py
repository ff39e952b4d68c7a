"""Owns dates and periods as people write them in résumés, in nine languages."""

import re
from dataclasses import dataclass

_MONTHS = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari",
    "february feb febr februar février févr fév febrero febbraio fevereiro fev februari",
    "march mar märz mrz mars marzo março maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août agosto ago augustus",
    "september sept sep septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_M = "(?:" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + ")"
_Y = r"(?:19[4-9]\d|20[0-6]\d)"
_SEASON = r"(?:spring|summer|fall|autumn|winter|sommer|herbst|frühjahr|été|printemps|automne|hiver|verano|estate)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\.? "
_NAMED = rf"(?:{_DAY})?\b{_M}\b\.?,?\s*(?:del?\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?,\s*)?(?:{_Y}|['’]\d\d)(?!\d)"
_DATE = (
    rf"(?:{_NAMED}|\d{{1,2}}[./]\d{{1,2}}[./]{_Y}(?!\d)|{_Y}\s?年(?:\s?\d{{1,2}}\s?月)?"
    rf"|{_Y}[-./](?:0[1-9]|1[0-2])(?:[-./]\d\d)?(?!\d)|(?:0?[1-9]|1[0-2])\s?[./-]\s?{_Y}(?!\d)"
    rf"|\b{_SEASON}\s+{_Y}|{_Y}(?!\d))"
)
_NOW = (
    r"(?:(?:till |until |to )?(?:present|current(?:ly)?|now|today|date|ongoing)|till now|pres\b|heute|aktuell|laufend"
    r"|jetzt|présent|aujourd['’]hui|actuel(?:lement)?|ce jour|en cours|presente|actualidad|actual(?:mente|idade)?"
    r"|la fecha|hoy|attuale|oggi|in corso|atual(?:mente)?|o momento|hoje|heden|nu\b|現在|现在)"
)
_TO = (
    r"\s*(?:[-–—‐‑‒−~〜～→]{1,2}|から"
    r"|\b(?:to|until|till|through|bis|à|au|jusqu['’]?(?:à|au)?|al?|hasta|até|fino a(?:l)?|tot|t/m)\b)\s*"
)
_SINCE = r"(?:since|seit|ab|depuis|desde|dal?|de|du|von|van|sinds|vanaf|from|as of)"
_FREE = r"(?<![\w/.:+€$£-])"
_PERIOD = re.compile(
    rf"{_FREE}(?:{_SINCE}\s+)?(?P<start>{_DATE}|\b{_M}\b\.?)(?:{_TO})(?P<end>{_DATE}|{_NOW})"
    rf"|{_FREE}{_SINCE}\s+(?P<since>{_DATE})"
    rf"|{_FREE}(?P<single>{_DATE})(?:(?P<open>\s*[-–—])(?=\s*(?:$|\s{{2}}|[|)])))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Period:
    """`start` and `end` are `YYYY` or `YYYY-MM`; `begin` and `stop` are its place in the text. One date is an end."""

    start: str | None
    end: str | None
    is_current: bool
    begin: int
    stop: int

    @property
    def is_range(self) -> bool:
        return self.start is not None


def find(text: str) -> list[Period]:
    """All periods and single dates of one line, from left to right."""
    found = []
    for match in _PERIOD.finditer(text):
        start_text = match["start"] or match["since"] or (match["single"] if match["open"] else None)
        end_text = match["end"] or (None if start_text else match["single"])
        end = _normal(end_text) if end_text else None
        is_current = end is None
        start = _normal(start_text, end) if start_text else None
        if start is None and is_current:
            continue
        found.append(Period(start, end, is_current, match.start(), match.end()))
    return found


def _normal(text: str, other: str | None = None) -> str | None:
    """`YYYY` or `YYYY-MM`; a month alone takes the year of `other`; words for the present give None."""
    year = re.search(_Y, text)
    years = year.group() if year else None
    if years is None:
        short = re.search(r"['’](\d\d)", text)
        years = f"{'20' if int(short[1]) < 60 else '19'}{short[1]}" if short else (other or "")[:4]
    if len(years) != 4:
        return None
    month = _month(text, years)
    return f"{years}-{month:02d}" if month else years


def _month(text: str, year: str) -> int | None:
    word = re.search(rf"\b{_M}\b", text, re.IGNORECASE)
    if word:
        return _MONTH_OF[word.group().lower()]
    numbers = [int(number) for number in re.findall(r"\d+", text.replace(year, "", 1))]
    if not numbers or "'" in text or "’" in text:
        return None
    if len(numbers) == 1 or text.startswith(year):
        month = numbers[0]
    else:  # day and month, in the order of the country: with points the day is first
        month = numbers[1] if "." in text or numbers[0] > 12 else numbers[0]
    return month if 1 <= month <= 12 else None
