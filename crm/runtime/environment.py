"""Reads the environment and `.env` into one typed, checked object. Importing it starts nothing."""

import base64
import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from dotenv import dotenv_values

from crm.runtime import embedded, processes
from crm.runtime.places import ROOT
from crm.runtime.problems import Problem
from crm.runtime.variables import Variables

POSTGRES_EXAMPLE = "postgresql://rapport_app:PASSWORD@HOST:5432/rapport"
REDIS_EXAMPLE = "redis://HOST:6379/0"
MAIL_PORTS = (25, 465, 587, 2465, 2525, 2587)  # of submission, and the second ones that providers offer
THIS_MACHINE = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True)
class Mail:
    """The mail server for messages of the product itself: invitations, log-in links, alarms."""

    host: str
    port: int
    user: str
    password: str
    security: str  # "starttls", "tls" (from the first byte) or "none"
    sender: str


@dataclass(frozen=True)
class Environment:
    """What one installation says about itself. Secrets never show in `repr`."""

    production: bool
    debug: bool
    secret_key: str
    field_key: str  # urlsafe base64 of 32 bytes: encrypts stored credentials
    bind: str  # the address of this machine that the web server listens on
    port: int
    web_processes: int
    demo_people: int  # how many invented people the demo tenant gets
    worker_processes: int
    base_url: str  # without a slash at the end
    allowed_hosts: tuple[str, ...]
    database_url: str
    database_prepares: bool  # False: behind a pooler that knows no prepared statements
    database_owner_url: str | None  # None: this process cannot run migrations
    redis_url: str
    mail: Mail | None  # None: mails of the product go to the log
    mail_server_networks: tuple[str, ...]  # private ones in which members may name a mail server
    mail_server_ports: tuple[int, ...]  # that members may name; empty: every one
    data_dir: Path
    embeds_database: bool
    embeds_broker: bool
    durable: bool  # False: the embedded servers trade safety against a crash of the machine for speed

    def __repr__(self) -> str:
        return f"Environment(base_url={self.base_url!r}, data_dir={str(self.data_dir)!r}, production={self.production})"

    @property
    def broker_url(self) -> str:
        """`redis_url` in the form of Celery, which has its own for sockets."""
        return broker_url(self.redis_url)


def load(root: Path = ROOT, environ: Mapping[str, str] | None = None) -> Environment:
    """The environment of this process: variables win over the `.env` file in `root`.

    What is not set gets a default fit for one's own machine; with RAPPORT_PRODUCTION=1 the values that must not be
    guessed are required. Raises Problem naming the variable, what it holds (secrets hidden) and what was expected.
    """
    told = os.environ if environ is None else environ
    file = {name: value for name, value in dotenv_values(root / ".env").items() if value is not None}
    variables = Variables({**file, **told})
    production = variables.flag("RAPPORT_PRODUCTION", default=False)
    data_dir = _data_dir(root, variables)
    port = variables.port("PORT", default=8000)
    base_url = _base_url(variables, production, port)
    database_url, owner_url, redis_url = _addresses(variables, production)
    servers = embedded.servers_of(data_dir)
    return Environment(
        production=production,
        debug=_debug(variables, production),
        secret_key=_secret_key(variables, data_dir, production),
        field_key=_field_key(variables, data_dir, production),
        bind=variables.text("BIND", default="127.0.0.1"),
        port=port,
        demo_people=variables.number("DEMO_PEOPLE", default=500),
        web_processes=variables.number("WEB_PROCESSES", default=max(2, processes.cores())),
        worker_processes=variables.number("WORKER_PROCESSES", default=max(2, processes.cores())),
        base_url=base_url,
        allowed_hosts=_allowed_hosts(variables, base_url, production),
        database_url=database_url or servers.database_url,
        database_prepares=variables.flag("DATABASE_PREPARES", default=True),
        database_owner_url=(owner_url or None) if database_url else servers.database_owner_url,
        redis_url=redis_url or servers.redis_url,
        mail=_mail(variables, base_url),
        mail_server_networks=_mail_server_networks(variables, production),
        mail_server_ports=_mail_server_ports(variables, production),
        data_dir=data_dir,
        embeds_database=not database_url,
        embeds_broker=not redis_url,
        durable=variables.flag("RAPPORT_DURABLE", default=True),
    )


def ensure_servers(environment: Environment) -> None:
    """Start the embedded servers that this environment relies on. For entry points; settings never call it."""
    if environment.embeds_database or environment.embeds_broker:
        embedded.ensure_servers(
            environment.data_dir,
            database=environment.embeds_database,
            broker=environment.embeds_broker,
            durable=environment.durable,
        )


def servers_run(environment: Environment) -> bool:
    """Whether the embedded servers that this environment relies on answer."""
    return embedded.are_running(
        environment.data_dir, database=environment.embeds_database, broker=environment.embeds_broker
    )


