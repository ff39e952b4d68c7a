"""Do the servers named in the environment answer, and is the log-in one that row-level security binds?"""

import psycopg
import redis

from crm.runtime.environment import Environment
from crm.runtime.problems import Problem

OLDEST_POSTGRES = 150000
EXTENSIONS = {"pg_trgm", "unaccent", "btree_gin", "citext"}
QUESTION = """
    SELECT current_user, rolsuper OR rolbypassrls, current_setting('server_version_num')::int,
           ARRAY(SELECT extname::text FROM pg_extension)
    FROM pg_roles WHERE rolname = current_user
"""


def check_servers(environment: Environment) -> None:
    """Raises Problem naming the variable whose server is away or not fit. Asks nothing of embedded servers."""
    if not environment.embeds_database:
        _check_database("DATABASE_URL", environment.database_url, is_app=True)
        if environment.database_owner_url is None:
            raise Problem(
                "DATABASE_OWNER_URL is not set; expected the address of the role that owns the tables "
                "(postgresql://rapport_owner:PASSWORD@HOST:5432/rapport), because this command runs the migrations. "
                "crm/runtime/roles.sql makes the roles."
            )
        _check_database("DATABASE_OWNER_URL", environment.database_owner_url, is_app=False)
    if not environment.embeds_broker:
        _check_broker(environment.redis_url)


def _check_database(variable: str, url: str, *, is_app: bool) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(QUESTION).fetchone()
    except psycopg.OperationalError as error:
        raise Problem(f"{variable}: the database does not let us in: {_first_line(error)}") from error
    assert row is not None
    user, above_the_law, version, extensions = row
    if version < OLDEST_POSTGRES:
        raise Problem(f"{variable} leads to PostgreSQL {version // 10000}; expected 15 or newer, best 18.")
    if missing := EXTENSIONS - set(extensions):
        names = ", ".join(sorted(missing))
        raise Problem(f"{variable}: the database lacks the extensions {names}. crm/runtime/roles.sql makes them.")
    if is_app and above_the_law:
        raise Problem(
            f"{variable} logs in as {user}, whom row-level security does not bind (superuser or BYPASSRLS). "
            "Expected a plain role such as rapport_app; crm/runtime/roles.sql makes it."
        )


def _check_broker(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        raise Problem(f"REDIS_URL: the server does not let us in: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
