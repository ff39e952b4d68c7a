"""Asks the DNS, with time limits; whatever goes wrong is told apart from there being no record."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol

import dns.exception
import dns.name
import dns.resolver

QUERY_SECONDS, TOTAL_SECONDS = 3.0, 15.0


class NoDnsAnswer(Exception):
    """The DNS did not answer in time, or not with an answer: nothing is known."""


class Answers(Protocol):
    """What a check asks."""

    def txt(self, name: str) -> list[str]:
        """The TXT records of a name, each joined; [] when there are none. Raises NoDnsAnswer."""

    def mx(self, name: str) -> list[str]:
        """The mail exchangers of a name, the first choice first; [] when there are none. Raises NoDnsAnswer."""

    def addresses(self, name: str) -> list[str]:
        """The addresses of a name, IPv4 before IPv6; [] when there are none. Raises NoDnsAnswer."""


def _resolver() -> dns.resolver.Resolver:
    return dns.resolver.Resolver()


@dataclass
class Dns:
    """The DNS as this machine sees it. One object serves one check: its time is limited as a whole."""

    resolver: dns.resolver.Resolver = field(default_factory=_resolver)
    until: float = field(default_factory=lambda: time.monotonic() + TOTAL_SECONDS)

    def _ask(self, name: str, kind: str) -> list[dns.rdata.Rdata]:
        left = self.until - time.monotonic()
        if left <= 0:
            raise NoDnsAnswer("The DNS took too long.")
        try:
            absolute = dns.name.from_text(name.rstrip(".") + ".")
            return list(self.resolver.resolve(absolute, kind, lifetime=min(QUERY_SECONDS, left), search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise NoDnsAnswer(f"The DNS did not answer for {name}.") from error

    def txt(self, name: str) -> list[str]:
        return [b"".join(row.strings).decode("utf-8", "replace") for row in self._ask(name, "TXT")]  # type: ignore[attr-defined]

    def mx(self, name: str) -> list[str]:
        rows = sorted(self._ask(name, "MX"), key=lambda row: row.preference)  # type: ignore[attr-defined]
        return [str(row.exchange).rstrip(".") for row in rows]  # type: ignore[attr-defined]

    def addresses(self, name: str) -> list[str]:
        return [str(row) for kind in ("A", "AAAA") for row in self._ask(name, kind)]


def within(seconds: float) -> Dns | None:
    """The DNS for so long in all; None where this machine names no server to ask."""
    try:
        return Dns(until=time.monotonic() + seconds)
    except dns.exception.DNSException:
        return None
