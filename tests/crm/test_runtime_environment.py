"""The environment: defaults, what is refused and in which words."""

from pathlib import Path

import pytest

from crm.runtime.environment import MAIL_PORTS, Mail, broker_url, load
from crm.runtime.problems import Problem

FROM = " It is read from the environment, then from the file .env."
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
PRODUCTION = {
    "RAPPORT_PRODUCTION": "1",
    "SECRET_KEY": "k" * 50,
    "FIELD_KEY": KEY,
    "BASE_URL": "https://crm.example.com",
    "DATABASE_URL": "postgresql://rapport_app:secret@db.example.com/rapport",
    "REDIS_URL": "redis://cache.example.com:6379/0",
}


def test_load_names_embedded_servers_by_default(tmp_path: Path) -> None:
    environment = load(tmp_path, {})

    assert environment.database_url == f"postgresql://rapport_app@/rapport?host={tmp_path}/.data/run"
    assert environment.database_owner_url == f"postgresql://rapport_owner@/rapport?host={tmp_path}/.data/run"
    assert environment.redis_url == f"unix://{tmp_path}/.data/run/valkey.sock"
    assert (environment.embeds_database, environment.embeds_broker) == (True, True)


def test_load_makes_secrets_once_and_keeps_them_private(tmp_path: Path) -> None:
    first, second = load(tmp_path, {}), load(tmp_path, {})

    assert (first.secret_key, first.field_key) == (second.secret_key, second.field_key)
    assert [(tmp_path / ".data" / name).stat().st_mode & 0o777 for name in ("secret_key", "field_key")] == [0o600] * 2


def test_load_shows_no_secret_in_repr(tmp_path: Path) -> None:
    environment = load(tmp_path, PRODUCTION)

    assert repr(environment) == (
        f"Environment(base_url='https://crm.example.com', data_dir='{tmp_path}/.data', production=True)"
    )


def test_load_prefers_variables_to_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nBASE_URL='http://crm.test:9000'\n")

    environment = load(tmp_path, {"PORT": "9001"})

    assert (environment.port, environment.base_url) == (9001, "http://crm.test:9000")


def test_load_embeds_nothing_when_both_servers_are_named(tmp_path: Path) -> None:
    environment = load(tmp_path, PRODUCTION)

    assert (environment.embeds_database, environment.embeds_broker) == (False, False)
    assert environment.database_owner_url is None


def test_load_allows_the_host_of_base_url(tmp_path: Path) -> None:
    environment = load(tmp_path, {**PRODUCTION, "ALLOWED_HOSTS": "jobs.example.com"})

    assert environment.allowed_hosts == ("jobs.example.com", "crm.example.com")


def test_load_reads_mail(tmp_path: Path) -> None:
    told = {"SMTP_HOST": "mail.example.com", "SMTP_USER": "u", "SMTP_PASSWORD": "p", "SMTP_TLS": "tls"}

    mail = load(tmp_path, told).mail

    assert mail == Mail("mail.example.com", 465, "u", "p", "tls", "rapport@localhost")


