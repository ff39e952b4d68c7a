"""Which hosts that users or outside systems name may be connected to: looked up once, never in private networks."""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

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
INNER_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?)*"
)
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


@dataclass(frozen=True)
class Policy:
    """What may be asked and for how long. The defaults are for production; tests allow their own fakes."""

    schemes: tuple[str, ...] = ("https",)
    ports: tuple[int, ...] = (443, 8443)  # empty: every port
    networks: tuple[str, ...] = ()  # allowed although they are denied to all others
    inner_names: bool = False  # whether names without a dot, and those of private networks, are looked up at all
    connect_seconds: float = 5
    total_seconds: float = 15
    max_bytes: int = 1024 * 1024


def check_port(port: int, policy: Policy) -> None:
    """Raises AddressRefused with the ports that are allowed."""
    if policy.ports and port not in policy.ports:
        raise AddressRefused(f"Port {port} is not allowed; use {' or '.join(map(str, policy.ports))}.")


def checked_host(host: str, policy: Policy) -> str:
    """A host as it is looked up, judged by its form alone. Raises AddressRefused with a sentence."""
    name = host.lower()
    try:
        literal = ipaddress.ip_address(name)
    except ValueError:
        name = name.removesuffix(".")
        if policy.inner_names and INNER_NAME.fullmatch(name):
            return name
        if not HOST_NAME.fullmatch(name):
            raise AddressRefused("The address needs a full host name, such as www.example.com.") from None
        if name.endswith(INNER_NAMES):
            raise AddressRefused("The address leads into a private network.") from None
        return name
    if not is_allowed(literal, policy):
        raise AddressRefused("The address leads into a private network.")
    return name


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


def resolve(host: str, port: int, policy: Policy) -> list[Address]:
    """Every address of a host, looked up once; one that is denied refuses them all.

    Raises AddressRefused, or NotConnected when the name is not known.
    """
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    is_inner = "." not in host or host.endswith(INNER_NAMES)
    full_name = host if is_inner else host + "."  # so that no search domain of this machine is tried
    looked_up = _resolvers.submit(socket.getaddrinfo, full_name, port, type=socket.SOCK_STREAM)
    try:
        found = looked_up.result(policy.connect_seconds)
    except TimeoutError as error:
        raise NotConnected(f"The name {host} could not be looked up in time.") from error
    except (OSError, UnicodeError) as error:
        raise NotConnected(f"There is no host called {host}.") from error
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    if not addresses or not all(is_allowed(address, policy) for address in addresses):
        raise AddressRefused(f"{host} leads into a private network.")
    return list(dict.fromkeys(addresses))


def first_that_answers(addresses: Sequence[Address], port: int, seconds: float) -> socket.socket:
    """A connection to one of the addresses; all of them together get `seconds`. Raises OSError."""
    deadline = time.monotonic() + seconds
    trouble: OSError = TimeoutError()
    for address in addresses:
        patience = deadline - time.monotonic()
        if patience <= 0:
            break
        try:
            return _open(address, port, patience)
        except OSError as error:
            trouble = error
    raise trouble


def connect(host: str, port: int, *, policy: Policy) -> socket.socket:
    """A connection for another protocol than HTTP, to an address that was looked up once and checked.

    Raises AddressRefused or NotConnected with a sentence, or OSError when nobody answers there.
    """
    check_port(port, policy)
    addresses = resolve(checked_host(host, policy), port, policy)
    return first_that_answers(addresses, port, policy.connect_seconds)


def _open(address: Address, port: int, patience: float) -> socket.socket:
    raw = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        raw.settimeout(patience)
        raw.connect((str(address), port))
    except BaseException:
        raw.close()
        raise
    return raw
