"""What the catalogue must say: each rule is one query that returns the holes of one kind."""

from __future__ import annotations

from dataclasses import dataclass

# As pg_get_expr and pg_get_viewdef print the tenant predicate.
PREDICATE = "(tenant_id = ( SELECT app.tenant() AS tenant))"

# A fenced view, whole: plain columns of the one table that it is named after, and the predicate alone.
FENCED_VIEW = (
    r'^\s*SELECT [a-z0-9_", \n]+\n\s+FROM {table}\n\s+WHERE \(tenant_id = \( SELECT app\.tenant\(\) AS tenant\)\);$'
)

# Tables that belong to no tenant and may therefore be read without one. A table that is neither here nor a tenant's
# is a finding.
SHARED_TABLES = {
    "crm_tenant": "the directory of tenants, read before one is open",
    "crm_user": "a log-in may belong to several tenants",
    "crm_user_groups": "Django's; unused, roles live in crm_member",
    "crm_user_user_permissions": "Django's; unused, roles live in crm_member",
    "crm_heartbeat": "signs of life of processes, no people",
    "outreach_sendgate": "which database the installation may send from, no people",
    "outreach_sendpulse": "when the installation last looked for due mails, no people",
    "account_emailaddress": "addresses of log-ins",
    "account_emailconfirmation": "confirmations of those addresses",
    "mfa_authenticator": "second factors of log-ins",
    "usersessions_usersession": "sessions of log-ins",
    "auth_group": "Django's; unused",
    "auth_group_permissions": "Django's; unused",
    "auth_permission": "Django's list of model permissions",
    "django_admin_log": "Django's; operators' acts on shared tables",
    "django_content_type": "Django's list of models",
    "django_migrations": "which migrations ran",
    "django_session": "sessions, found by their secret key",
}


@dataclass(frozen=True)
class Rule:
    """`sql` (after the prelude) returns (where, detail) rows, one per hole; `what` says what is wrong there."""

    what: str
    sql: str


# What every rule may select from: our relations, the tenants' tables among them, their policies, serving roles.
PRELUDE = """
WITH relations AS (
  SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relacl, c.relowner, n.nspname,
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS has_tenant,
    has_any_column_privilege(%(app)s, c.oid, 'SELECT') AS readable
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
), tenant_tables AS (
  SELECT * FROM relations WHERE has_tenant AND relkind IN ('r', 'p', 'f') AND relname <> ALL (%(directory)s)
), policies AS (
  SELECT t.relname, p.polrelid, p.polname, p.polcmd, p.polpermissive,
    pg_get_expr(p.polqual, p.polrelid) AS visible, pg_get_expr(p.polwithcheck, p.polrelid) AS writable,
    ARRAY(SELECT coalesce(r.rolname, 'public')::text FROM unnest(p.polroles) u(id)
          LEFT JOIN pg_roles r ON r.oid = u.id) AS roles
  FROM tenant_tables t JOIN pg_policy p ON p.polrelid = t.oid
), standard AS (
  SELECT * FROM policies WHERE polname = 'tenant_isolation' AND polpermissive AND polcmd = '*'
    AND roles = ARRAY[%(app)s::text] AND visible = %(predicate)s AND writable = %(predicate)s
), plumbing AS (
  SELECT * FROM policies WHERE polname = 'dispatch_plumbing' AND polcmd = 'r' AND roles = ARRAY[%(dispatch)s::text]
), serving AS (
  SELECT oid, rolname FROM pg_roles WHERE rolname IN (%(app)s, %(dispatch)s)
)
"""

