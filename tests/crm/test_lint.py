"""The catalogue lint finds each kind of hole that can be made in the fences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from crm.tenancy import lint, rules
from crm.tenancy.lint import Finding

APP, DISPATCH = settings.DATABASE_ROLES["app"], settings.DATABASE_ROLES["dispatch"]
PREDICATE = "tenant_id = (SELECT app.tenant())"
COLUMNS = "id uuid PRIMARY KEY, tenant_id uuid NOT NULL"
FENCED = f"""
CREATE TABLE hole ({COLUMNS}, word text, UNIQUE (tenant_id, id));
ALTER TABLE hole ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON hole TO {APP} USING ({PREDICATE}) WITH CHECK ({PREDICATE});
"""
NO_STANDARD, EXTRA = "lacks the standard policy", "has a policy beside the standard one"
FOREIGN_KEY = "a foreign key to a tenant's table that does not carry the tenant"
UNIQUE_KEY = "a unique key that does not contain tenant_id: it tells of other tenants' values"
VIEW = "a view that is not exactly a fenced view of its table"
WRITABLE_VIEW = "a view that may be written through: its owner's rights apply, no policy does"
DISPATCH_STRONG = "the dispatch role may write here, or read whole rows"
CHANGEABLE = "an append-only log may be changed"
MAKER = "a role that serves requests may make things in this schema"
NULLABLE = "tenant_id may be null or is not a UUID"
STRONG_GRANT = "grants TRUNCATE, TRIGGER, REFERENCES or MAINTAIN to a role that serves requests"
DEFINER = (
    "CREATE FUNCTION peep() RETURNS bigint SECURITY DEFINER LANGUAGE sql AS 'SELECT count(*) FROM public.crm_apikey'"
)


@pytest.fixture
def as_owner(django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    """The owner's connection, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic(using="owner"):
        yield connections["owner"]
        transaction.set_rollback(True, using="owner")


@pytest.fixture
def as_superuser(
    django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BaseDatabaseWrapper]:
    """The embedded server's superuser, in a transaction that is rolled back."""
    database = connections["owner"]
    with django_db_blocker.unblock():
        database.close()
        monkeypatch.setitem(database.settings_dict, "USER", "postgres")
        with transaction.atomic(using="owner"):
            yield database
            transaction.set_rollback(True, using="owner")
        database.close()


