"""The client for addresses that users give: what it refuses, and how long it waits."""

from __future__ import annotations

import ipaddress
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import safe_hosts, safe_http
from crm.safe_hosts import AddressRefused, NoAnswer, Policy
from crm.safe_http import Answer, AnswerTooLarge
from tests.fakes import web_server
from tests.fakes.web_server import OK, WebServer, say

LOCAL = Policy(schemes=("http", "https"), ports=(), networks=("127.0.0.1/32",), total_seconds=1)
IMPATIENT = replace(LOCAL, total_seconds=0.3)
STRICT = Policy()
PUBLIC = "93.184.215.14"

INSIDE = [
    "0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1",
    "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::",
    "2620:4f:8000::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "4000::1",
]  # fmt: skip

FORMS = [
    "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.1.",
    "0x7f.1", "127.0.0.01", "00000127.0.0.1", "localhost", "LOCALHOST", "localhost.", "localhost.localdomain",
    "metadata", "①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1", "127.0.0.1%00", "127.0.0.1%2f.example.com",
    "[::1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::]", "[fe80::1%25lo]", "[::1", "a..b.test", "",
    "-a.test", "a_b", "host.123", "host.0x1", "éxample.test",
]  # fmt: skip

ADDRESSES = [
    "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/",
    "example.com", "javascript:alert(1)", "https:example.com", "https:///path", "https://user@example.com/",
    "https://user:secret@example.com/", "https://example.com:22/", "https://example.com:6379/",
    "https://example.com:99999/", "https://example.com:0/", "https://example.com:x/", "https://example.com\\@127.0.0.1/",
    "https://127.0.0.1\\.example.com/", "https://example.com/a b", "https://example.com/\r\nHost: x", " https://example.com",
    "https://example.com/\x00", "https://exa\tmple.com/", "https://[::1]:6379/", "https://example.com#@127.0.0.1:1/x y",
]  # fmt: skip


def answers_of(*addresses: str) -> list[tuple[object, ...]]:
    """What getaddrinfo says for a host with these addresses."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A name server of ours: gives one set of addresses for each question and notes the names."""

    def install(*answers: list[str]) -> list[str]:
        asked: list[str] = []

        def look_up(host: str, *args: object, **kwargs: object) -> list[tuple[object, ...]]:
            asked.append(host)
            return answers_of(*answers[min(len(asked), len(answers)) - 1])

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return asked

    return install


class Watch:
    """Sees every connect of this process; while it holds a list, nothing is let out of the machine."""

    seen: list[object] | None = None

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if event == "socket.connect" and self.seen is not None:
            self.seen.append(args[1])
            raise ConnectionRefusedError


WATCH = Watch()
sys.addaudithook(WATCH)


@pytest.fixture
def connects() -> Iterator[list[object]]:
    """Every address that was about to be connected to."""
    WATCH.seen = []
    yield WATCH.seen
    WATCH.seen = None


@contextmanager
def server_with(*parts: bytes) -> Iterator[WebServer]:
    with web_server.running(say(*parts)) as server:
        yield server


def get(server: WebServer, policy: Policy = LOCAL) -> Answer:
    return safe_http.request("GET", f"http://127.0.0.1:{server.port}/a?b=c", policy=policy)


def passed(asked: Iterable[str], ask: Callable[[str], object]) -> list[str]:
    """Those of the addresses that are not refused."""
    found = []
    for address in asked:
        try:
            ask(address)
        except AddressRefused:
            continue
        except NoAnswer:
            pass
        found.append(address)
    return found


def ask(host: str) -> Answer:
    return safe_http.request("GET", f"https://{host}/", policy=STRICT)


def test_inner_addresses_are_never_connected_to(connects: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    named = {f"inner-{n}.example.com": address for n, address in enumerate(INSIDE)}
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **kwargs: answers_of(named[host.rstrip(".")]))
    literals = [f"[{address}]" if ":" in address else address for address in INSIDE]

    assert (passed([*named, *literals], ask), connects) == ([], [])


