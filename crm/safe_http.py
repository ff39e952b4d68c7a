"""The one client for requests to addresses that users or outside systems give: it never reaches private networks."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's special-purpose registries, multicast, tunnels that carry an IPv4 address, and Azure's host. Our own list,
# because `is_global` differs between Python releases and lets several of these through.
DENIED = [
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("168.63.129.16/32", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
]
GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")  # all that is given out to the public; the rest is denied
HOST_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?:[a-z][a-z0-9-]{0,61}[a-z0-9])")
CHUNK = 64 * 1024
FIXED_HEADERS = {"user-agent": "Rapport", "accept-encoding": "identity", "connection": "close"}
HEADER_NAME, HEADER_VALUE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), re.compile(r"[\t\x20-\x7e\x80-\xff]*")
INNER_NAMES = (".localhost", ".localdomain", ".local", ".internal", ".home.arpa", ".onion")  # RFC 6761 and its kin
_resolvers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")


class RequestError(Exception):
    """The request was not answered; the message says why, in words for the person who gave the address."""


class AddressRefused(RequestError):
    """The address is not one that may be asked. Trying again is of no use."""


class NoAnswer(RequestError):
    """The other side cannot be reached, is too slow or answers with what is not HTTP. It may be tried again."""


class NotConnected(NoAnswer):
    """There was no connection, so nothing was asked."""


class AnswerTooLarge(RequestError):
    """The answer is larger than the limit."""


@dataclass(frozen=True)
class Policy:
    """What may be asked and for how long. The defaults are for production; tests allow their own fakes."""

    schemes: tuple[str, ...] = ("https",)
    ports: tuple[int, ...] = (443, 8443)  # empty: every port
    networks: tuple[str, ...] = ()  # allowed although they are denied to all others
    connect_seconds: float = 5
    total_seconds: float = 15
    max_bytes: int = 1024 * 1024


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
    if rules.ports and port not in rules.ports:
        raise AddressRefused(f"Port {port} is not allowed; use {' or '.join(map(str, rules.ports))}.")
    return Target(parts.scheme, _checked_host(parts, rules), port, _path(parts))


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _checked_host(parts: SplitResult, rules: Policy) -> str:
    host = (parts.hostname or "").lower()
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        if not HOST_NAME.fullmatch(host.removesuffix(".")):
            raise AddressRefused("The address needs a full host name, such as hooks.example.com.") from None
        if host.removesuffix(".").endswith(INNER_NAMES):
            raise AddressRefused("The address leads into a private network.") from None
        return host.removesuffix(".")
    if not is_allowed(literal, rules):
        raise AddressRefused("The address leads into a private network.")
    return host


def is_allowed(address: Address, policy: Policy) -> bool:
    """Whether an IP address is a public one, or in a network that the policy allows."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            return is_allowed(address.ipv4_mapped, policy)
    if any(address in ipaddress.ip_network(network) for network in policy.networks):
        return True
    if address.version == 6 and address not in GLOBAL_IPV6:
        return False
    return not any(address in network for network in DENIED)


def _resolve(target: Target, policy: Policy) -> list[Address]:
    """Every address of a host, looked up once; one that is denied refuses them all."""
    try:
        return [ipaddress.ip_address(target.host)]
    except ValueError:
        pass
    full_name = target.host + "."  # so that no search domain of this machine is tried
    looked_up = _resolvers.submit(socket.getaddrinfo, full_name, target.port, type=socket.SOCK_STREAM)
    try:
        found = looked_up.result(policy.connect_seconds)
    except TimeoutError as error:
        raise NotConnected(f"The name {target.host} could not be looked up in time.") from error
    except (OSError, UnicodeError) as error:
        raise NotConnected(f"There is no host called {target.host}.") from error
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    if not addresses or not all(is_allowed(address, policy) for address in addresses):
        raise AddressRefused(f"{target.host} leads into a private network.")
    return list(dict.fromkeys(addresses))


def _open(address: Address, port: int, patience: float) -> socket.socket:
    raw = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        raw.settimeout(patience)
        raw.connect((str(address), port))
    except BaseException:
        raw.close()
        raise
    return raw


class _CheckedConnection(HTTPConnection):
    """HTTP to one of the addresses that were checked; over TLS with the certificate of the name, not the address."""

    def __init__(self, target: Target, addresses: list[Address], policy: Policy) -> None:
        super().__init__(target.host, target.port, timeout=policy.total_seconds)
        self.target, self.addresses, self.policy = target, addresses, policy
        self.opened: socket.socket | None = None  # `sock` is forgotten while the answer is still being read

    def connect(self) -> None:
        self.opened = self.sock = self._first_that_answers()
        self.sock.settimeout(self.policy.total_seconds)
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            secure = context.wrap_socket(self.sock, server_hostname=self.target.host, do_handshake_on_connect=False)
            self.opened = self.sock = secure  # from here on it can be cut, the handshake included
            secure.do_handshake()

    def _first_that_answers(self) -> socket.socket:
        deadline = time.monotonic() + self.policy.connect_seconds
        trouble: OSError = TimeoutError()
        for address in self.addresses:
            patience = deadline - time.monotonic()
            if patience <= 0:
                break
            try:
                return _open(address, self.target.port, patience)
            except OSError as error:
                trouble = error
        raise trouble

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
    connection = _CheckedConnection(target, _resolve(target, rules), rules)
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