TABLES = (
    Rule("row-level security is off", "SELECT relname, '' FROM tenant_tables WHERE NOT relrowsecurity"),
    Rule(
        "lacks the standard policy",
        "SELECT relname, '' FROM tenant_tables WHERE oid NOT IN (SELECT polrelid FROM standard)",
    ),
    Rule(
        "has a policy beside the standard one",
        """SELECT relname, polname FROM policies EXCEPT SELECT relname, polname FROM standard
           EXCEPT SELECT relname, polname FROM plumbing""",
    ),
    Rule(
        "tenant_id may be null or is not a UUID",
        """SELECT t.relname, '' FROM tenant_tables t JOIN pg_attribute a ON a.attrelid = t.oid
           WHERE a.attname = 'tenant_id' AND (NOT a.attnotnull OR a.atttypid <> 'uuid'::regtype)""",
    ),
    Rule(
        "has no tenant_id and is not one of the shared tables",
        """SELECT relname, '' FROM relations WHERE relkind IN ('r', 'p', 'f') AND NOT has_tenant AND readable
           AND NOT (nspname = 'public' AND relname = ANY (%(shared)s))""",
    ),
    Rule(
        "has a rewrite rule",
        """SELECT t.relname, r.rulename FROM relations t JOIN pg_rewrite r ON r.ev_class = t.oid
           WHERE r.rulename <> '_RETURN'""",
    ),
)

KEYS = (
    Rule(
        "a foreign key to a tenant's table that does not carry the tenant",
        """SELECT t.relname, c.conname FROM relations t JOIN pg_constraint c ON c.conrelid = t.oid
           JOIN pg_attribute theirs ON theirs.attrelid = c.confrelid AND theirs.attname = 'tenant_id'
           LEFT JOIN pg_attribute ours ON ours.attrelid = c.conrelid AND ours.attname = 'tenant_id'
           WHERE c.contype = 'f' AND NOT coalesce(
             array_position(c.conkey, ours.attnum) = array_position(c.confkey, theirs.attnum), false)""",
    ),
    Rule(
        "a unique key that does not contain tenant_id: it tells of other tenants' values",
        """SELECT t.relname, i.indexrelid::regclass::text FROM tenant_tables t JOIN pg_index i ON i.indrelid = t.oid
           JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id'
           WHERE i.indisunique AND NOT i.indisprimary AND NOT a.attnum = ANY (i.indkey)""",
    ),
    Rule(
        "an exclusion constraint that does not contain tenant_id",
        """SELECT t.relname, c.conname FROM tenant_tables t JOIN pg_constraint c ON c.conrelid = t.oid
           JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id'
           WHERE c.contype = 'x' AND NOT a.attnum = ANY (c.conkey)""",
    ),
    Rule(
        "a primary key that is neither a UUID nor contains tenant_id: it counts other tenants' rows",
        """SELECT t.relname, i.indexrelid::regclass::text FROM tenant_tables t
           JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary WHERE NOT EXISTS (
             SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
             AND (a.attname = 'tenant_id' OR a.atttypid = 'uuid'::regtype))""",
    ),
)

VIEWS = (
    Rule(
        "a materialised view shows all tenants",
        "SELECT relname, '' FROM relations WHERE relkind = 'm' AND (has_tenant OR readable)",
    ),
    Rule(
        "a view that is not exactly a fenced view of its table",
        """SELECT relname, '' FROM relations WHERE relkind = 'v' AND readable AND NOT (relname ~ '_fenced$' AND
           pg_get_viewdef(oid) ~ replace(%(fenced_view)s, '{table}', left(relname, -length('_fenced'))))""",
    ),
    Rule(
        "a view that may be written through: its owner's rights apply, no policy does",
        """SELECT t.relname, s.rolname FROM relations t, serving s WHERE t.relkind = 'v'
           AND (has_table_privilege(s.oid, t.oid, 'INSERT, UPDATE, DELETE')
                OR has_any_column_privilege(s.oid, t.oid, 'INSERT, UPDATE'))""",
    ),
)