def test_public_address_is_connected_to(connects: list[object]) -> None:
    assert (passed([PUBLIC, "10.0.0.1"], ask), connects) == ([PUBLIC], [(PUBLIC, 443)])


def test_odd_forms_of_a_host_are_never_connected_to(connects: list[object]) -> None:
    assert (passed(FORMS, ask), connects) == ([], [])


def test_odd_addresses_are_refused_by_their_form() -> None:
    assert passed(ADDRESSES, lambda url: safe_http.check(url, policy=STRICT)) == []


@pytest.mark.parametrize(
    ("url", "host_header", "path"),
    [
        ("https://hooks.example.com", "hooks.example.com", "/"),
        ("https://Hooks.Example.com:8443/a/b?c=d&e#f", "hooks.example.com:8443", "/a/b?c=d&e"),
        ("https://xn--bcher-kva.example/?q", "xn--bcher-kva.example", "/?q"),
        (f"https://{PUBLIC}/x", PUBLIC, "/x"),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]", "/"),
    ],
)
def test_plain_address_passes(url: str, host_header: str, path: str) -> None:
    target = safe_http.check(url, policy=STRICT)

    assert (target.host_header, target.path) == (host_header, path)


@given(st.ip_addresses())
def test_every_allowed_address_is_global_in_pythons_eyes_too(address: safe_hosts.Address) -> None:
    allowed = safe_hosts.is_allowed(address, STRICT)

    assert not allowed or (address.is_global and not address.is_multicast)


@given(st.ip_addresses(v=4))
def test_mapped_address_is_judged_as_what_it_carries(address: ipaddress.IPv4Address) -> None:
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")

    assert safe_hosts.is_allowed(mapped, STRICT) == safe_hosts.is_allowed(address, STRICT)


def test_one_inner_address_among_public_ones_refuses_all(
    connects: list[object], resolver: Callable[..., list[str]]
) -> None:
    resolver([PUBLIC, "10.0.0.1"])

    with pytest.raises(AddressRefused, match=r"mixed\.example\.com leads into a private network"):
        safe_http.request("GET", "https://mixed.example.com/", policy=STRICT)

    assert connects == []


def test_name_server_that_changes_its_answer_is_asked_once(resolver: Callable[..., list[str]]) -> None:
    with server_with(OK) as inner, web_server.running(say(OK), address="127.0.0.2") as outer:
        asked = resolver(["127.0.0.2"], ["127.0.0.1"])
        policy = Policy(schemes=("http",), ports=(), networks=("127.0.0.2/32",), total_seconds=1)
        safe_http.request("GET", f"http://rebinding.example.com:{outer.port}/", policy=policy)

    assert (asked, len(outer.requests), inner.requests) == (["rebinding.example.com."], 1, [])


def test_second_address_is_tried_when_the_first_is_silent(
    connects: list[object], resolver: Callable[..., list[str]]
) -> None:
    resolver([PUBLIC, "93.184.215.15"])

    with pytest.raises(NoAnswer, match="did not answer"):
        safe_http.request("GET", "https://two.example.com/", policy=STRICT)

    assert connects == [(PUBLIC, 443), ("93.184.215.15", 443)]


