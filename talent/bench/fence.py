"""What the second lock costs a search: the fenced view against the same SQL without row-level security."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from crm.bench import scratch
from crm.bench.measure import interleaved
from crm.bench.rows import Options, Row, bench
from crm.bench.scratch import Connection
from crm.models import Tenant
from talent import crowd

MOST = 1.2
TABLE, VIEW = "talent_candidate", "talent_candidate_fenced"
SEARCH = "SELECT id, name FROM {relation} WHERE tenant_id = (SELECT app.tenant()) AND {condition}"
CONDITIONS = {
    "full text": f"search @@ to_tsquery('simple', '{crowd.word(90)} & {crowd.word(250)}')",
    "part of a name": "app.plain(name) LIKE '%komoda%'",
    "two skills": "skill_keys @> ARRAY['skill40', 'skill90']::varchar[]",
    "skill and country": "skill_keys @> ARRAY['skill60']::varchar[] AND country = 'SE'",
}


@dataclass(frozen=True)
class Way:
    """One way to ask: as whom, and which relation."""

    connection: Connection
    relation: str

    def search(self, condition: str) -> int:
        return len(self.connection.execute(self._sql(condition)).fetchall())

    def plan(self, condition: str) -> str:
        self.connection.execute("SET timezone = 'UTC'")
        lines = self.connection.execute(f"EXPLAIN (ANALYZE, COSTS OFF, SUMMARY ON) {self._sql(condition)}").fetchall()
        return "\n".join(str(line[0]) for line in lines)

    def _sql(self, condition: str) -> str:
        return SEARCH.format(relation=self.relation, condition=condition)


def _enter(connection: Connection, tenant: UUID) -> Connection:
    """A bench has the connection to itself: the tenant is set for its one long transaction."""
    connection.autocommit = False
    connection.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant)])
    return connection


def _row(name: str, condition: str, ways: dict[str, Way], hits: int) -> list[Row]:
    calls: dict[str, Callable[[], int]] = {way: partial(ways[way].search, condition) for way in ways}
    took = {way: seconds * 1000 for way, seconds in interleaved(calls).items()}
    bare, fenced, table = took["owner"], took["view"], took["table"]
    plans = {way: ways[way].plan(condition) for way in ways}
    against = f"{bare:.2f} ms without row-level security"
    return [
        Row(f"fence: {name}, {hits} hits", fenced, "ms", against, fenced / bare, MOST, _plans(condition, plans)),
        Row(f"fence: {name}, on the table", table, "ms", against, table / bare),
    ]


def _plans(condition: str, plans: dict[str, str]) -> str:
    titles = {
        "owner": f"the table, as its owner (no row-level security): {TABLE}",
        "view": f"the fenced view, as the app role: {VIEW}",
        "table": f"the table, as the app role (row-level security): {TABLE}",
    }
    return "\n\n".join([f"WHERE {condition}", *(f"-- {titles[way]}\n{plan}" for way, plan in plans.items())])


@bench("fence")
def fence(options: Options) -> list[Row]:
    """Four searches of one tenant with three tenths of all people, each asked in three ways, turn by turn."""
    with scratch.database():
        tenants = [Tenant.objects.create(slug=f"bench-{n}", name=f"Bench {n}").pk for n in range(20)]
        people = crowd.spread(tenants, options.candidates)
        options.say(f"loading {options.candidates} people, {people.sizes[people.largest]} of them in one tenant ...")
        with scratch.connect("owner") as owner:
            crowd.load(owner, people)
        with scratch.connect("owner") as owner, scratch.connect("default") as app:
            _enter(owner, people.largest)
            _enter(app, people.largest)
            ways = {"owner": Way(owner, TABLE), "view": Way(app, VIEW), "table": Way(app, TABLE)}
            rows: list[Row] = []
            for name, condition in CONDITIONS.items():
                options.say(f"measuring {name} ...")
                rows += _row(name, condition, ways, ways["view"].search(condition))
            return rows