def plant(database: BaseDatabaseWrapper, sql: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (f"CREATE TABLE hole ({COLUMNS})", [("hole", "row-level security is off"), ("hole", NO_STANDARD)]),
        (f"{FENCED} ALTER TABLE hole DISABLE ROW LEVEL SECURITY", [("hole", "row-level security is off")]),
        (f"{FENCED} DROP POLICY tenant_isolation ON hole", [("hole", NO_STANDARD)]),
        (
            f"{FENCED} ALTER POLICY tenant_isolation ON hole USING ({PREDICATE} OR true)",
            [("hole", NO_STANDARD), ("hole.tenant_isolation", EXTRA)],
        ),
        (
            f"{FENCED} ALTER POLICY tenant_isolation ON hole WITH CHECK (true)",
            [("hole", NO_STANDARD), ("hole.tenant_isolation", EXTRA)],
        ),
        (
            f"{FENCED} ALTER POLICY tenant_isolation ON hole TO public",
            [("hole", NO_STANDARD), ("hole.tenant_isolation", EXTRA)],
        ),
        (f"{FENCED} CREATE POLICY more ON hole FOR SELECT TO {APP} USING (word = 'x')", [("hole.more", EXTRA)]),
        (f"{FENCED} CREATE POLICY more ON hole FOR SELECT USING (true)", [("hole.more", EXTRA)]),
        (
            f"{FENCED} CREATE POLICY dispatch_plumbing ON hole TO {DISPATCH} USING (true)",
            [("hole.dispatch_plumbing", EXTRA)],
        ),
        (f"{FENCED} ALTER TABLE hole ALTER tenant_id DROP NOT NULL", [("hole", NULLABLE)]),
        ("CREATE TABLE hole (id uuid PRIMARY KEY)", [("hole", "has no tenant_id and is not one of the shared tables")]),
        (
            f"CREATE SCHEMA cellar; CREATE TABLE cellar.hole ({COLUMNS})",
            [("hole", "row-level security is off"), ("hole", NO_STANDARD)],
        ),
        (f"{FENCED} CREATE RULE quiet AS ON INSERT TO hole DO INSTEAD NOTHING", [("hole.quiet", "has a rewrite rule")]),
        (f"{FENCED} ALTER TABLE hole ADD f uuid REFERENCES crm_apikey", [("hole.hole_f_fkey", FOREIGN_KEY)]),
        (f"{FENCED} ALTER TABLE hole ADD f uuid REFERENCES crm_member", [("hole.hole_f_fkey", FOREIGN_KEY)]),
        (
            f"{FENCED} ALTER TABLE hole ADD f uuid, ADD CONSTRAINT crossed FOREIGN KEY (f, tenant_id)"
            " REFERENCES crm_apikey (tenant_id, id)",
            [("hole.crossed", FOREIGN_KEY)],
        ),
        (f"{FENCED} ALTER TABLE hole ADD UNIQUE (word)", [("hole.hole_word_key", UNIQUE_KEY)]),
        (f"{FENCED} CREATE UNIQUE INDEX hole_once ON hole (lower(word))", [("hole.hole_once", UNIQUE_KEY)]),
        (
            f"{FENCED} ALTER TABLE hole ADD span int4range, ADD CONSTRAINT apart EXCLUDE USING gist (span WITH &&)",
            [("hole.apart", "an exclusion constraint that does not contain tenant_id")],
        ),
        (
            f"{FENCED} ALTER TABLE hole DROP CONSTRAINT hole_pkey, ADD serial bigserial PRIMARY KEY",
            [
                (
                    "hole.hole_pkey",
                    "a primary key that is neither a UUID nor contains tenant_id: it counts other tenants' rows",
                )
            ],
        ),
        ("CREATE VIEW peep AS SELECT * FROM crm_apikey", [("peep", VIEW), (f"peep.{APP}", WRITABLE_VIEW)]),
        (
            f"CREATE VIEW peep_fenced AS SELECT * FROM crm_apikey WHERE {PREDICATE} OR true",
            [("peep_fenced", VIEW), (f"peep_fenced.{APP}", WRITABLE_VIEW)],
        ),
        (
            f"CREATE VIEW peep_fenced AS SELECT * FROM crm_apikey WHERE {PREDICATE}",
            [("peep_fenced", VIEW), (f"peep_fenced.{APP}", WRITABLE_VIEW)],
        ),
        (
            "CREATE VIEW peep_fenced AS SELECT id, tenant_id FROM crm_event UNION ALL"
            f" SELECT id, tenant_id FROM crm_apikey WHERE {PREDICATE}",
            [("peep_fenced", VIEW), (f"peep_fenced.{APP}", WRITABLE_VIEW)],
        ),
        (
            f"CREATE VIEW peep_fenced AS SELECT id, (SELECT max(name) FROM crm_apikey) FROM crm_event"
            f" WHERE {PREDICATE}",
            [("peep_fenced", VIEW), (f"peep_fenced.{APP}", WRITABLE_VIEW)],
        ),
        ("GRANT UPDATE ON crm_event_fenced TO " + APP, [(f"crm_event_fenced.{APP}", WRITABLE_VIEW)]),
        ("GRANT INSERT (kind) ON crm_event_fenced TO " + APP, [(f"crm_event_fenced.{APP}", WRITABLE_VIEW)]),
        (
            "CREATE MATERIALIZED VIEW peep AS SELECT * FROM crm_apikey",
            [("peep", "a materialised view shows all tenants")],
        ),
        (DEFINER, [("peep", "a SECURITY DEFINER function that is not the reviewed one")]),
        (
            f"{DEFINER} SET search_path = pg_catalog",
            [("peep", "a SECURITY DEFINER function that is not the reviewed one")],
        ),
        ("GRANT TRUNCATE ON crm_apikey TO " + APP, [(f"crm_apikey.{APP}", STRONG_GRANT)]),
        ("GRANT REFERENCES (id) ON crm_apikey TO " + APP, [(f"crm_apikey.{APP}", STRONG_GRANT)]),
        (
            "GRANT SELECT ON crm_apikey TO PUBLIC",
            [("crm_apikey.SELECT", "grants something to everybody"), ("crm_apikey", DISPATCH_STRONG)],
        ),
        ("GRANT SELECT (name) ON crm_apikey TO PUBLIC", [("crm_apikey.SELECT", "grants something to everybody")]),
        ("GRANT SELECT ON crm_event TO " + DISPATCH, [("crm_event", DISPATCH_STRONG)]),
        ("GRANT UPDATE (name) ON crm_apikey TO " + DISPATCH, [("crm_apikey", DISPATCH_STRONG)]),
        ("GRANT DELETE ON crm_auditentry TO " + APP, [("crm_auditentry", CHANGEABLE)]),
        ("GRANT UPDATE (data) ON crm_event TO " + APP, [("crm_event", CHANGEABLE)]),
        ("GRANT CREATE ON SCHEMA app TO " + APP, [(f"app.{APP}", MAKER)]),
        (
            "CREATE OR REPLACE FUNCTION app.tenant() RETURNS uuid LANGUAGE plpgsql STABLE AS"
            " $$ BEGIN RETURN current_setting('app.tenant')::uuid; END $$",
            [("app.tenant()", "is not the one of the migrations, or there are two")],
        ),
        (
            "CREATE FUNCTION app.tenant(x int) RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
            [("app.tenant()", "is not the one of the migrations, or there are two")],
        ),
        ("DROP VIEW crm_apikey_fenced", [("crm_apikey", "has no fenced view")]),
        (
            "ALTER TABLE crm_readerfailure DROP CONSTRAINT crm_readerfailure_event_id_tenant_fk",
            [("crm_readerfailure.event_id", "has no composite foreign key")],
        ),
    ],
)
def test_lint_finds_the_hole(as_owner: BaseDatabaseWrapper, sql: str, expected: list[tuple[str, str]]) -> None:
    plant(as_owner, sql)

    assert lint.findings(as_owner) == [Finding(*hole) for hole in expected]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        *(
            (f"ALTER ROLE {role} {attribute}", (role, rules.RIGHTS[0].what))
            for role in (APP, DISPATCH)
            for attribute in ("BYPASSRLS", "SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION")
        ),
        (f"GRANT rapport_owner TO {APP} WITH INHERIT FALSE", (f"{APP}.rapport_owner", rules.RIGHTS[1].what)),
        (f"GRANT {DISPATCH} TO {APP} WITH INHERIT TRUE", (f"{APP}.{DISPATCH}", rules.RIGHTS[1].what)),
        (f"ALTER TABLE crm_apikey OWNER TO {APP}", ("crm_apikey.relation", "is owned by a role that serves requests")),
    ],
)
def test_lint_finds_the_strong_role(as_superuser: BaseDatabaseWrapper, sql: str, expected: tuple[str, str]) -> None:
    plant(as_superuser, sql)

    assert Finding(*expected) in lint.findings(as_superuser)


def test_lint_passes_a_table_that_is_fenced(as_owner: BaseDatabaseWrapper) -> None:
    plant(as_owner, FENCED)

    assert lint.findings(as_owner) == []


def test_shared_tables_are_all_there_and_none_is_a_tenants(as_owner: BaseDatabaseWrapper) -> None:
    with as_owner.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')"
        )
        tables = {row[0] for row in cursor.fetchall()}

    assert set(rules.SHARED_TABLES) == tables


def test_every_rule_was_seen_to_fire() -> None:
    """Each sentence of a rule stands in this file, beside the hole that makes it fire."""
    source = Path(__file__).read_text()

    assert [rule.what for rule in rules.RULES if rule.what not in source and rule not in rules.RIGHTS[:2]] == []
