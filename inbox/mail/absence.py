"""When somebody who is away comes back, as far as an out-of-office answer says so."""

import re
from datetime import date, timedelta

_MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner januari janvier janv enero ene gennaio gen janeiro ianuarie stycznia",
            "february feb februar februari février fevrier févr febrero febbraio fevereiro fev lutego",
            "march mar märz maerz mrz maart mrt mars marzo março marco marca",
            "april apr avril avr abril abr aprile kwietnia",
            "may mai mei mayo maggio mag maio maja",
            "june jun juni juin junio giugno giu junho czerwca",
            "july jul juli juillet juil julio luglio lug julho lipca",
            "august aug augustus août aout agosto ago sierpnia",
            "september sept sep septembre septiembre settembre set setembro września",
            "october oct oktober okt octobre octubre ottobre ott outubro out października",
            "november nov novembre noviembre novembro listopada",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro grudnia",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes lunedì lunedi maandag segunda-feira segunda",
            "tuesday dienstag mardi martes martedì martedi dinsdag terça-feira terça",
            "wednesday mittwoch mercredi miércoles mercoledì mercoledi woensdag quarta-feira quarta",
            "thursday donnerstag jeudi jueves giovedì giovedi donderdag quinta-feira quinta",
            "friday freitag vendredi viernes venerdì venerdi vrijdag sexta-feira sexta",
            "saturday samstag samedi sábado sabato zaterdag",
            "sunday sonntag dimanche domingo domenica zondag",
        )
    )
    for name in names.split()
}
_TOMORROW = {"tomorrow", "morgen", "demain", "mañana", "domani", "amanhã"}

# What stands before the day of return: "back on", "until", "from … to". A mere "from" begins an absence.
_CUE = re.compile(
    r"(?:(?<=\s)[-–—]|(?<=\b\d)[-–—]|(?<=\b\d\d)[-–—]|\b(?:(?<!get )(?<!getting )back(?! to you)|return(?:ing)?|"
    r"available again|in the office again|until|till|til|through|thru|to|"
    r"bis(?: einschließlich| inkl\.?| zum| inklusive)?|zurück|wieder (?:im|ab|am|da|erreichbar|verfügbar)|ab dem|"
    r"rückkehr|"
    r"jusqu['’]au|retour|au|reviens|reviendrai|de nouveau|hasta|vuelvo|volveré|regreso|regresaré|de vuelta|al|"
    r"fino a[ld]?|rientr\w+|torn\w+|tot(?: en met| aan)?|terug|t/m|weer (?:aanwezig|bereikbaar)|até|retorno|regress\w+|"
    r"volto|voltarei|de volta|do))(?=[\s\d:])",
    re.IGNORECASE,
)
_INCLUSIVE = re.compile(r"einschließlich|inkl|inclu|through|thru|tot en met|t/m", re.IGNORECASE)
_RETURN_WORD = re.compile(
    r"back|return|available again|again|zurück|wieder|rückkehr|ab dem|retour|revien|nouveau|vuelv|volver|regres|vuelta|"
    r"rientr|torn|terug|weer|volt",
    re.IGNORECASE,
)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted({*_WEEKDAYS, *_TOMORROW}, key=len, reverse=True))
# Germans and the Dutch put the day first: "am 9. November zurück".
_RETURN_AFTER = re.compile(r"[\s,]*(?:\w+ ){0,2}(?:wieder|zurück|terug|weer|back)\b", re.IGNORECASE)
_DATES = re.compile(
    rf"(?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})|"
    rf"(?P<numeric>\d{{1,2}}[./-]\d{{1,2}}(?:[./-](?:\d{{4}}|\d{{2}})\b|\.)?)|"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°)?\s+(?:of\s+|de\s+|"
    rf"d['’])?(?P<month>{_MONTH})\b\.?(?:,?\s+(?:de\s+)?(?P<year>\d{{4}}))?|"
    rf"\b(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year2>\d{{4}}))?|"
    rf"\b(?P<weekday>{_WEEKDAY})\b",
    re.IGNORECASE,
)
_APPLE_END = re.compile(r"endDate=(\d{4})-(\d\d)-(\d\d)")
_REACH = 60  # characters after a cue in which its date must begin
_MAX_CHARS = 5_000


def returns_on(text: str, *, today: date, language_hint: str = "") -> date | None:
    """The stated day of return, never in the past; None if the text names none.

    Reads English, German, French, Spanish, Italian, Dutch and Portuguese. "until 5 May" gives 5 May, "through
    5 May" the day after. A day without a year is the next such day. 5/6 is read as day and month, unless
    `language_hint` is "en-US".
    """
    text = " ".join(text[:_MAX_CHARS].split())
    found: list[tuple[bool, date]] = []
    for cue in _CUE.finditer(text):
        stated = _first_day(text, cue.end(), today, language_hint)
        if stated:
            day, end = stated
            inclusive = _INCLUSIVE.search(cue[0]) or re.match(r"\s*(?:inclu|einschl|inkl)", text[end : end + 20])
            found.append((bool(_RETURN_WORD.search(cue[0])), day + timedelta(days=1) if inclusive else day))
    for match in _DATES.finditer(text):
        before = _day(match, today, language_hint)
        if before and _RETURN_AFTER.match(text, match.end()):
            found.append((True, before))
    future = [(strong, day) for strong, day in found if today <= day <= today + timedelta(days=400)]
    return max(future)[1] if future else None


def _first_day(text: str, start: int, today: date, hint: str) -> tuple[date, int] | None:
    """The first date soon after a cue and where it ends; a weekday only if no date follows it."""
    weekday: tuple[date, int] | None = None
    for match in _DATES.finditer(text, start, start + _REACH):
        day = _day(match, today, hint)
        if day and not match["weekday"]:
            return day, match.end()
        if day and weekday is None:
            weekday = day, match.end()
    return weekday


def apple_return(criteria: str) -> date | None:
    """The end of an iCloud vacation answer (header X-Apple-Criteria), in UTC."""
    found = _APPLE_END.search(criteria)
    return _date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _day(match: re.Match[str], today: date, hint: str) -> date | None:
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
        return _date(year, month, day)
    if match["numeric"]:
        return _numeric(match["numeric"], today, hint)
    word, number, year_text = (match["month"], match["day"], match["year"]) if match["month"] else (
        match["month2"], match["day2"], match["year2"])  # fmt: skip
    if word:
        month_number = _MONTHS.get(word.lower())
        return _with_year(int(number), month_number, year_text, today) if month_number else None
    name = match["weekday"].lower()
    if name in _TOMORROW:
        return today + timedelta(days=1)
    if name in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS[name] - today.weekday() - 1) % 7 + 1)
    return None


def _numeric(text: str, today: date, hint: str) -> date | None:
    first, second, *rest = (int(part) for part in re.split(r"[./-]", text.rstrip(".")))
    american = hint == "en-US" and "/" in text
    day, month = (second, first) if (american or second > 12) else (first, second)
    year = None if not rest else str(rest[0] + 2000 if rest[0] < 100 else rest[0])
    return _with_year(day, month, year, today) if 1 <= month <= 12 else None


def _with_year(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _date(int(year), month, day)
    this = _date(today.year, month, day)
    # A day that has just passed was meant so: the answer was switched off too late.
    if this and this >= today - timedelta(days=60):
        return this
    return _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
