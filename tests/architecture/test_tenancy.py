"""Nothing goes around the fences: models, raw SQL, settings of the tenant, cache keys, tasks."""

from __future__ import annotations

import ast
import inspect
import re

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from crm.tenancy import rules
from crm.tenancy.fence import Fence
from crm.tenancy.lint import tenant_models
from tests.architecture import source

# Who may write SQL of their own, and why. What is not here asks a queryset.
RAW_SQL = {
    "crm/tenancy/fence.py": "the SQL of the fences, run by migrations",
    "crm/runtime/reach.py": "does the database answer, before anything is started",
    "crm/tenancy/context.py": "sets the tenant and the dispatch role",
    "crm/tenancy/lint.py": "reads the catalogue",
    "crm/services/event_log.py": "shifts the log as the owner after a move",
    "crm/api/versions.py": "the lock of a resource while a change of it is looked at",
    "crm/at_once.py": "new rows of several tables in one statement, each of the tenant that it names",
    "crm/paging.py": "names what a queryset finds, for another; each brings its own fence",
    "crm/database/base.py": "the driver's own cursor in the place of Django's",
    "crm/together.py": "puts the statements of querysets side by side; each brings its own fence",
    "crm/events.py": "one event for each of many people in one statement",
    "crm/services/reader_health.py": "how far readers are behind; the dispatch role's count of parked events",
    "crm/runtime/health.py": "does the database answer, as itself and about itself",
    "crm/bench/scratch.py": "makes and drops the database of a bench, as the owner",
    "crm/tenancy/trips.py": "statements of others, several in one trip",
    "crm/tenancy/prepared.py": "statements of others, prepared",
    "crm/tenancy/many.py": "many rows changed in one statement, each by its key",
    "talent/models/candidate.py": "the clocks of many people, each to a moment of their own, in one statement",
    "outreach/faults/send.py": "waits until the server processes of dead workers have ended",
    "outreach/bench/stage.py": "people and plans made by the thousand, in a scratch database",
    "outreach/services/gate_screen.py": "whom nothing keeps back, told by one statement",
    "outreach/services/exchange.py": "hand-overs and answers in one trip to the database",
    "talent/bench/api.py": "single rows as a reference, in a scratch database",
    "talent/bench/counting.py": "counts written by hand, in a scratch database",
    "talent/bench/fence.py": "the same search in three ways, in a scratch database",
    "talent/bench/finding.py": "searches written by hand, in a scratch database",
    "talent/bench/growing.py": "query plans, in a scratch database",
    "talent/bench/pages.py": "who has the longest history, in a scratch database",
    "talent/bench/stage.py": "a setting of a connection to a scratch database",
    "talent/bench/members.py": "memberships written by hand, in a scratch database",
    "talent/bench/meaning.py": "vectors of a crowd by COPY, in a scratch database",
    "talent/bench/merging.py": "long histories made at once, in a scratch database",
    "talent/crowd.py": "loads invented people by COPY, in a scratch database",
    "talent/populate/bare.py": "takes indexes off and puts them back, as the owner",
    "talent/populate/ground.py": "the vocabulary of invented people, as the owner",
    "talent/populate/run.py": "tells the readers that invented history is read, as the owner",
    "talent/filters/facts.py": "words as the database's own text search sees them",
    "talent/services/everybody.py": "a page and a count as JSON, around the statements of querysets",
    "talent/services/engagement.py": "the evidence about many people summed up in one statement",
    "talent/services/bulk.py": "whom an act is for, in one statement; the dispatch role's look at open ones",
    "talent/services/bulk_sets.py": "tags and columns of many people set by one statement each",
    "talent/services/bulk_steps.py": "what became of each person of a batch, in one statement",
    "talent/services/exports.py": "finds exports that wait or are over, as the dispatch role",
    "talent/services/search_text.py": "the writing of people's search texts in one statement",
    "talent/services/segment_previews.py": "counts inside EXPLAIN, with a statement time-out",
    "talent/services/seniority.py": "the seniority of many people in one statement",
    "talent/services/upkeep.py": "memberships of changed people opened and closed in one statement",
    "talent/services/membership.py": "segments' memberships brought in line by one statement, through the fenced view",
    "talent/services/contact.py": "an advisory lock for each address that names a person",
    "talent/services/merge_tables.py": "moves the rows of any table from one person to another, one statement each",
    "talent/services/off_limits.py": "companies' names as the database sees them",
    "talent/search/compile.py": "parts of addresses and beginnings of skills, through fenced views",
    "talent/services/meanings.py": "the scan of a tenant's vectors, through the fenced view",
    "talent/services/passages.py": "a lock for each tenant's worker, marks of everybody, tenants with marks",
    "talent/services/search.py": "how alike words must be, for one transaction",
    "inbox/services/inbound.py": "finds tenants with unread mails, as the dispatch role",
    "outreach/services/clock.py": "the database's clock",
    "outreach/services/send_gate.py": "the cluster's identifier and timeline",
    "portal/services/waiting.py": "finds requests for a link that nobody handled, as the dispatch role",
    "sourcing/services/waiting.py": "finds tenants with waiting work, as the dispatch role",
    "crm/tenancy/waiting.py": "finds tenants with something to do, as the dispatch role",
    "crm/services/readers.py": "advisory locks, the horizon of settled transactions, the dispatch role's look",
}
# Tasks that do not take a tenant: they look across all, as the dispatch role, or touch no tenant's rows.
TENANTLESS_TASKS = {
    "crm.tasks.sweep_readers": "finds tenants with unread events, as the dispatch role",
    "crm.tasks.sweep": "runs a sweep by name; each finds its tenants as the dispatch role",
    "crm.tasks.beat": "a sign of life",
}
# Keys that are no tenant's.
OTHER_CACHES = {
    "crm/styleguide.py": "invented content, in debug mode only",
}
CACHE_CALLS = re.compile(r"\bcache\.(?:get|set|add|delete|incr|decr|touch|get_or_set|has_key|get_many|set_many)$")
SESSION_SETTING = re.compile(r"SET\s+(?:SESSION\s+)?app\.|set_config\s*\([^)]*,\s*false\s*\)", re.I)
UNSCOPED = ("_base_manager", ".unscoped", ".extra(")


