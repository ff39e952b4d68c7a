"""The words that a crowd is made of. What is common is far more common than what is rare, as among real people."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from talent import demo_people
from talent.choices import Seniority
from talent.crowd import Dice, word
from talent.identity import skill_key
from talent.services import places

SKILLS, KITS, COMPANIES, PLACES, GIVEN, FAMILY, RARE_WORDS = 2_000, 20_000, 8_000, 600, 600, 9_000, 20_000
LANDS = ("DE", "GB", "US", "FR", "NL", "PL", "ES", "SE", "IT", "PT", "IE", "CH", "AT", "CA", "IN", "BR", "NG", "SG")
LEVELS = (
    ("Intern, ", Seniority.INTERN),
    ("Junior ", Seniority.JUNIOR),
    ("", Seniority.MID),
    ("Senior ", Seniority.SENIOR),
    ("Lead ", Seniority.LEAD),
    ("Head of ", Seniority.HEAD),
    ("Chief ", Seniority.EXECUTIVE),
)
LEVEL_WEIGHTS = (3, 14, 34, 31, 11, 5, 2)
PROSE = (
    "Works on {}, has led {} and writes about {}. Before that {} for {} and {}. Speaks at {}; interested in {} and {}."
)


@dataclass(frozen=True)
class Kit:
    """What somebody does: an occupation at a level, with the skills and the words that go with it."""

    title: str
    seniority: int
    before: str
    skills: list[int]
    summary: str


def skill_names() -> list[str]:
    """The most common first; invented ones after those of the demo."""
    known = dict.fromkeys(part.replace("_", " ") for _, skills in demo_people.FIELDS for part in _whole(skills).split())
    invented = (f"{word(400 + n).title()} {('core', 'kit', 'flow', 'ops')[n % 4]}" for n in range(SKILLS))
    return [*known, *invented][:SKILLS]


def _whole(text: str) -> str:
    for phrase in demo_people.MULTIWORD:
        text = text.replace(phrase, phrase.replace(" ", "_"))
    return text


def kits(seed: int = 1) -> Iterator[Kit]:
    chance, names = random.Random(seed), skill_names()  # noqa: S311 - the same crowd each time
    numbers = {name: number for number, name in enumerate(names)}
    words, skills, fields = Dice(RARE_WORDS), Dice(SKILLS), Dice(len(demo_people.FIELDS))
    for _ in range(KITS):
        titles, own = demo_people.FIELDS[fields.take(chance, 1)[0]]
        prefix, seniority = chance.choices(LEVELS, LEVEL_WEIGHTS)[0]
        field = [numbers[n.replace("_", " ")] for n in _whole(own).split()]
        known = {*chance.sample(field, chance.randrange(1, 4)), *skills.take(chance, chance.randrange(3))}
        summary = PROSE.format(*(word(n) for n in words.take(chance, 9)))
        yield Kit(
            f"{prefix}{titles[0].lower() if prefix else titles[0]}", int(seniority), titles[0], sorted(known), summary
        )


def kit_rows() -> Iterator[tuple[int, str, int, str, list[int], list[str], str]]:
    keys = [key for _, _, key in skill_rows()]
    for number, kit in enumerate(kits()):
        known = [keys[skill] for skill in kit.skills]
        yield number, kit.title, kit.seniority, kit.before, kit.skills, known, kit.summary


def skill_rows() -> Iterator[tuple[int, str, str]]:
    for number, name in enumerate(skill_names()):
        yield number, name, skill_key(name)


def given_names() -> list[str]:
    known = dict.fromkeys(n.replace("_", " ") for place in demo_people.PLACES for n in _whole(place[2]).split())
    return [*known, *(word(900 + n * 7).title() for n in range(GIVEN))][:GIVEN]


def family_names() -> list[str]:
    known = dict.fromkeys(n.replace("_", " ") for place in demo_people.PLACES for n in _whole(place[3]).split())
    return [*known, *(word(8000 + n * 11).title() for n in range(FAMILY))][:FAMILY]


def companies() -> list[str]:
    ends = ("GmbH", "Labs", "Group", "Health", "Energy", "Systems", "AB", "Ltd")
    invented = (f"{word(500 + n * 3).title()} {ends[n % len(ends)]}" for n in range(COMPANIES))
    return [*demo_people.COMPANIES, *invented][:COMPANIES]


def place_rows() -> Iterator[tuple[int, str, str, float, float, str]]:
    """(number, city, country, latitude, longitude, time zone), the largest cities of some lands in turn."""
    by_land = {land: list(reversed([c for c in places.all_cities() if c["countrycode"] == land])) for land in LANDS}
    turns = [by_land[land][turn] for turn in range(PLACES) for land in LANDS if turn < len(by_land[land])]
    for number, city in enumerate(turns[:PLACES]):
        yield number, city["name"], city["countrycode"], city["latitude"], city["longitude"], city["timezone"]
