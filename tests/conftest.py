"""The test database (row-level security in force, as the app role) and the fixed cast."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from copy import deepcopy
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadFileScheduling

from crm.bench import scratch
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.runtime.places import Places
from crm.services import readers
from crm.tenancy.context import tenant as open_tenant
from tests import seed, template
from tests.browser import axe
from tests.factories.people import a_member, a_tenant
from tests.ground import GROUND, ground_of, shared
from tests.properties import load_profile

JOURNEYS = "tests/journeys/"
GUARDS, WALK = "tests/architecture/", "tests/architecture/test_outsider.py"
# Files that take ten seconds and more: begun last, one of them would keep one process busy while the other has ended.
LONG = ("tests/browser/", WALK, "tests/outreach/test_faults.py", "tests/talent/test_confidential_pools.py")
LONG += ("tests/talent/test_populate.py", "tests/sourcing/test_resumes.py", "tests/crm/test_readers.py")
LONG += ("tests/talent/test_upkeep_of_changes.py", "tests/talent/test_filters_oracle.py")
MANY = 200  # rows
DATABASE = {"db", "committed", "django_db_setup", "transactional_db", "live_server"}
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's event loop lives in the test's thread
load_profile()  # before a test module reads its settings of Hypothesis


def _owner_connection(database: str) -> psycopg.Connection[tuple[object, ...]]:
    return scratch.connect("owner", database)


def _use(database: str) -> None:
    """Django's connections lead to another database."""
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database


def _migrate(database: str) -> None:
    _use(database)
    call_command("migrate", verbosity=0)
    _use(database)


def _is_migrated() -> bool:
    with _owner_connection("postgres") as connection:
        return template.is_there(connection)


def _make_template() -> str:
    with _owner_connection("postgres") as connection:
        return template.ready(connection, _migrate)


def _template() -> str:
    """One process migrates, the others copy; a process that is alone, or on a server that is not ours, migrates."""
    environment = settings.ENV
    if environment.embeds_database and "PYTEST_XDIST_WORKER" in os.environ:
        places = Places.below(environment.data_dir)
        seed.share(places, template.name(), is_there=_is_migrated, make=_make_template, durable=environment.durable)
    return _make_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.DjangoDbBlocker) -> Iterator[None]:
    """A fresh database of this worker, a copy of what the owner migrated; the tests then use it as the app role."""
    name = f"test_rapport_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock():
        scratch.MADE_FROM = _template()
        with _owner_connection("postgres") as connection:
            template.create(connection, name, scratch.MADE_FROM)
        _use(name)
    yield
    with django_db_blocker.unblock(), _owner_connection("postgres") as connection:
        _use(name)
        _send_out(name)
        scratch.drop(connection, name)


def _send_out(database: str) -> None:
    """End the connections that nobody can close any more: those of a browser's event loop that is over."""
    with scratch.connect("default", "postgres") as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
            [database],
        )


