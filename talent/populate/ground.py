"""What the statements stand on: a schema with the vocabulary, one row for each person, and dice made of hashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from crm.bench.scratch import Connection
from talent.populate import bare, words

# Chance depends on the number of the person and on the salt alone: the crowd is the same each time.
FUNCTIONS = """
CREATE SCHEMA populate;
CREATE FUNCTION populate.chance(n bigint, salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (hashint8extended(n, salt) & 2147483647)::double precision / 2147483648;
CREATE FUNCTION populate.skewed(u double precision, size integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN least(size - 1, floor(3 * power((size + 3) / 3.0::double precision, u) - 3)::integer);
CREATE FUNCTION populate.key(stamp text, n bigint, salt integer) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (stamp || '7' || substr(md5(n::text || '.' || salt::text), 1, 19))::uuid;
CREATE FUNCTION populate.fixed(n bigint, salt integer) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN md5(n::text || '.' || salt::text)::uuid;
"""
VOCABULARY = {
    "skill": "no integer, name text, key text",
    "given": "no integer, name text",
    "family": "no integer, name text",
    "company": "no integer, name text",
    "place": "no integer, city text, country text, latitude float, longitude float, zone text",
    "kit": "no integer, title text, seniority smallint, before text, skills integer[], keys varchar[], summary text",
    "tenant": "no integer, id uuid, owners uuid[]",
}
# All but one of `share` people are in the first tenant. They came in a growing stream over three years and a half.
PEOPLE = """
SELECT n, t.no AS tenant_no, t.id AS tenant_id, populate.key(stamp, n, 10) AS id, stamp,
  to_timestamp(ms / 1000.0) AS made, t.owners,
  populate.skewed(populate.chance(n, 1), {kits}) AS kit_no,
  populate.skewed(populate.chance(n, 2), {places}) AS place_no,
  populate.skewed(populate.chance(n, 3), {companies}) AS company_no,
  populate.skewed(populate.chance(n, 4), {given}) AS given_no,
  populate.skewed(populate.chance(n, 5), {family}) AS family_no,
  ARRAY(SELECT DISTINCT populate.skewed(populate.chance(n, 20 + i), {skills})
        FROM generate_series(1, (populate.chance(n, 6) * 4)::integer) i) AS extra,
  CASE WHEN n % {spacing} = 0 AND n % 2 = 0 THEN 2000 + (populate.chance(n, 8) * 3000)::integer
       WHEN populate.chance(n, 7) < 0.55 THEN 0
       WHEN populate.chance(n, 7) < 0.88 THEN 1 + (populate.chance(n, 8) * 4)::integer
       WHEN t.no > 0 THEN 6
       WHEN populate.chance(n, 7) < 0.985 THEN 10 + (populate.chance(n, 8) * 30)::integer
       ELSE 40 + (populate.chance(n, 8) * 60)::integer END AS sent,
  {now} - make_interval(days => populate.skewed(populate.chance(n, 9), 700), secs => populate.chance(n, 11) * 86400)
    AS contacted
FROM (SELECT n, ms, lpad(to_hex(ms), 12, '0') AS stamp
      FROM (SELECT n, ({begin} + {span} * sqrt(n::float / {people}))::bigint AS ms
            FROM generate_series({first}::bigint, {last}) n) moments) people
JOIN populate.tenant t ON t.no = CASE WHEN n % {share} = {share} - 1 THEN 1 + (n / {share}) % {others} ELSE 0 END
"""
SPAN_DAYS = 1280


@dataclass(frozen=True)
class Household:
    """A tenant to fill, and the members who own its people."""

    tenant: UUID
    owners: list[UUID]


def _copy(owner: Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    with owner.cursor() as cursor, cursor.copy(f"COPY populate.{table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _numbered(names: Iterable[str]) -> Iterable[tuple[int, str]]:
    return enumerate(names)


def lay(owner: Connection, households: Sequence[Household], each: int, now: datetime, share: int = 2) -> int:
    """Make the ground: vocabulary by COPY, then the people as numbers; how many they are.

    `each` are in the first tenant; one of `share` people is in the others: as many of two.
    """
    owner.execute("DROP SCHEMA IF EXISTS populate CASCADE")
    owner.execute(FUNCTIONS)
    for table, columns in VOCABULARY.items():
        owner.execute(f"CREATE UNLOGGED TABLE populate.{table} ({columns}, PRIMARY KEY (no))")
    _copy(owner, "skill", words.skill_rows())
    _copy(owner, "given", _numbered(words.given_names()))
    _copy(owner, "family", _numbered(words.family_names()))
    _copy(owner, "company", _numbered(words.companies()))
    _copy(owner, "place", words.place_rows())
    _copy(owner, "kit", words.kit_rows())
    _copy(owner, "tenant", ((no, h.tenant, h.owners) for no, h in enumerate(households)))
    people = each * share // (share - 1)
    _people(owner, each, people, {"others": len(households) - 1, "share": share}, now)
    return people


def _people(owner: Connection, each: int, people: int, spread: dict[str, int], now: datetime) -> None:
    end = int(now.timestamp() * 1000)
    span = SPAN_DAYS * 86_400_000
    sizes = {"kits": words.KITS, "places": words.PLACES, "companies": words.COMPANIES, "skills": words.SKILLS}
    names = {"given": words.GIVEN, "family": words.FAMILY, "spacing": max(2, each // 10)}
    facts = {"people": people, **spread, "begin": end - span, "span": span, "now": now}
    literals = {name: sql.Literal(value) for name, value in (sizes | names | facts).items()}

    def some(first: int, last: int) -> str:
        """Those people, whose numbers are the order of their rows."""
        return sql.SQL(PEOPLE).format(**literals, first=sql.Literal(first), last=sql.Literal(last)).as_string(owner)

    halves = ((0, people // 2 - 1), (people // 2, people - 1))
    owner.execute(f"CREATE UNLOGGED TABLE populate.person AS {some(0, -1)}".encode())
    bare.together([("person", f"INSERT INTO populate.person {some(*half)}") for half in halves])
    for table in (*VOCABULARY, "person"):
        owner.execute(f"ANALYZE populate.{table}")


def clear(owner: Connection) -> None:
    owner.execute("DROP SCHEMA IF EXISTS populate CASCADE")
