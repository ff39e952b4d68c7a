"""A real DNS server on 127.0.0.1 with the records that a test gives it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

Zone = Mapping[str, Mapping[str, list[str]]]  # name: type: records


def _answer(zone: Zone, data: bytes) -> bytes:
    query = dns.message.from_wire(data)
    response = dns.message.make_response(query)
    question = query.question[0]
    records = zone.get(str(question.name).rstrip(".").lower())
    kind = dns.rdatatype.to_text(question.rdtype)
    if records is None:
        response.set_rcode(dns.rcode.NXDOMAIN)
    elif kind in records:
        response.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, records[kind]))
    return response.to_wire(max_size=65_000)


def _serve(listener: socket.socket, zone: Zone) -> None:
    with suppress(OSError):
        while True:
            data, whom = listener.recvfrom(4096)
            listener.sendto(_answer(zone, data), whom)


def resolver_at(port: int) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.cache = ["127.0.0.1"], port, None
    return resolver


@contextmanager
def running(zone: Zone) -> Iterator[dns.resolver.Resolver]:
    """A resolver that asks a server with these records."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        threading.Thread(target=_serve, args=(listener, zone), daemon=True).start()
        yield resolver_at(listener.getsockname()[1])


def txt(text: str) -> str:
    """A TXT record in the form of a zone file: strings of at most 255 characters."""
    return " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))