def _empty(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Delete what tests have committed, all in one transaction: keys are looked at when it ends.

    Not by TRUNCATE: its locks meet the questions of a page that a closed browser had asked for in a deadlock.
    """
    tables = connection.execute(
        "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN "
        "('django_migrations', 'django_content_type', 'auth_permission', 'outreach_sendgate')"
    ).fetchall()
    filled = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for (table,) in tables)
    deleted: dict[object, int] = {}
    with connection.transaction():
        for (table,) in connection.execute(filled).fetchall():
            deleted[table] = connection.execute(f"DELETE FROM {table}").rowcount
    for table in (table for table, rows in deleted.items() if rows > MANY):
        connection.execute(f"VACUUM ANALYZE {table}")  # the planner shall not go by a crowd that is gone


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker) -> Iterator[None]:
    """A test whose transactions really commit (several connections, processes). Its rows are removed afterwards."""
    with django_db_blocker.unblock():
        yield
        connections["default"].close()
        with _owner_connection(connections["default"].settings_dict["NAME"]) as connection:
            _empty(connection)


@pytest.fixture
def ground(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker
) -> Iterator[None]:
    """What the shared fixtures of a test made, and the transaction around them: it ends before the browser does.

    While the browser's event loop runs, Django's connections are those of that loop.
    """
    with django_db_blocker.unblock():
        GROUND.prepare(request.node)
        yield
        GROUND.leave()


@pytest.fixture
def db(request: pytest.FixtureRequest, ground: None) -> None:
    """A transaction of the test's own, on the ground of shared fixtures where it asks for some."""
    request.getfixturevalue("_django_db_helper")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    GROUND.following = nextitem


@pytest.fixture
def tenant(db: None) -> Tenant:
    return deepcopy(GROUND.tenant) if GROUND.tenant else a_tenant("acme")


@pytest.fixture
def inside(tenant: Tenant) -> Iterator[UUID]:
    """Run the test inside the tenant."""
    with open_tenant(tenant) as tenant_id:
        yield tenant_id


@shared
def owner(tenant: Tenant) -> Member:
    return a_member(tenant, Role.OWNER)


@shared
def recruiter(tenant: Tenant) -> Member:
    return a_member(tenant, Role.RECRUITER)


@shared
def viewer(tenant: Tenant) -> Member:
    return a_member(tenant, Role.VIEWER)


@pytest.fixture
def outsider(db: None) -> Member:
    """The owner of another tenant."""
    return a_member(a_tenant("other"), Role.OWNER)


def logged_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def with_cookies(cookies: SimpleCookie) -> Client:
    client = Client()
    client.cookies = cookies
    return client


@shared
def recruiter_cookies(recruiter: Member) -> SimpleCookie:
    return logged_in(recruiter).cookies


@pytest.fixture
def recruiter_client(recruiter_cookies: SimpleCookie) -> Client:
    return with_cookies(recruiter_cookies)


@shared
def owner_cookies(owner: Member) -> SimpleCookie:
    return logged_in(owner).cookies


@pytest.fixture
def owner_client(owner_cookies: SimpleCookie) -> Client:
    return with_cookies(owner_cookies)


# Two colleagues who are at the same thing at once.


@pytest.fixture
def anna(recruiter_client: Client) -> Client:
    return recruiter_client


@pytest.fixture
def ben(owner_client: Client) -> Client:
    return owner_client


@pytest.fixture
def run_readers(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> object:
    """Run every reader of the tenant now. Inside a test's transaction nothing is settled yet: the horizon is lifted."""

    def run() -> int:
        monkeypatch.setattr(readers, "HORIZON", "9223372036854775807")
        return readers.run_all(tenant.pk)

    return run


class ByFile(LoadFileScheduling):
    """A file stays in one process, so that what it sets up is set up once; the journeys share one stage.

    The guards of the code share what they have read of it; of these, the outsider walk alone reads none.
    Not by the marks of `--dist loadgroup`: pytest 9.2 does not look at the name that xdist 3.8 writes them to.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(GUARDS) and not nodeid.startswith(WALK):
            return GUARDS
        return JOURNEYS if nodeid.startswith(JOURNEYS) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of a process: Playwright runs once in a thread."""
    with sync_playwright() as playwright:
        yield axe.launch(playwright)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys take longest: one process begins with them, the others take up the rest meanwhile.

    First what needs no database: it is being made then; next what takes long, so that all end together. In a file,
    what stands on the same ground comes together.
    """
    need = {_file(item) for item in items if _needs_database(item)}
    places: dict[object, int] = {}
    for number, item in enumerate(items):
        places.setdefault(_file(item), number)
        places.setdefault(ground_of(item), number)

    def place(item: pytest.Item) -> tuple[bool, bool, bool, int, int]:
        file = _file(item)
        first, later = file.startswith(JOURNEYS), file in need
        return not first, later, later and not file.startswith(LONG), places[file], places[ground_of(item)]

    items.sort(key=place)


def _needs_database(item: pytest.Item) -> bool:
    by_fixture = DATABASE.intersection(getattr(item, "fixturenames", ()))
    return bool(by_fixture) or item.get_closest_marker("django_db") is not None


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def pytest_collection_finish() -> None:
    """The tests that were collected stay to the end: no round for garbage need look at them."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """pytest goes through all that is left five times, while others wait for its end."""
    gc.freeze()