def fenced_models() -> set[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {
        f"{app}.{operation.model_name}".lower()
        for (app, _), migration in loader.disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, Fence)
    }


def test_every_tenants_model_is_fenced() -> None:
    assert {model._meta.label_lower for model in tenant_models()} == fenced_models()


def test_every_other_model_of_ours_is_a_reviewed_one() -> None:
    tenants = set(tenant_models())
    others = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in source.APPS and model._meta.managed and model not in tenants
    }

    assert others <= set(rules.SHARED_TABLES) | set(settings.DIRECTORY_TABLES)


def test_raw_sql_stands_in_reviewed_modules_only() -> None:
    raw = {
        file.name
        for file in source.application()
        for name, _ in file.calls()
        if name.endswith((".cursor", ".raw", ".execute", ".by_heart", "RawSQL"))
    }

    assert raw == set(RAW_SQL)


def test_tenant_is_never_set_for_longer_than_a_transaction() -> None:
    assert [f.name for f in source.application() + source.migrations() if SESSION_SETTING.search(f.text)] == []


def test_tenant_is_set_in_one_place() -> None:
    setting = {file.name for file in source.application() if "set_config('app." in file.text}

    # The bench has connections of its own, in a scratch database.
    assert setting == {"crm/tenancy/context.py", "talent/bench/fence.py"}


def test_managers_are_not_gone_around() -> None:
    assert [(f.name, word) for f in source.application() for word in UNSCOPED if word in f.text] == []


def test_cache_keys_come_from_a_key_builder() -> None:
    bare = {
        file.name
        for file in source.application()
        for name, node in file.calls()
        if CACHE_CALLS.search(name) and not (node.args and is_built(node.args[0]))
    }

    assert bare == set(OTHER_CACHES)


def is_built(key: ast.expr) -> bool:
    return isinstance(key, ast.Call) and source.dotted(key.func) == "cache_key"


def our_tasks() -> dict[str, inspect.Signature]:
    current_app.loader.import_default_modules()
    return {
        name: inspect.signature(task.run)
        for name, task in current_app.tasks.items()
        if name.split(".")[0] in source.APPS
    }


def test_every_task_takes_a_tenant_first() -> None:
    without = {name for name, signature in our_tasks().items() if next(iter(signature.parameters), "") != "tenant_id"}

    assert without == set(TENANTLESS_TASKS)