def test_request_carries_what_it_was_given_and_nothing_more() -> None:
    with server_with(OK) as server:
        answer = safe_http.request(
            "POST",
            f"http://127.0.0.1:{server.port}/hook?x=1",
            headers={"Content-Type": "application/json", "Host": "elsewhere.example.com"},
            body=b"{}",
            policy=LOCAL,
        )

    head, *lines = server.requests[0].split(b"\r\n\r\n")[0].decode().split("\r\n")
    assert (answer.status, answer.body, answer.headers["x-note"], answer.ok) == (200, b"hello", "n", True)
    assert head == "POST /hook?x=1 HTTP/1.1"
    assert sorted(lines) == [
        "Content-Length: 2",
        "accept-encoding: identity",
        "connection: close",
        "content-type: application/json",
        f"host: 127.0.0.1:{server.port}",
        "user-agent: Rapport",
    ]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_redirect_is_an_answer_and_is_not_followed(status: str) -> None:
    with server_with(OK) as inner:
        location = f"http://127.0.0.1:{inner.port}/"
        with server_with(f"HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()) as server:
            answer = get(server)

    assert (str(answer.status), answer.headers["location"], answer.ok) == (status[:3], location, False)
    assert inner.requests == []


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with server_with(OK) as proxy, server_with(OK) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        get(server)

    assert (proxy.requests, len(server.requests)) == ([], 1)


def drip(head: bytes, piece: bytes) -> web_server.Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(100):
            time.sleep(0.05)
            connection.sendall(piece)

    return script


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_peer_that_drips_is_cut_off_in_time(head: bytes, piece: bytes) -> None:
    with web_server.running(drip(head, piece)) as server:
        started = time.monotonic()
        with pytest.raises(NoAnswer, match="was too slow"):
            get(server, IMPATIENT)

    assert time.monotonic() - started < 1.3


def test_peer_that_is_silent_in_the_handshake_is_cut_off_in_time() -> None:
    with web_server.running(say(b"")) as server:
        started = time.monotonic()
        with pytest.raises(NoAnswer):
            safe_http.request("GET", f"https://127.0.0.1:{server.port}/", policy=IMPATIENT)

    assert time.monotonic() - started < 1.3


def test_name_server_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(1))
    policy = Policy(connect_seconds=0.1)

    with pytest.raises(NoAnswer, match="could not be looked up in time"):
        safe_http.request("GET", "https://slow.example.com/", policy=policy)


@pytest.mark.parametrize("head", [b"Content-Length: 1048577\r\n", b"", b"Transfer-Encoding: chunked\r\n"])
def test_answer_over_the_limit_is_refused(head: bytes) -> None:
    body = b"x" * 1048577
    sent = b"100001\r\n" + body + b"\r\n0\r\n\r\n" if b"chunked" in head else body

    with server_with(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + sent) as server, pytest.raises(AnswerTooLarge):
        get(server, Policy(schemes=("http",), ports=(), networks=("127.0.0.1/32",)))


@pytest.mark.parametrize(
    "said", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 999999 ?\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500]
)
def test_peer_that_does_not_speak_http_is_no_answer(said: bytes) -> None:
    with server_with(said) as server, pytest.raises(NoAnswer, match="did not answer"):
        get(server)


@pytest.mark.parametrize(
    ("name", "value"),
    [("X", "a\r\nY: b"), ("X\r\nY", "a"), ("X", "a\r\n b"), ("X", "a\x00"), ("X Y", "b"), ("", "")],
)
def test_header_that_would_break_the_request_is_refused(name: str, value: str) -> None:
    with server_with(OK) as server, pytest.raises(AddressRefused, match="not allowed"):
        safe_http.request("GET", f"http://127.0.0.1:{server.port}/", headers={name: value}, policy=LOCAL)


def test_certificate_is_checked_for_the_name_that_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resolver: Callable[..., list[str]]
) -> None:
    context, trusted = web_server.certificate_for("hooks.example.com", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    resolver(["127.0.0.1"])

    with web_server.running(say(OK), tls=context) as server:
        answer = safe_http.request("GET", f"https://hooks.example.com:{server.port}/", policy=LOCAL)
        with pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
            safe_http.request("GET", f"https://other.example.com:{server.port}/", policy=LOCAL)

    assert answer.body == b"hello"


def test_certificate_that_nobody_signed_is_refused(tmp_path: Path, resolver: Callable[..., list[str]]) -> None:
    context, _ = web_server.certificate_for("hooks.example.com", tmp_path)
    resolver(["127.0.0.1"])

    with web_server.running(say(OK), tls=context) as server, pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
        safe_http.request("GET", f"https://hooks.example.com:{server.port}/", policy=LOCAL)
