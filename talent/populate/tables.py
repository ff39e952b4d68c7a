"""One statement for each table: its rows out of the people of the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Field, Model
from psycopg import sql

from crm.models import Event
from talent.models import (
    Candidate,
    CandidateSkill,
    CandidateTag,
    ContactPoint,
    Employment,
    Note,
    PoolMembership,
    PoolStage,
    Skill,
    Source,
    Tag,
    TalentPool,
)

TAGS, SOURCES, POOLS = 60, 5, 10
STAGES = ("New", "Reached out", "In conversation", "Ready")


@dataclass(frozen=True)
class Table:
    """`columns` maps a column to its SQL over `source`; `halves` when two connections share the people (`p`)."""

    model: type[Model]
    source: str
    columns: dict[str, str]
    halves: bool = True
    only: str = "true"

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    def insert(self, people: str = "true") -> sql.Composed:
        """The statement, with the columns that this class does not speak of as the model begins them."""
        named = {name: sql.SQL(expression) for name, expression in self.columns.items()}
        rest = {str(f.column): sql.Literal(_start(f)) for f in self.model._meta.concrete_fields if _is_left(f, named)}
        columns = {**named, **rest}
        return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} WHERE {}").format(
            sql.Identifier(self.name),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(columns.values()),
            sql.SQL(self.source),
            sql.SQL(f"({self.only}) AND {people}"),
        )


def _is_left(column: Field[Any, Any], named: dict[str, sql.SQL]) -> bool:
    has_own = column.db_default is not None and column.has_db_default()
    return column.column not in named and not column.generated and not column.null and not has_own


def _start(column: Field[Any, Any]) -> Any:
    return column.get_default()


def _directory(model: type[Model], salt: int, count: int, **columns: str) -> Table:
    """A few rows for each tenant, numbered by `i`."""
    source = f"populate.tenant t, generate_series(0, {count - 1}) i"
    keys = {"id": f"populate.fixed(t.no * 1000 + i, {salt})", "created_at": "now()"}
    return Table(
        model,
        source,
        {**keys, "tenant_id": "t.id", **columns},
        False,
    )


def _of_person(salt: int, number: str = "p.n", **columns: str) -> dict[str, str]:
    keys = {"id": f"populate.key(p.stamp, {number}, {salt})", "created_at": "p.made"}
    return {**keys, "tenant_id": "p.tenant_id", "candidate_id": "p.id", **columns}


def _one_of(directory: int, salt: int, count: int) -> str:
    """The key of a row of a directory of the person's tenant, the first ones far more often."""
    return f"populate.fixed(p.tenant_no * 1000 + populate.skewed(populate.chance(p.n, {salt}), {count}), {directory})"


PERSON = (
    "populate.person p JOIN populate.kit k ON k.no = p.kit_no JOIN populate.place l ON l.no = p.place_no "
    "JOIN populate.company c ON c.no = p.company_no JOIN populate.given g ON g.no = p.given_no "
    "JOIN populate.family f ON f.no = p.family_no"
)
KNOWN = "k.skills || p.extra"
STEM = "lower(regexp_replace(app.plain(g.name || '.' || f.name), '[^a-z.]', '', 'g')) || '.' || p.n"
NAMED = "populate.person p JOIN populate.given g ON g.no = p.given_no JOIN populate.family f ON f.no = p.family_no"
REPLIED = "p.sent > 0 AND populate.chance(p.n, 12) < 0.22"

