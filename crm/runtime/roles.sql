-- The roles and the database of Rapport. Run by psql as a superuser; running it again changes nothing.
-- Used for the embedded server and, as an init script, for docker-compose.yml.
--
--   rapport_owner     owns the database and its tables, runs migrations
--   rapport_app       web and workers: row-level security binds it (not the owner, no superuser, no BYPASSRLS)
--   rapport_dispatch  no log-in; rapport_app takes it on with SET ROLE to see the plumbing columns of queues in all tenants
\set ON_ERROR_STOP on
\getenv owner_password RAPPORT_OWNER_PASSWORD
\getenv app_password RAPPORT_APP_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['rapport_owner', 'rapport_app', 'rapport_dispatch']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE rapport_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE rapport_app LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE rapport_dispatch NOLOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
GRANT rapport_dispatch TO rapport_app WITH INHERIT FALSE, SET TRUE;

\if :{?owner_password}
ALTER ROLE rapport_owner PASSWORD :'owner_password';
\endif
\if :{?app_password}
ALTER ROLE rapport_app PASSWORD :'app_password';
\endif

-- In template1 as well, so that test databases, which rapport_owner makes, have them: `vector` needs a superuser.
\connect template1
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS vector;

\connect postgres
SELECT 'CREATE DATABASE rapport OWNER rapport_owner ENCODING ''UTF8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'rapport')
\gexec
REVOKE ALL ON DATABASE rapport FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE rapport TO rapport_app;
