"""The rules that are counted: each as a tree for the compiler, and as SQL written by hand for the same question."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from talent.choices import RelationshipState
from talent.filters.clock import Clock
from talent.populate import words
from talent.search.placed import THEN

Tree = dict[str, Any]
VARIED = 30


@dataclass(frozen=True)
class Rule:
    """`sql` is the condition on `c`, a row of talent_candidate; the tenant is added by whoever asks.

    `entries` is the same of a rule of skill and place, written by whoever knows how the index has them together. What
    it is made of: `skills`, of each group one, `states` and `countries`.
    """

    name: str
    tree: Tree
    sql: str
    entries: str = ""
    skills: tuple[tuple[str, ...], ...] = ()
    states: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


def field(name: str, op: str, value: object = None) -> Tree:
    return {"field": name, "op": op, "value": value}


def _quoted(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def any_skill(*keys: str) -> Rule:
    if len(keys) == 1:
        sql = f"c.skill_keys @> ARRAY[{_quoted(keys)}]::varchar[]"
    else:
        sql = f"c.skill_keys && ARRAY[{_quoted(keys)}]::varchar[]"
    return Rule("any skill", field("skill", "is_any_of", list(keys)), sql, skills=(keys,))


def all_skills(*keys: str) -> Rule:
    sql = f"c.skill_keys @> ARRAY[{_quoted(keys)}]::varchar[]"
    return Rule("all skills", field("skill", "is_all_of", list(keys)), sql, skills=tuple((key,) for key in keys))


def country(*codes: str) -> Rule:
    sql = f"c.country IN ({_quoted(codes)})"
    return Rule("country", field("country", "is_any_of", list(codes)), sql, countries=codes)


def state(*states: str) -> Rule:
    sql = f"c.state IN ({_quoted(states)})"
    return Rule("state", field("state", "is_any_of", list(states)), sql, states=states)


def title(word: str) -> Rule:
    return Rule("title", field("title", "contains", word), f"app.plain(c.current_title) LIKE '%{word}%'")


def contacted(days: int, clock: Clock) -> Rule:
    since = clock.ago(days).isoformat()
    return Rule("contacted", field("last_contacted", "in_last", days), f"c.last_contacted_at >= '{since}'")


def silent() -> Rule:
    return Rule("silent", field("last_replied", "is_empty"), "c.last_replied_at IS NULL")


def added(days: int, clock: Clock) -> Rule:
    since = clock.ago(days).isoformat()
    return Rule("added", field("created", "in_last", days), f"c.created_at >= '{since}'")


def _exists(table: str, condition: str) -> str:
    return f"EXISTS (SELECT FROM {table} x WHERE x.tenant_id = c.tenant_id AND x.candidate_id = c.id AND {condition})"


def email() -> Rule:
    sql = _exists("talent_contactpoint", "x.kind = 'email' AND x.bounced_at IS NULL")
    return Rule("e-mail", field("email", "is_true"), sql)


def phone() -> Rule:
    return Rule("phone", field("phone", "is_true"), _exists("talent_contactpoint", "x.kind = 'phone'"))


def pooled() -> Rule:
    return Rule("pool", field("pool", "is_not_empty"), _exists("talent_poolmembership", "true"))


def clicked(days: int, clock: Clock) -> Rule:
    since = clock.ago(days).isoformat()
    sql = _exists("crm_event", f"x.kind = 'message_clicked' AND x.occurred_at >= '{since}'")
    return Rule("clicked", field("mail_clicked", "at_least", {"times": 1, "days": days}), sql)


def _entries(rules: Sequence[Rule]) -> str:
    """Skills and countries, in whatever state, as one question to the index."""
    skills = [keys for r in rules for keys in r.skills]
    states = [state for r in rules for state in r.states] or RelationshipState.values
    places = [f"{THEN}{state}{THEN}{code}" for state in states for r in rules for code in r.countries]
    if not (skills and places):
        return ""
    groups = [" | ".join(f"'{key}{place}'" for key in keys for place in places) for keys in skills]
    query = " & ".join(f"({group})" for group in groups).replace("'", "''")
    return f"app.placed_skills(c.skill_keys, c.state, c.country) @@ '{query}'"


def _joined(word: str, conditions: Iterable[str]) -> str:
    return f" {word} ".join(f"({condition})" for condition in conditions)


def all_of(name: str, *rules: Rule) -> Rule:
    others = [r.sql for r in rules if not (r.skills or r.states or r.countries)]
    entries = _joined("AND", [found, *others]) if (found := _entries(rules)) else ""
    return Rule(name, {"all": [r.tree for r in rules]}, _joined("AND", (r.sql for r in rules)), entries)


def any_of(name: str, *rules: Rule) -> Rule:
    entries = _joined("OR", (r.entries for r in rules)) if all(r.entries for r in rules) else ""
    return Rule(name, {"any": [r.tree for r in rules]}, _joined("OR", (r.sql for r in rules)), entries)


def none_of(rule: Rule) -> Rule:
    return Rule(f"not {rule.name}", {"not": {"any": [rule.tree]}}, f"NOT ({rule.sql})")


def fixed(now: datetime) -> list[Rule]:
    """Twelve rules of the kinds that recruiters make."""
    clock, rare = Clock(now, ZoneInfo("UTC")), words.skill_names()[700].lower()
    return [
        all_of("python in Germany", any_skill("python"), country("DE")),
        all_of("four conditions", any_skill("python"), country("DE", "GB"), state("lead"), added(700, clock)),
        all_of("cloud in DACH", any_skill("aws", "kubernetes", "terraform"), country("DE", "AT", "CH"), state("lead")),
        all_of("a rare skill", any_skill(rare)),
        all_of("rare skill, four conditions", any_skill(rare), country("DE", "GB"), state("lead"), added(900, clock)),
        all_of("senior by title", title("senior"), country("GB")),
        all_of("two skills", all_skills("python", "sql")),
        all_of("nurtured, silent", contacted(30, clock), silent()),
        all_of("broad", state("lead", "prospect"), silent()),
        all_of("without a skill", none_of(any_skill("python")), country("SE"), added(365, clock)),
        any_of(
            "two markets",
            all_of("", any_skill("python"), country("DE")),
            all_of("", any_skill("terraform"), country("GB")),
        ),
        all_of("clicked lately", clicked(90, clock), country("DE"), email()),
    ]


def varied(now: datetime, seed: int = 7, count: int = 0) -> list[Rule]:
    """Rules thrown together of two to four conditions, the same ones each time."""
    chance = random.Random(seed)  # noqa: S311 - the same rules each time
    return [_thrown(chance, Clock(now, ZoneInfo("UTC")), number) for number in range(count or VARIED)]


def _thrown(chance: random.Random, clock: Clock, number: int) -> Rule:
    names = words.skill_names()
    skills = [names[int(len(names) ** chance.random()) - 1].lower() for _ in range(3)]
    some: list[Callable[[], Rule]] = [
        lambda: any_skill(*skills[: chance.randrange(1, 4)]),
        lambda: all_skills(*skills[:2]),
        lambda: country(*chance.sample(words.LANDS, chance.randrange(1, 4))),
        lambda: state(chance.choice(["lead", "prospect", "in_talks"])),
        lambda: title(chance.choice(["senior", "engineer", "designer", "data", "head of"]).split()[0]),
        lambda: contacted(chance.randrange(10, 300), clock),
        silent,
        lambda: added(chance.randrange(30, 900), clock),
        email,
        phone,
        pooled,
        lambda: clicked(chance.randrange(30, 300), clock),
        lambda: none_of(any_skill(skills[0])),
    ]
    chosen = [make() for make in chance.sample(some, chance.randrange(2, 5))]
    return all_of(f"varied {number}: {', '.join(r.name for r in chosen)}", *chosen)