SKILLS = Table(
    Skill,
    "populate.tenant t, populate.skill s",
    {
        "id": "populate.fixed(t.no * 10000 + s.no, 100)",
        "created_at": "now()",
        "tenant_id": "t.id",
        "name": "s.name",
        "key": "s.key",
    },
    False,
)
DIRECTORIES = (
    SKILLS,
    _directory(Tag, 200, TAGS, name="'Tag ' || i"),
    _directory(
        Source, 210, SOURCES, name="'Source ' || i", kind="(ARRAY['manual','csv','referral','event','portal'])[i + 1]"
    ),
    _directory(TalentPool, 220, POOLS, name="'Pool ' || i", purpose="'People for team ' || i"),
    _directory(
        PoolStage,
        230,
        POOLS * len(STAGES),
        pool_id=f"populate.fixed(t.no * 1000 + i / {len(STAGES)}, 220)",
        name=f"(ARRAY[{', '.join(repr(stage) for stage in STAGES)}])[1 + i % {len(STAGES)}]",
        position=f"i % {len(STAGES)}",
    ),
)
# At least one of three has no tag, most have one, few have two.
TAG_IDS = (
    "CASE WHEN populate.chance(p.n, 30) < 0.4 THEN '{}'::uuid[] WHEN populate.chance(p.n, 30) < 0.85 "  # noqa: S608
    f"THEN ARRAY[{_one_of(200, 31, TAGS)}] "
    f"ELSE ARRAY(SELECT DISTINCT x FROM unnest(ARRAY[{_one_of(200, 31, TAGS)}, {_one_of(200, 33, TAGS)}]) x) END"
)
PEOPLE = Table(
    Candidate,
    f"{PERSON}, LATERAL (SELECT k.keys || ARRAY(SELECT s.key::varchar FROM populate.skill s "  # noqa: S608
    "WHERE s.no = ANY (p.extra) AND s.no <> ALL (k.skills)) AS keys) known",
    {
        "id": "p.id",
        "tenant_id": "p.tenant_id",
        "created_at": "p.made",
        "updated_at": "p.made + populate.chance(p.n, 40) * (now() - p.made)",
        "name": "g.name || ' ' || f.name",
        "headline": "k.title || ' at ' || c.name",
        "current_title": "k.title",
        "current_company": "c.name",
        "location": "l.city || ', ' || l.country",
        "city": "l.city",
        "country": "l.country",
        "latitude": "l.latitude",
        "longitude": "l.longitude",
        "time_zone": "l.zone",
        "time_zone_origin": "'city'",
        "open_to_remote": "CASE WHEN populate.chance(p.n, 41) < 0.4 THEN populate.chance(p.n, 42) < 0.7 END",
        "open_to_relocation": "CASE WHEN populate.chance(p.n, 43) < 0.3 THEN populate.chance(p.n, 44) < 0.3 END",
        "seniority": "k.seniority",
        "seniority_origin": "'derived'",
        "job_search": "(ARRAY['', '', '', '', 'not_looking', 'open', 'looking'])"
        "[1 + (populate.chance(p.n, 45) * 6.99)::integer % 7]",
        "summary": "k.summary",
        "state": "(ARRAY['lead', 'prospect', 'in_talks', 'dormant'])[1 + populate.skewed(populate.chance(p.n, 46), 4)]",
        "source_id": _one_of(210, 47, SOURCES),
        "owner_id": "CASE WHEN populate.chance(p.n, 48) < 0.6 "
        "THEN p.owners[1 + populate.skewed(populate.chance(p.n, 49), cardinality(p.owners))] END",
        "last_contacted_at": "CASE WHEN p.sent > 0 THEN p.contacted END",
        "last_replied_at": f"CASE WHEN {REPLIED} THEN p.contacted + interval '9 hours' END",
        "last_two_way_at": f"CASE WHEN {REPLIED} THEN p.contacted + interval '9 hours' END",
        "engagement": f"CASE WHEN p.sent = 0 THEN 0 ELSE ln(1 + p.sent) * populate.chance(p.n, 50) * "
        f"CASE WHEN {REPLIED} THEN 5 ELSE 1 END END",
        "skill_keys": "known.keys",
        "tag_ids": TAG_IDS,
        "search_text": "concat_ws(' ', g.name, f.name, k.title, c.name, l.city, "
        "array_to_string(known.keys, ' '), k.summary)",
    },
)


def _contact(kind: str, salt: int, value: str, normal: str) -> dict[str, str]:
    return _of_person(salt, kind=f"'{kind}'", value=value, normal=normal, is_primary="true")


