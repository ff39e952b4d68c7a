"""The SQL that every fence rests on: `app.tenant()`, the words of full-text search, the rights of the app role."""

from __future__ import annotations

from django.conf import settings

# Raises instead of returning nothing: an unset tenant is a bug, not an empty page.
TENANT_FUNCTION = """
CREATE SCHEMA IF NOT EXISTS app;
CREATE OR REPLACE FUNCTION app.tenant() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE value text := current_setting('app.tenant', true);
BEGIN
  IF value IS NULL OR value = '' THEN RAISE EXCEPTION 'tenant not set' USING ERRCODE = '42501'; END IF;
  RETURN value::uuid;
END $$;
"""

# unaccent() is only STABLE because its dictionary could be swapped; ours never is, so an index may rest on it.
WORDS_FUNCTION = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE OR REPLACE FUNCTION app.plain(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT lower(public.unaccent('public.unaccent', value)) $$;
CREATE OR REPLACE FUNCTION app.words(value text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT to_tsvector('pg_catalog.simple', public.unaccent('public.unaccent', value)) $$;
"""

# The append-only ledgers name people, and two records may turn out to be one person: this moves rows from one to the
# other, in the tenant that is open, and writes in the audit log that it did. `only` limits it to some rows.
HAND_OVER_FUNCTION = """
CREATE OR REPLACE FUNCTION app.hand_over(
  ledger text, source uuid, target uuid, only_ids uuid[], by_kind text, by_id uuid, by_label text
) RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE moved uuid[];
BEGIN
  IF ledger NOT IN ('crm_event', 'talent_consentrecord') THEN
    RAISE EXCEPTION '% is not handed over', ledger USING ERRCODE = '42501';
  END IF;
  EXECUTE format(
    'WITH m AS (UPDATE public.%I SET candidate_id = $1 WHERE tenant_id = $2 AND candidate_id = $3 '
    'AND ($4 IS NULL OR id = ANY ($4)) RETURNING id) SELECT array_agg(id) FROM m', ledger)
    INTO moved USING target, app.tenant(), source, only_ids;
  INSERT INTO public.crm_auditentry (id, tenant_id, created_at, occurred_at, actor_kind, actor_id, actor_label, action,
                                     object_type, object_id, fields, facts)
  VALUES (gen_random_uuid(), app.tenant(), now(), now(), by_kind, by_id, by_label, 'ledger.hand_over',
          'talent.candidate', target, '{}',
          jsonb_build_object('ledger', ledger, 'from', source, 'rows', coalesce(cardinality(moved), 0)));
  RETURN QUERY SELECT unnest(moved);
END $$;
REVOKE ALL ON FUNCTION app.hand_over FROM PUBLIC;
"""


def hand_over_grant() -> str:
    return f'GRANT EXECUTE ON FUNCTION app.hand_over TO "{settings.DATABASE_ROLES["app"]}"'


def grants() -> str:
    """The app role's rights on directory tables, those to come included; `Fence` narrows them for tenants' tables."""
    app, dispatch = settings.DATABASE_ROLES["app"], settings.DATABASE_ROLES["dispatch"]
    return f"""
    GRANT USAGE ON SCHEMA app, public TO "{app}", "{dispatch}";
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{app}";
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{app}";
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{app}";
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO "{app}";
    """


def directory_grants() -> str:
    """What the dispatch role may know of tenants: that they are there, and active."""
    return f'GRANT SELECT (id, status) ON crm_tenant TO "{settings.DATABASE_ROLES["dispatch"]}"'