def broker_url(redis_url: str) -> str:
    """Celery's form of a Redis address: unix:///path?db=1 becomes redis+socket:///path?virtual_host=1."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    query = parse_qs(parts.query)
    database = query.get("db", ["0"])[0]
    login = f"{parts.netloc}" if parts.netloc else ""
    return f"redis+socket://{login}{quote(parts.path)}?virtual_host={database}"


def _addresses(variables: Variables, production: bool) -> tuple[str, str, str]:
    """DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL; empty where unset."""
    postgres = ("postgresql", "postgres")
    database_url = variables.address("DATABASE_URL", postgres, POSTGRES_EXAMPLE, production)
    owner_url = variables.address("DATABASE_OWNER_URL", postgres, POSTGRES_EXAMPLE, False)
    for name, url in (("DATABASE_URL", database_url), ("DATABASE_OWNER_URL", owner_url)):
        if url and not _names_database(url):
            raise variables.wrong(name, f"a database name at the end of the address, such as {POSTGRES_EXAMPLE}")
    if owner_url and not database_url:
        raise variables.wrong("DATABASE_OWNER_URL", "to be unset, or DATABASE_URL to be set as well")
    return (
        database_url,
        owner_url,
        variables.address("REDIS_URL", ("redis", "rediss", "unix"), REDIS_EXAMPLE, production),
    )


def _data_dir(root: Path, variables: Variables) -> Path:
    return (root / Path(variables.text("DATA_DIR", default=".data")).expanduser()).resolve()


def _debug(variables: Variables, production: bool) -> bool:
    debug = variables.flag("DEBUG", default=False)
    if debug and production:
        raise variables.wrong("DEBUG", "0 or nothing, because RAPPORT_PRODUCTION is 1")
    return debug


def _base_url(variables: Variables, production: bool, port: int) -> str:
    example = "https://crm.example.com"
    told = variables.address("BASE_URL", ("https",) if production else ("http", "https"), example, production)
    if told and (urlsplit(told).path.strip("/") or urlsplit(told).query or not urlsplit(told).hostname):
        raise variables.wrong("BASE_URL", f"scheme and host alone, such as {example}")
    return told.rstrip("/") or f"http://localhost:{port}"


def _allowed_hosts(variables: Variables, base_url: str, production: bool) -> tuple[str, ...]:
    told = tuple(host.strip() for host in variables.text("ALLOWED_HOSTS").split(",") if host.strip())
    if production and "*" in told:
        raise variables.wrong("ALLOWED_HOSTS", "host names with commas between, none of them *")
    own = (urlsplit(base_url).hostname or "localhost",)
    return tuple(dict.fromkeys(told + own + (() if production else ("localhost", "127.0.0.1", "[::1]"))))


def _names_database(url: str) -> bool:
    return len(urlsplit(url).path) > 1


def _secret_key(variables: Variables, data_dir: Path, production: bool) -> str:
    told = variables.secret("SECRET_KEY", required=production, expected="a random text of at least 50 characters")
    if told and len(told) < 50:
        raise variables.wrong("SECRET_KEY", f"at least 50 random characters, it has {len(told)}")
    return told or _kept(data_dir / "secret_key", secrets.token_urlsafe(64))


def _field_key(variables: Variables, data_dir: Path, production: bool) -> str:
    expected = "32 random bytes in urlsafe base64 (44 characters)"
    told = variables.secret("FIELD_KEY", required=production, expected=expected)
    if told and not _is_key(told):
        raise variables.wrong("FIELD_KEY", expected)
    return told or _kept(data_dir / "field_key", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


def _kept(path: Path, fresh: str) -> str:
    """The secret in `path`; `fresh` is put there first when there is none. Two processes at once agree on one."""
    try:
        if path.exists():
            return path.read_text().strip()
        path.parent.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise Problem(
            f"The secret in {path} cannot be kept: {error.strerror}. Set DATA_DIR to a folder of yours."
        ) from error


def _mail(variables: Variables, base_url: str) -> Mail | None:
    host = variables.text("SMTP_HOST")
    security = variables.choice("SMTP_TLS", ("starttls", "tls", "none"), default="starttls")
    port = variables.port("SMTP_PORT", default={"starttls": 587, "tls": 465, "none": 25}[security])
    user, password = variables.text("SMTP_USER"), variables.secret("SMTP_PASSWORD")
    if bool(user) != bool(password):
        missing = "SMTP_PASSWORD" if user else "SMTP_USER"
        raise variables.wrong(missing, "a value, because its counterpart is set")
    sender = variables.text("MAIL_FROM", default=f"rapport@{urlsplit(base_url).hostname or 'localhost'}")
    if not host:
        return None
    return Mail(host=host, port=port, user=user, password=password, security=security, sender=sender)


def _mail_server_networks(variables: Variables, production: bool) -> tuple[str, ...]:
    told = variables.text("MAIL_SERVER_NETWORKS", default="none" if production else ",".join(THIS_MACHINE))
    try:
        named = [] if told == "none" else [ipaddress.ip_network(part.strip()) for part in told.split(",")]
    except ValueError:
        expected = "networks with commas between, such as 10.20.0.0/16,fd12:3456::/48, or none"
        raise variables.wrong("MAIL_SERVER_NETWORKS", expected) from None
    return tuple(map(str, named))


def _mail_server_ports(variables: Variables, production: bool) -> tuple[int, ...]:
    told = variables.text("MAIL_SERVER_PORTS", default=",".join(map(str, MAIL_PORTS)) if production else "any")
    named = [] if told == "any" else [part.strip() for part in told.split(",")]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= 65535 for part in named):
        raise variables.wrong("MAIL_SERVER_PORTS", "port numbers with commas between, such as 25,465,587, or any")
    return tuple(map(int, named))