PHONE = "'+4930' || lpad((populate.chance(p.n, 53) * 99999999)::integer::text, 8, '0')"
EMPLOYED = f"{PERSON}, LATERAL generate_series(0, (populate.chance(p.n, 60) * 2)::integer) i"
KNOWN_ROWS = (
    f"populate.person p JOIN populate.kit k ON k.no = p.kit_no, LATERAL (SELECT DISTINCT x FROM unnest({KNOWN}) x) s"  # noqa: S608
)
STAGE_OF = (
    f"populate.fixed(p.tenant_no * 1000 + populate.skewed(populate.chance(p.n, 68), {POOLS}) * {len(STAGES)} "
    f"+ populate.skewed(populate.chance(p.n, 69), {len(STAGES)}), 230)"
)
MAILED = "populate.person p, LATERAL generate_series(1, p.sent) i"
SENT_AT = "p.contacted - (i - 1) * interval '17 hours'"


def _mail(kind: str, salt: int, after: str, only: str = "true") -> Table:
    """Events of one kind about a person's mails; the first mail is the last one sent."""
    by = "'system'" if kind == "message_sent" else "'candidate'"
    number = "p.n * 8192 + i"
    return Table(
        Event,
        MAILED,
        {
            "id": f"populate.key(p.stamp, {number}, {salt})",
            "created_at": SENT_AT,
            "tenant_id": "p.tenant_id",
            "kind": f"'{kind}'",
            "candidate_id": "p.id",
            "occurred_at": f"{SENT_AT} + {after}",
            "actor_kind": by,
            "actor_label": "'Outreach'",
            "data": "'{}'::jsonb",
        },
        only=only,
    )


HISTORY = (
    Table(
        ContactPoint, NAMED, _contact("email", 51, f"{STEM} || '@mail.example.com'", f"{STEM} || '@mail.example.com'")
    ),
    Table(ContactPoint, NAMED, _contact("phone", 52, PHONE, PHONE), only="populate.chance(p.n, 54) < 0.4"),
    Table(
        ContactPoint,
        NAMED,
        _contact("linkedin", 55, f"'https://www.linkedin.com/in/' || {STEM}", f"'in/' || {STEM}"),
        only="populate.chance(p.n, 56) < 0.3",
    ),
    Table(
        Employment,
        EMPLOYED,
        _of_person(
            61,
            "p.n * 8 + i",
            title="CASE WHEN i = 0 THEN k.title ELSE k.before END",
            company="CASE WHEN i = 0 THEN c.name ELSE 'Former ' || c.name END",
            start="(2022 - 3 * i)::text",
            end="CASE WHEN i = 0 THEN '' ELSE (2025 - 3 * i)::text END",
            is_current="i = 0",
        ),
    ),
    Table(
        CandidateSkill,
        KNOWN_ROWS,
        _of_person(63, "p.n * 4096 + s.x", skill_id="populate.fixed(p.tenant_no * 10000 + s.x, 100)"),
    ),
    Table(
        CandidateTag,
        f"populate.person p, LATERAL unnest({TAG_IDS}) WITH ORDINALITY t (tag, i)",
        _of_person(65, "p.n * 8 + t.i", tag_id="t.tag"),
    ),
    Table(
        PoolMembership,
        "populate.person p",
        _of_person(
            67,
            pool_id=_one_of(220, 68, POOLS),
            stage_id=STAGE_OF,
            moved_at="p.made",
            added_by="'Crowd'",
        ),
        only="populate.chance(p.n, 66) < 0.08",
    ),
    Table(
        Note,
        "populate.person p JOIN populate.kit k ON k.no = p.kit_no",
        _of_person(71, text="'Met and talked. ' || k.summary"),
        only="populate.chance(p.n, 70) < 0.1",
    ),
    _mail("message_sent", 73, "interval '0'"),
    _mail("message_clicked", 75, "interval '2 hours'", "populate.chance(p.n * 8192 + i, 76) < 0.12"),
    _mail("message_received", 77, "interval '9 hours'", f"i = 1 AND {REPLIED}"),
)
# What rules of people look at beside their own rows.
ASKED_FOR = ("'message_clicked'", "'message_received'")
LEAN = tuple(
    table
    for table in HISTORY
    if table.model in (ContactPoint, PoolMembership) or table.columns.get("kind") in ASKED_FOR
)
