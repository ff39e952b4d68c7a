"""The one client for requests to addresses that users or outside systems give: it never reaches private networks."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from crm import safe_hosts
from crm.safe_hosts import Address, AddressRefused, NoAnswer, NotConnected, Policy, RequestError

CHUNK = 64 * 1024
FIXED_HEADERS = {"user-agent": "Rapport", "accept-encoding": "identity", "connection": "close"}
HEADER_NAME, HEADER_VALUE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class AnswerTooLarge(RequestError):
    """The answer is larger than the limit."""


@dataclass(frozen=True)
class Answer:
    """The answer as it came: a redirect is an answer like any other. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Target:
    """A checked address of the web: host name in ASCII, port, and path with query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == {"http": 80, "https": 443}[self.scheme] else f"{name}:{self.port}"


def check(url: str, *, policy: Policy | None = None) -> Target:
    """The parts of an address, judged by its form alone; for forms. Raises AddressRefused with a sentence."""
    rules = policy or settings.SAFE_HTTP
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("This is not an address of the web.") from error
    if not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise AddressRefused("The address must be plain: no spaces, no backslashes, host names in their ASCII form.")
    if parts.scheme not in rules.schemes:
        raise AddressRefused(f"The address must begin with {' or '.join(s + '://' for s in rules.schemes)}.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("The address must not hold a user name or password.")
    port = port if port is not None else {"http": 80, "https": 443}[parts.scheme]
    safe_hosts.check_port(port, rules)
    return Target(parts.scheme, safe_hosts.checked_host(parts.hostname or "", rules), port, _path(parts))


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _CheckedConnection(HTTPConnection):
    """HTTP to one of the addresses that were checked; over TLS with the certificate of the name, not the address."""

    def __init__(self, target: Target, addresses: list[Address], policy: Policy) -> None:
        super().__init__(target.host, target.port, timeout=policy.total_seconds)
        self.target, self.addresses, self.policy = target, addresses, policy
        self.opened: socket.socket | None = None  # `sock` is forgotten while the answer is still being read

    def connect(self) -> None:
        self.opened = self.sock = safe_hosts.first_that_answers(
            self.addresses, self.target.port, self.policy.connect_seconds
        )
        self.sock.settimeout(self.policy.total_seconds)
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            secure = context.wrap_socket(self.sock, server_hostname=self.target.host, do_handshake_on_connect=False)
            self.opened = self.sock = secure  # from here on it can be cut, the handshake included
            secure.do_handshake()

    def cut(self) -> None:
        """End it from another thread: whatever waits for the socket is woken."""
        if self.opened is not None:
            with suppress(OSError):  # it may have ended by itself
                socket.socket.shutdown(self.opened, socket.SHUT_RDWR)


@contextmanager
def _time_limit(connection: _CheckedConnection, seconds: float) -> Iterator[threading.Event]:
    """Cuts the connection when the time is over: a peer that drips single bytes never runs into a socket's timeout."""
    over = threading.Event()

    def cut() -> None:
        over.set()
        connection.cut()

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
        connection.close()


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers with names in lower case, none of them able to end its line (RFC 9110, sections 5.1 and 5.5)."""
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
            raise AddressRefused(f"The header {name!r} holds characters that are not allowed.")
    return {name.lower(): value for name, value in headers.items()}


def _read(response: HTTPResponse, max_bytes: int) -> bytes:
    body = bytearray()
    while chunk := response.read(CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise AnswerTooLarge(f"The answer is larger than {max_bytes // 1024} KB.")
    return bytes(body)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    policy: Policy | None = None,
) -> Answer:
    """Send one request and read its whole answer. No redirect is followed, no proxy of the environment is used.

    Looks the host up once, checks every address it has and connects to one of those. Raises AddressRefused,
    AnswerTooLarge (both final) or NoAnswer (may be tried again; NotConnected when not a byte of the request was sent);
    an HTTP error is an answer, not an exception.
    """
    started, rules = time.monotonic(), policy or settings.SAFE_HTTP
    target = check(url, policy=rules)
    connection = _CheckedConnection(target, safe_hosts.resolve(target.host, target.port, rules), rules)
    given = {**_checked(headers or {}), **FIXED_HEADERS, "host": target.host_header}
    with _time_limit(connection, rules.total_seconds - (time.monotonic() - started)) as over:
        trouble: type[NoAnswer] = NotConnected
        try:
            connection.connect()
            trouble = NoAnswer
            connection.request(method, target.path, body=body, headers=given)
            response = connection.getresponse()
            content = _read(response, rules.max_bytes)
            if over.is_set():
                raise TimeoutError  # cut between two reads, so that the end looked like one
        except ssl.SSLError as error:
            raise trouble(f"No secure connection to {target.host}: {error.reason or 'it was cut off'}.") from error
        except (OSError, HTTPException) as error:
            slow = over.is_set() or isinstance(error, TimeoutError)
            raise trouble(f"{target.host} {'was too slow' if slow else 'did not answer'}.") from error
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, content)