RIGHTS = (
    Rule(
        "a role that serves requests is superuser, bypasses row-level security, or makes roles or databases",
        """SELECT rolname, '' FROM pg_roles JOIN serving USING (rolname)
           WHERE rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication""",
    ),
    Rule(
        "a role that serves requests has another one's rights",
        """SELECT s.rolname, g.rolname FROM pg_auth_members a JOIN serving s ON s.oid = a.member
           JOIN pg_roles g ON g.oid = a.roleid
           WHERE s.rolname <> %(app)s OR g.rolname <> %(dispatch)s OR a.inherit_option OR a.admin_option""",
    ),
    Rule(
        "is owned by a role that serves requests",
        """SELECT name, kind FROM (
             SELECT relname AS name, 'relation' AS kind, relowner AS owner FROM relations
             UNION ALL SELECT nspname, 'schema', nspowner FROM pg_namespace
             UNION ALL SELECT proname, 'function', proowner FROM pg_proc
             UNION ALL SELECT datname, 'database', datdba FROM pg_database WHERE datname = current_database()
           ) owned JOIN serving s ON s.oid = owned.owner""",
    ),
    Rule(
        "a role that serves requests may make things in this schema",
        """SELECT n.nspname, s.rolname FROM pg_namespace n, serving s
           WHERE n.nspname !~ '^pg_(toast|temp)' AND has_schema_privilege(s.oid, n.oid, 'CREATE')""",
    ),
    Rule(
        "grants TRUNCATE, TRIGGER, REFERENCES or MAINTAIN to a role that serves requests",
        """SELECT t.relname, s.rolname FROM relations t, serving s
           WHERE has_table_privilege(s.oid, t.oid, 'TRUNCATE, TRIGGER, REFERENCES, MAINTAIN')
             OR has_any_column_privilege(s.oid, t.oid, 'REFERENCES')""",
    ),
    Rule(
        "grants something to everybody",
        """SELECT t.relname, x.privilege_type FROM relations t, aclexplode(t.relacl) x WHERE x.grantee = 0
           UNION ALL SELECT t.relname, x.privilege_type FROM relations t
           JOIN pg_attribute a ON a.attrelid = t.oid, aclexplode(a.attacl) x WHERE x.grantee = 0""",
    ),
    Rule(
        "the dispatch role may write here, or read whole rows",
        """SELECT relname, '' FROM relations WHERE
           has_table_privilege(%(dispatch)s, oid, 'SELECT, INSERT, UPDATE, DELETE')
           OR has_any_column_privilege(%(dispatch)s, oid, 'INSERT, UPDATE')""",
    ),
    Rule(
        "an append-only log may be changed",
        """SELECT relname, '' FROM relations WHERE relname = ANY (%(append_only)s)
           AND (has_table_privilege(%(app)s, oid, 'UPDATE, DELETE')
                OR has_any_column_privilege(%(app)s, oid, 'UPDATE'))""",
    ),
)

FUNCTIONS = (
    Rule(
        "a SECURITY DEFINER function that is not the reviewed one",
        """SELECT p.proname, '' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
           AND NOT (n.nspname = 'app' AND p.proname = 'hand_over' AND btrim(p.prosrc) = btrim(%(hand_over_body)s)
                    AND p.proconfig = ARRAY['search_path=pg_catalog, pg_temp']
                    AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) x WHERE x.grantee = 0))
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    ),
    Rule(
        "is not the one of the migrations, or there are two",
        """SELECT 'app.tenant()', '' WHERE 1 <> (SELECT count(*) FROM pg_proc p
             WHERE p.pronamespace = to_regnamespace('app') AND p.proname = 'tenant')
           OR NOT EXISTS (SELECT FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
             WHERE p.pronamespace = to_regnamespace('app') AND p.proname = 'tenant' AND p.pronargs = 0
             AND l.lanname = 'plpgsql' AND p.proconfig IS NULL AND NOT p.prosecdef
             AND btrim(p.prosrc) = btrim(%(tenant_body)s))""",
    ),
)

RULES = TABLES + KEYS + VIEWS + RIGHTS + FUNCTIONS
