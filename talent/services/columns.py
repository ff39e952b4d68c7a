"""The columns that a list of people can show, for pages and exports; what they need is read once for all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from crm.models import Member
from talent.choices import JobSearchStatus, RelationshipState, Seniority, Warmth
from talent.filters.clock import zone_named
from talent.models import ContactPoint, FencedCandidate, FieldDefinition, FieldValue, Skill, Source, Tag
from talent.services import engagement, places
from talent.warmth import Weights

Row = Mapping[str, Any]
MOST = 30
CUSTOM = "field-"  # before the key of a custom field


@dataclass
class Names:
    """What the rows of one page refer to, by key: read in one query each, and only where a column asks for it."""

    skills: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[UUID, str] = field(default_factory=dict)
    sources: Mapping[UUID, str] = field(default_factory=dict)
    owners: Mapping[UUID, str] = field(default_factory=dict)
    emails: Mapping[UUID, str] = field(default_factory=dict)
    custom: Mapping[tuple[UUID, str], str] = field(default_factory=dict)
    weights: Weights = field(default_factory=Weights)
    now: datetime = field(default_factory=timezone.now)


Cell = str | datetime | list[str] | Warmth | None


@dataclass(frozen=True)
class Column:
    """One column: the candidate's columns it reads, what it shows, what it can be sorted by.

    A cell is a text, a moment, or a list of words.
    """

    name: str
    label: str
    reads: tuple[str, ...]
    cell: Callable[[Row, Names], Cell]
    sort: str = ""
    needs: str = ""  # which of Names
    edits: str = ""  # the field of the inline edit


def _plain(name: str) -> Callable[[Row, Names], Cell]:
    return lambda row, names: row[name]


def _label(name: str, kind: Any) -> Callable[[Row, Names], Cell]:
    labels = {value: str(label) for value, label in kind.choices}
    return lambda row, names: labels.get(row[name], "")


def _words(row: Row, names: Names) -> list[str]:
    return [names.tags[tag] for tag in row["tag_ids"] if tag in names.tags]


def _skills(row: Row, names: Names) -> list[str]:
    return [names.skills.get(key, key) for key in row["skill_keys"]]


def _place(row: Row, names: Names) -> str:
    country = places.country_name(row["country"]) if row["country"] else ""
    return ", ".join(part for part in (row["city"], country) if part) or row["location"]


def _local_time(row: Row, names: Names) -> str:
    if not row["time_zone"]:
        return ""
    return f"{names.now.astimezone(zone_named(row['time_zone'])):%a %H:%M}"


def _warmth(row: Row, names: Names) -> Warmth:
    return names.weights.level(row["engagement"], names.now)


def _moment(name: str, label: str, column: str, sort: str = "") -> Column:
    return Column(name, label, (column,), _plain(column), sort)


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("headline", "Headline", ("headline",), _plain("headline")),
        Column("title", "Title", ("current_title",), _plain("current_title"), edits="current_title"),
        Column("company", "Company", ("current_company",), _plain("current_company"), edits="current_company"),
        Column("place", "Place", ("city", "country", "location"), _place),
        Column(
            "seniority", "Seniority", ("seniority",), _label("seniority", Seniority), "seniority", edits="seniority"
        ),
        Column("job-search", "Job search", ("job_search",), _label("job_search", JobSearchStatus), edits="job_search"),
        Column("state", "State", ("state",), _label("state", RelationshipState), edits="state"),
        Column("skills", "Skills", ("skill_keys",), _skills, needs="skills"),
        Column("tags", "Tags", ("tag_ids",), _words, needs="tags", edits="tags"),
        Column(
            "owner",
            "Owner",
            ("owner_id",),
            lambda row, names: names.owners.get(row["owner_id"], ""),
            needs="owners",
            edits="owner",
        ),
        Column(
            "source",
            "Source",
            ("source_id",),
            lambda row, names: names.sources.get(row["source_id"], ""),
            needs="sources",
        ),
        Column("email", "Primary e-mail", ("pk",), lambda row, names: names.emails.get(row["pk"], ""), needs="emails"),
        Column("warmth", "Warmth", ("engagement",), _warmth, "engagement", needs="weights"),
        Column("local-time", "Local time", ("time_zone",), _local_time),
        _moment("contacted", "Last contact", "last_contacted_at", "contacted"),
        _moment("replied", "Last reply", "last_replied_at", "replied"),
        _moment("two-way", "Last two-way contact", "last_two_way_at", "two-way"),
        _moment("added", "Added", "created_at", "created"),
        _moment("changed", "Changed", "updated_at", "changed"),
    )
}
USUAL = ("place", "skills", "tags", "replied", "owner", "source")


def _custom(definition: FieldDefinition) -> Column:
    key = definition.key
    return Column(
        f"{CUSTOM}{key}",
        definition.name,
        ("pk",),
        lambda row, names: names.custom.get((row["pk"], key), ""),
        needs="custom",
    )


def offered(role: str) -> list[Column]:
    """Every column that somebody of a role may see, the tenant's own fields last."""
    return [*COLUMNS.values(), *(_custom(d) for d in FieldDefinition.objects.in_use().seen_by(role))]


