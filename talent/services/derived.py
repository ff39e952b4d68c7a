"""What follows from a change of a candidate's own columns: place and time zone, seniority, the date of a job search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import phonenumbers
from phonenumbers import timezone as phone_zones

from crm.actors import Actor
from talent.choices import ContactKind, Said, ZoneOrigin
from talent.models import Candidate, ContactPoint
from talent.services import places

UNKNOWN_ZONE = "Etc/Unknown"
WEAK = ("", ZoneOrigin.PHONE, ZoneOrigin.COUNTRY)


def consequences(candidate: Candidate, changes: Mapping[str, object], by: Actor, now: datetime) -> dict[str, object]:
    """The changes of a hand with all that follows from them."""
    whole = dict(changes)
    if "location" in changes and changes["location"] != candidate.location:
        whole = {**place(candidate, str(changes["location"])), **whole}
    whole |= _said(candidate, changes, by)
    if "job_search" in changes and changes["job_search"] != candidate.job_search:
        asked = bool(changes["job_search"])
        whole.setdefault("job_search_at", now if asked else None)
        whole.setdefault("job_search_origin", by.label[:120] if asked else "")
    return whole


def place(candidate: Candidate, location: str) -> dict[str, object]:
    """City, country, co-ordinates and time zone of a place; a zone that was said or set by hand stays."""
    read = places.read(location)
    columns: dict[str, object] = {n: getattr(read, n) for n in ("city", "region", "country", "latitude", "longitude")}
    if candidate.time_zone_origin in (ZoneOrigin.STATED, ZoneOrigin.EDITED):
        return columns
    return columns | {"time_zone": read.time_zone, "time_zone_origin": zone_origin(read.time_zone, read.city)}


def zone_origin(zone: str, city: str) -> str:
    """How a zone that was read from a place is known."""
    if not zone:
        return ""
    return str(ZoneOrigin.CITY if city else ZoneOrigin.COUNTRY)


def _said(candidate: Candidate, changes: Mapping[str, object], by: Actor) -> dict[str, object]:
    """Who said a seniority or a time zone: the person, or a colleague. An emptied one may be derived again."""
    found: dict[str, object] = {}
    themselves = by.kind == "candidate"
    if "seniority" in changes and changes["seniority"] != candidate.seniority:
        kept = changes["seniority"] is not None
        found["seniority_origin"] = str(Said.STATED if themselves else Said.EDITED) if kept else ""
    if "time_zone" in changes and changes["time_zone"] != candidate.time_zone:
        kept = bool(changes["time_zone"])
        found["time_zone_origin"] = str(ZoneOrigin.STATED if themselves else ZoneOrigin.EDITED) if kept else ""
    return found


def zone_of_phone(normal: str) -> str:
    """The IANA zone of a number in E.164, when its prefix lies in one zone only; empty otherwise."""
    try:
        zones = phone_zones.time_zones_for_number(phonenumbers.parse(normal, None))
    except phonenumbers.NumberParseException:
        return ""
    return zones[0] if len(zones) == 1 and zones[0] != UNKNOWN_ZONE else ""


def zone_by_phone(candidate: Candidate) -> bool:
    """Where no place says the time zone, the telephone number may; True when it did."""
    if candidate.time_zone:
        return False
    numbers = ContactPoint.objects.filter(candidate=candidate, kind=ContactKind.PHONE).values_list("normal", flat=True)
    zone = next((z for number in numbers if (z := zone_of_phone(number))), "")
    if zone:
        candidate.time_zone, candidate.time_zone_origin = zone, ZoneOrigin.PHONE
        candidate.save(update_fields=["time_zone", "time_zone_origin"])
    return bool(zone)
