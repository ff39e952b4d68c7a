"""The catalogue lint: what the database says about its own fences."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection

from crm.tenancy.fence import fenced_view_name
from crm.tenancy.models import TenantForeignKey, TenantModel

PREDICATE = "(tenant_id = ( SELECT app.tenant() AS tenant))"


@dataclass(frozen=True)
class Finding:
    """One hole: the object it is in and what is wrong with it, in words."""

    where: str
    what: str


def tenant_models() -> list[type[TenantModel]]:
    return [m for m in apps.get_models() if issubclass(m, TenantModel) and m._meta.managed]


def _rows(sql: str, params: list[object] | None = None) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or [])
        return list(cursor.fetchall())


def _tables_without_policy() -> list[Finding]:
    """Tables with a tenant_id that `app` may read and that lack exactly the standard policy."""
    rows = _rows(
        """
        SELECT c.relname, c.relrowsecurity,
               (SELECT count(*) FROM pg_policy p JOIN pg_roles r ON r.oid = ANY (p.polroles)
                WHERE p.polrelid = c.oid AND p.polpermissive AND r.rolname = %(app)s),
               (SELECT max(pg_get_expr(p.polqual, p.polrelid)) FROM pg_policy p WHERE p.polrelid = c.oid
                AND p.polname = 'tenant_isolation'),
               (SELECT max(pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p WHERE p.polrelid = c.oid
                AND p.polname = 'tenant_isolation'),
               (SELECT bool_or(p.polroles @> ARRAY[0::oid]) FROM pg_policy p WHERE p.polrelid = c.oid),
               a.attnotnull
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname <> ALL (%(directory)s)
        """,
        {"app": settings.DATABASE_ROLES["app"], "directory": list(settings.DIRECTORY_TABLES)},  # type: ignore[arg-type]
    )
    findings = []
    for table, enabled, policies, using, check, public, not_null in rows:
        if not enabled:
            findings.append(Finding(str(table), "row-level security is off"))
        if policies != 1 or public:
            findings.append(Finding(str(table), f"{policies} permissive policies for the app role, not one"))
        if using != PREDICATE or check != PREDICATE:
            findings.append(Finding(str(table), f"the policy is not the standard one: {using} / {check}"))
        if not not_null:
            findings.append(Finding(str(table), "tenant_id may be null"))
    return findings


def _keys_across_tenants() -> list[Finding]:
    """Foreign keys and unique constraints between tenant tables that do not contain the tenant."""
    rows = _rows(
        """
        SELECT c.conrelid::regclass::text, c.conname, c.contype FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'tenant_id'
        WHERE c.contype IN ('f', 'u') AND NOT a.attnum = ANY (c.conkey)
          AND c.conrelid::regclass::text <> ALL (%s)
          AND (c.contype = 'u' OR EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.confrelid
               AND t.attname = 'tenant_id' AND c.confrelid::regclass::text <> ALL (%s)))
        UNION ALL
        SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, 'i' FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'tenant_id'
        WHERE i.indisunique AND NOT i.indisprimary AND NOT a.attnum = ANY (i.indkey)
          AND i.indrelid::regclass::text <> ALL (%s) AND i.indrelid::regclass::text NOT LIKE 'pg_%%'
        """,
        [list(settings.DIRECTORY_TABLES)] * 3,
    )
    return [Finding(f"{table}.{name}", "a key between tenant tables without tenant_id") for table, name, _ in rows]


def _views() -> list[Finding]:
    """Views that `app` may read and that are not a fenced view, word for word; materialised views never."""
    rows = _rows(
        """
        SELECT c.relname, c.relkind, pg_get_viewdef(c.oid), c.reloptions FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm') AND has_table_privilege(%s, c.oid, 'SELECT')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        """,
        [settings.DATABASE_ROLES["app"]],
    )
    findings = []
    for name, kind, definition, _ in rows:
        if kind == "m":
            findings.append(Finding(str(name), "a materialised view readable by the app role shows all tenants"))
        elif not str(definition).rstrip().rstrip(";").endswith(f"WHERE {PREDICATE}"):
            findings.append(Finding(str(name), "a view without the tenant predicate"))
    return findings


def _missing_fences() -> list[Finding]:
    """Tenant models whose fenced view or composite key is missing from the catalogue."""
    views = {r[0] for r in _rows("SELECT viewname FROM pg_views WHERE schemaname = 'public'")}
    keys = {(r[0], r[1]) for r in _rows("SELECT conrelid::regclass::text, conname FROM pg_constraint")}
    findings = []
    for model in tenant_models():
        table = model._meta.db_table
        if fenced_view_name(table) not in views:
            findings.append(Finding(table, "has no fenced view"))
        for field in model._meta.local_fields:
            wanted = (table, f"{table}_{field.column}_tenant_fk"[:63])
            if isinstance(field, TenantForeignKey) and wanted not in keys:
                findings.append(Finding(f"{table}.{field.column}", "has no composite foreign key"))
            elif (
                field.is_relation
                and not isinstance(field, TenantForeignKey)
                and field.related_model in set(tenant_models())
            ):
                findings.append(Finding(f"{table}.{field.column}", "is a plain ForeignKey to a tenant's table"))
    return findings


def _roles() -> list[Finding]:
    """Role attributes, ownership and grants that are too strong."""
    roles = [settings.DATABASE_ROLES["app"], settings.DATABASE_ROLES["dispatch"]]
    attributes = _rows(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND (rolsuper OR rolbypassrls OR rolcreaterole)", [roles]
    )
    owned = _rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = ANY (%s)", [roles])
    granted = _rows(
        """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
          AND has_table_privilege(%s, c.oid, 'TRUNCATE, TRIGGER, REFERENCES')
        """,
        [roles[0]],
    )
    return (
        [Finding(str(r[0]), "the role is superuser, bypasses row-level security or makes roles") for r in attributes]
        + [Finding(str(r[0]), "is owned by a role that serves requests") for r in owned]
        + [Finding(str(r[0]), "grants TRUNCATE, TRIGGER or REFERENCES to the app role") for r in granted]
    )


def _definer_functions() -> list[Finding]:
    rows = _rows(
        """
        SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname IN ('public', 'app') AND p.prosecdef
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        """
    )
    return [Finding(str(r[0]), "a SECURITY DEFINER function") for r in rows]


def findings() -> list[Finding]:
    """Every hole in the fences, as the catalogue shows them; an empty list is the only good answer."""
    return (
        _tables_without_policy()
        + _keys_across_tenants()
        + _views()
        + _missing_fences()
        + _roles()
        + _definer_functions()
    )