def chosen(wanted: Iterable[str], role: str) -> list[Column]:
    """The columns of these names, in this order; the usual ones when none is named. Unknown names are left out."""
    names = list(dict.fromkeys(wanted))[:MOST]
    known = COLUMNS if not any(n.startswith(CUSTOM) for n in names) else {c.name: c for c in offered(role)}
    return [known[name] for name in names if name in known] or [COLUMNS[name] for name in USUAL]


def reads(columns: Sequence[Column]) -> tuple[str, ...]:
    """The candidate's columns that these need, each once, beside `pk` and `name`."""
    return tuple(dict.fromkeys(["pk", "name", *(one for column in columns for one in column.reads)]))


def _customs(people: list[UUID], columns: Sequence[Column]) -> dict[tuple[UUID, str], str]:
    keys = [column.name.removeprefix(CUSTOM) for column in columns if column.name.startswith(CUSTOM)]
    rows = FieldValue.objects.filter(candidate__in=people, definition__key__in=keys).select_related("definition")
    return {(row.candidate_id, row.definition.key): row.words for row in rows}


def names_for(rows: Sequence[Row], columns: Sequence[Column], now: datetime) -> Names:
    """What these rows refer to: at most one query for each kind that a column needs, however many rows."""
    needs, names = {column.needs for column in columns}, Names(now=now)
    people = [row["pk"] for row in rows]
    if "skills" in needs:
        keys = {key for row in rows for key in row["skill_keys"]}
        names.skills = dict(Skill.objects.filter(key__in=keys).values_list("key", "name"))
    if "tags" in needs:
        keys = {key for row in rows for key in row["tag_ids"]}
        names.tags = dict(Tag.objects.filter(pk__in=keys).values_list("pk", "name"))
    if "sources" in needs:
        names.sources = dict(Source.objects.filter(pk__in={r["source_id"] for r in rows}).values_list("pk", "name"))
    if "owners" in needs:
        members = Member.objects.filter(pk__in={row["owner_id"] for row in rows}).select_related("user")
        names.owners = {member.pk: str(member) for member in members}
    if "emails" in needs:
        points = ContactPoint.objects.emails().filter(candidate__in=people, is_primary=True)
        names.emails = dict(points.order_by().values_list("candidate_id", "value"))
    if "weights" in needs:
        names.weights = engagement.current()
    if "custom" in needs:
        names.custom = _customs(people, columns)
    return names


def cells(people: Sequence[UUID], columns: Sequence[Column], now: datetime) -> dict[UUID, list[Cell]]:
    """The cells of these people, in the order of the columns: one query for them, and what `names_for` takes."""
    rows = list(FencedCandidate.objects.filter(pk__in=people).values(*reads(columns)))
    names = names_for(rows, columns, now)
    return {row["pk"]: [column.cell(row, names) for column in columns] for row in rows}


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as a spreadsheet reads it, in the workspace's zone."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
