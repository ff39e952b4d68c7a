"""Invents any number of people by COPY, for benches: words and skills are as unevenly spread as real ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from psycopg import sql

from crm.bench.scratch import Connection
from crm.tenancy.models import uuid7
from talent.models import Candidate

COLUMNS = (
    *("id", "tenant_id", "created_at", "updated_at", "name", "headline", "current_title", "current_company"),
    *("location", "city", "region", "country", "time_zone", "summary", "state", "skill_keys", "tag_ids", "search_text"),
)
TYPES = ("uuid", "uuid", "timestamptz", "timestamptz", *(["text"] * 11), "text[]", "uuid[]", "text")
SYLLABLES = [consonant + vowel for consonant in "kmrldtvnbs" for vowel in "ao"]
TITLES = ["Engineer", "Developer", "Designer", "Analyst", "Recruiter", "Nurse", "Architect", "Manager", "Scientist"]
LEVELS = ["Junior", "Senior", "Lead", "Principal", "Head"]
COUNTRIES = ["DE", "FR", "SE", "NL", "GB", "US", "IN", "PL", "ES", "BR"]
STATES = ("lead", "prospect", "in_talks", "dormant")
WORDS, SKILLS, TAGS = 20_000, 2_000, 200
WORDS_EACH = 30
BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Crowd:
    """How many people each tenant has."""

    sizes: dict[UUID, int]

    @property
    def largest(self) -> UUID:
        return max(self.sizes, key=lambda tenant: self.sizes[tenant])


def spread(tenants: list[UUID], people: int) -> Crowd:
    """Three tenths of the people in the first tenant, the others shared out evenly."""
    first, others = tenants[0], tenants[1:]
    large = people * 3 // 10
    each = (people - large) // len(others)
    return Crowd({first: people - each * len(others), **dict.fromkeys(others, each)})


class Dice:
    """Picks numbers below `size`, low ones far more often (Zipf's law)."""

    def __init__(self, size: int) -> None:
        self._range = range(size)
        self._weights = list(accumulate(1 / (rank + 3) for rank in self._range))

    def take(self, chance: random.Random, count: int) -> list[int]:
        return chance.choices(self._range, cum_weights=self._weights, k=count)


def word(number: int) -> str:
    """An invented word for a number: base 20 in syllables."""
    text = ""
    while True:
        number, digit = divmod(number, len(SYLLABLES))
        text += SYLLABLES[digit]
        if not number:
            return text


def _person(tenant: UUID, chance: random.Random, words: Dice, skills: Dice, tags: list[UUID]) -> tuple[Any, ...]:
    name = f"{word(chance.randrange(8000)).title()} {word(chance.randrange(160_000)).title()}"
    title = f"{chance.choice(LEVELS)} {chance.choice(TITLES)}"
    company, city = word(chance.randrange(8000)).title(), word(chance.randrange(400)).title()
    known = sorted({f"skill{n}" for n in skills.take(chance, chance.randrange(3, 9))})
    made = BEGINNING + timedelta(seconds=chance.randrange(60_000_000))
    text = " ".join([name, title, company, city, *known, *(word(n) for n in words.take(chance, WORDS_EACH))])
    facts = (title, title, company, city, city, "", chance.choice(COUNTRIES), "", "", chance.choice(STATES))
    return uuid7(), tenant, made, made, name, *facts, known, chance.sample(tags, chance.randrange(3)), text


def people(crowd: Crowd, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of COLUMNS, the tenants mixed as they would come."""
    chance, words, skills = random.Random(seed), Dice(WORDS), Dice(SKILLS)  # noqa: S311 - the same crowd each time
    tags = [uuid7() for _ in range(TAGS)]
    order = [tenant for tenant, size in crowd.sizes.items() for _ in range(size)]
    chance.shuffle(order)
    for tenant in order:
        yield _person(tenant, chance, words, skills, tags)


def _fill_the_rest(owner: Connection) -> None:
    """Columns that the crowd says nothing about begin as the model has them; the database itself knows no defaults."""
    for field in Candidate._meta.concrete_fields:
        start = None if field.null or field.column in COLUMNS or field.generated else field.get_default()
        if start is not None:
            column = sql.Identifier(str(field.column))
            owner.execute(sql.SQL("ALTER TABLE talent_candidate ALTER {} SET DEFAULT {}").format(column, start))


def load(owner: Connection, crowd: Crowd) -> None:
    """COPY the crowd into talent_candidate as the owner of the table; its indexes are built afterwards."""
    indexes = owner.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'talent_candidate' AND indexdef !~ 'UNIQUE'"
    ).fetchall()
    _fill_the_rest(owner)
    for name, _ in indexes:
        owner.execute(f'DROP INDEX "{name}"')
    with owner.cursor() as cursor, cursor.copy(f"COPY talent_candidate ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        copy.set_types(TYPES)
        for row in people(crowd):
            copy.write_row(row)
    for _, definition in indexes:
        owner.execute(str(definition))
    owner.execute("VACUUM (ANALYZE) talent_candidate")