@pytest.mark.parametrize(
    ("told", "networks", "ports"),
    [
        ({}, ("127.0.0.0/8", "::1/128"), ()),
        ({"MAIL_SERVER_NETWORKS": "none", "MAIL_SERVER_PORTS": "25"}, (), (25,)),
        (PRODUCTION, (), (25, 465, 587, 2465, 2525, 2587)),
        ({**PRODUCTION, "MAIL_SERVER_NETWORKS": "10.20.0.0/16, fd12::/48"}, ("10.20.0.0/16", "fd12::/48"), MAIL_PORTS),
        ({**PRODUCTION, "MAIL_SERVER_PORTS": "any"}, (), ()),
    ],
)
def test_mail_servers_of_members_are_public_in_production(
    tmp_path: Path, told: dict[str, str], networks: tuple[str, ...], ports: tuple[int, ...]
) -> None:
    environment = load(tmp_path, told)

    assert (environment.mail_server_networks, environment.mail_server_ports) == (networks, ports)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            {"MAIL_SERVER_NETWORKS": "10.0.0.1/8"},
            "MAIL_SERVER_NETWORKS holds '10.0.0.1/8'; expected networks with commas between, "
            "such as 10.20.0.0/16,fd12:3456::/48, or none.",
        ),
        (
            {"MAIL_SERVER_PORTS": "smtp"},
            "MAIL_SERVER_PORTS holds 'smtp'; expected port numbers with commas between, such as 25,465,587, or any.",
        ),
        ({"PORT": "80000"}, "PORT holds '80000'; expected a port number between 1 and 65535."),
        ({"DEBUG": "maybe"}, "DEBUG holds 'maybe'; expected 1 or 0."),
        ({"WEB_PROCESSES": "0"}, "WEB_PROCESSES holds '0'; expected a whole number from 1 to 1000."),
        (
            {"DATABASE_URL": "mysql://u:hunter2@h/d"},
            "DATABASE_URL holds 'mysql://u:***@h/d'; expected an address that begins with postgresql:// or "
            "postgres://, such as postgresql://rapport_app:PASSWORD@HOST:5432/rapport.",
        ),
        (
            {"DATABASE_URL": "postgresql://u:hunter2@h"},
            "DATABASE_URL holds 'postgresql://u:***@h'; expected a database name at the end of the address, such as "
            "postgresql://rapport_app:PASSWORD@HOST:5432/rapport.",
        ),
        (
            {"DATABASE_OWNER_URL": "postgresql://u@h/d"},
            "DATABASE_OWNER_URL holds 'postgresql://u@h/d'; expected to be unset, or DATABASE_URL to be set as well.",
        ),
        (
            {"REDIS_URL": "cache"},
            "REDIS_URL holds 'cache'; expected an address that begins with redis:// or rediss:// or unix://, "
            "such as redis://HOST:6379/0.",
        ),
        (
            {"SECRET_KEY": "hunter2"},
            "SECRET_KEY holds a secret of 7 characters; expected at least 50 random characters, it has 7.",
        ),
        (
            {"FIELD_KEY": "hunter2"},
            "FIELD_KEY holds a secret of 7 characters; expected 32 random bytes in urlsafe base64 (44 characters).",
        ),
        (
            {"BASE_URL": "http://crm.test/path"},
            "BASE_URL holds 'http://crm.test/path'; expected scheme and host alone, such as https://crm.example.com.",
        ),
        ({"SMTP_USER": "u"}, "SMTP_PASSWORD is not set; expected a value, because its counterpart is set."),
        ({"SMTP_TLS": "ssl"}, "SMTP_TLS holds 'ssl'; expected one of starttls, tls, none."),
    ],
)
def test_load_names_what_is_wrong(tmp_path: Path, told: dict[str, str], sentence: str) -> None:
    with pytest.raises(Problem) as caught:
        load(tmp_path, told)

    assert str(caught.value) == sentence + FROM


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEY", "BASE_URL", "DATABASE_URL", "REDIS_URL"])
def test_load_requires_in_production(tmp_path: Path, name: str) -> None:
    told = {key: value for key, value in PRODUCTION.items() if key != name}

    with pytest.raises(Problem, match=f"^{name} is not set; expected "):
        load(tmp_path, told)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS holds '*'; expected host names with commas between, none of them *."),
        ({"DEBUG": "1"}, "DEBUG holds '1'; expected 0 or nothing, because RAPPORT_PRODUCTION is 1."),
    ],
)
def test_load_refuses_in_production(tmp_path: Path, told: dict[str, str], sentence: str) -> None:
    with pytest.raises(Problem) as caught:
        load(tmp_path, {**PRODUCTION, **told})

    assert str(caught.value) == sentence + FROM


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("redis://h:6379/1", "redis://h:6379/1"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
        ("unix:///a b/valkey.sock?db=3", "redis+socket:///a%20b/valkey.sock?virtual_host=3"),
    ],
)
def test_broker_url_is_in_the_form_of_celery(given: str, wanted: str) -> None:
    assert broker_url(given) == wanted
