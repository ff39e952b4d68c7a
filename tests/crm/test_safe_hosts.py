"""Connections to hosts that members name: looked up once, every address judged, and only then connected to."""

from __future__ import annotations

import socket

import pytest

from crm import safe_hosts
from crm.safe_hosts import AddressRefused, NotConnected, Policy

STRICT = Policy(ports=(25, 587))
PUBLIC = "93.184.215.14"


def name_server(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Gives one set of addresses for each question, and notes the names."""
    asked: list[str] = []

    def look_up(host: str, *args: object, **kwargs: object) -> list[tuple[object, ...]]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "mail", "mail.internal", "localhost"]
)
def test_inner_host_is_refused_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    asked = name_server(monkeypatch, ["127.0.0.1"])

    with pytest.raises(AddressRefused):
        safe_hosts.connect(host, 25, policy=STRICT)

    assert asked == []


@pytest.mark.parametrize("found", [["192.168.1.4"], [PUBLIC, "10.0.0.1"], []])
def test_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, found: list[str]) -> None:
    name_server(monkeypatch, found)

    with pytest.raises(AddressRefused, match=r"mail\.example\.com leads into a private network"):
        safe_hosts.connect("mail.example.com", 587, policy=STRICT)


def test_other_port_is_refused() -> None:
    with pytest.raises(AddressRefused, match="Port 6379 is not allowed; use 25 or 587"):
        safe_hosts.connect("mail.example.com", 6379, policy=STRICT)


def test_name_that_is_not_known_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(NotConnected, match=r"There is no host called mail\.example\.com"):
        safe_hosts.connect("mail.example.com", 25, policy=STRICT)


def test_second_answer_of_a_name_server_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = name_server(monkeypatch, ["127.0.0.2"], ["127.0.0.1"])
    policy = Policy(ports=(), networks=("127.0.0.2/32",))
    with socket.create_server(("127.0.0.2", 0)) as outer:
        line = safe_hosts.connect("mail.example.com", outer.getsockname()[1], policy=policy)
        reached = line.getpeername()[0]
        line.close()

    assert (asked, reached) == (["mail.example.com."], "127.0.0.2")


@pytest.mark.parametrize("host", ["mailpit", "mail.corp.internal", "localhost"])
def test_inner_names_are_looked_up_where_the_operator_allows_inner_networks(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    asked = name_server(monkeypatch, ["127.0.0.1"])
    policy = Policy(ports=(), networks=("127.0.0.0/8",), inner_names=True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        safe_hosts.connect(host, server.getsockname()[1], policy=policy).close()

    assert asked == [host]
