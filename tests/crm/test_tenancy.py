"""The two locks on every tenant."""

import pytest
from django.db import DatabaseError, connection, transaction

from crm.actors import SYSTEM
from crm.events import publish
from crm.models import ApiKey, ReaderFailure, Tenant
from crm.tenancy import lint
from crm.tenancy.context import TenantError, dispatch
from crm.tenancy.context import tenant as open_tenant
from tests.factories.people import a_tenant
from tests.factories.talent import NOW


def a_key(secret: str = "a" * 64) -> ApiKey:
    return ApiKey.objects.create(name="Key", prefix="rpt_a", secret_hash=secret)


def run_sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def count_rows_by_sql(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_catalogue_lint_finds_nothing(db: None) -> None:
    assert lint.findings() == []


def test_manager_raises_without_tenant(db: None) -> None:
    with pytest.raises(TenantError):
        ApiKey.objects.count()


def test_database_raises_without_tenant(tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_key()  # in an empty table there is nothing to ask the policy about

    with pytest.raises(DatabaseError, match="tenant not set"), transaction.atomic():
        count_rows_by_sql("crm_apikey")


def test_tenant_sees_its_own_rows_only_by_code(tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_key()

    with open_tenant(a_tenant("other")):
        assert ApiKey.objects.count() == 0


@pytest.mark.parametrize("relation", ["crm_apikey", "crm_apikey_fenced"])
def test_tenant_sees_its_own_rows_only_by_sql(tenant: Tenant, relation: str) -> None:
    with open_tenant(tenant):
        a_key()
        assert count_rows_by_sql(relation) == 1

    with open_tenant(a_tenant("other")):
        assert count_rows_by_sql(relation) == 0


def test_tenant_inside_another_is_refused(tenant: Tenant) -> None:
    other = a_tenant("other")

    with open_tenant(tenant), pytest.raises(TenantError), open_tenant(other):
        pass


def test_tenant_is_forgotten_after_the_block(tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_key()

    with pytest.raises(DatabaseError, match="tenant not set"), transaction.atomic():
        count_rows_by_sql("crm_apikey")


def test_row_of_another_tenant_cannot_be_written(tenant: Tenant) -> None:
    other = a_tenant("other")

    with open_tenant(tenant), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        ApiKey.objects.create(tenant=other, name="Key", prefix="x", secret_hash="b" * 64)


def test_reference_to_another_tenants_row_is_refused(tenant: Tenant) -> None:
    with open_tenant(a_tenant("other")):
        event = publish("x", candidate=None, occurred_at=NOW, actor=SYSTEM)

    with open_tenant(tenant), transaction.atomic():
        ReaderFailure.objects.create(reader="r", event_id=event.pk, error="", traceback="")
        with pytest.raises(DatabaseError, match="foreign key"), transaction.atomic():
            connection.check_constraints()
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crm_auditentry SET action = ''",
        "DELETE FROM crm_event",
        "UPDATE crm_event_fenced SET kind = ''",
        "DELETE FROM crm_auditentry_fenced",
    ],
)
def test_logs_are_append_only(tenant: Tenant, statement: str) -> None:
    with open_tenant(tenant), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run_sql(statement)


def test_dispatch_sees_plumbing_only(tenant: Tenant) -> None:
    with dispatch():
        assert count_rows_by_sql("(SELECT tenant_id, xact_id FROM crm_event) e") == 0

    with pytest.raises(DatabaseError, match="permission denied"), dispatch():
        count_rows_by_sql("(SELECT data FROM crm_event) e")


def test_fenced_view_cannot_be_written_through(tenant: Tenant) -> None:
    """A view has its owner's rights: written through, no policy would stop a row of another tenant."""
    with open_tenant(tenant), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE crm_apikey_fenced SET tenant_id = gen_random_uuid()")
