"""Looks for mails in the sent folder of a mailbox over IMAP (RFC 3501), logged in as we do to send (XOAUTH2)."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from outreach.transports.base import NotReached
from outreach.transports.sent_mail import MOST, Copy, Sought

PORT = 993
SECONDS = 20
FOLDER = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:\\.|[^"\\])"|NIL) (?P<name>"(?:\\.|[^"\\])*"|[^\s"]+)')
SENT = rb"\sent"  # RFC 6154, section 2
USUAL = (b'"sent items"', b'"sent mail"', b'"sent"', b"sent")  # where a server tells no uses of its folders
SAFE = re.compile(r"[!#-\[\]-~]+")  # printable, without what would end a quoted string


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def sent_folder(lines: Iterable[object]) -> bytes:
    """The name, as the server writes it, of the folder with sent mail among the lines of LIST. Raises NotReached."""
    found = [match for line in lines if isinstance(line, bytes) and (match := FOLDER.search(line))]
    named = {match["name"].lower(): match["name"] for match in found}
    marked = (match["name"] for match in found if SENT in match["flags"].lower().split())
    usual = (named[name] for name in USUAL if name in named)
    name = next(marked, None) or next(usual, None)
    if name is None:
        raise NotReached("The mailbox tells no folder with sent mail.")
    return name


@dataclass(frozen=True)
class ImapSent:
    """The sent folder of a mailbox at its maker's server. `token` gives an access token; it may raise NotReached."""

    host: str
    username: str
    token: Callable[[], str] = field(repr=False)
    port: int = PORT
    is_encrypted: bool = True  # a fake on this machine is not

    def find(self, sought: Sequence[Sought]) -> dict[UUID, Copy]:
        try:
            with self._folder() as server:
                return {one.outbound_id: Copy() for one in sought[:MOST] if _lies_there(server, one)}
        except (OSError, imaplib.IMAP4.error) as error:
            raise error if isinstance(error, NotReached) else NotReached(f"{self.host}: {error}") from error

    @contextmanager
    def _folder(self) -> Iterator[imaplib.IMAP4]:
        """A connection in which the folder is open for reading alone."""
        server = self._connect()
        try:
            said = f"user={self.username}\x01auth=Bearer {self.token()}\x01\x01".encode()
            # After a refusal the server sends its reasons as a challenge, and wants an empty answer.
            server.authenticate("XOAUTH2", lambda challenge: b"" if challenge else said)
            name = sent_folder(server.list()[1])
            if server.select(name.decode("ascii", "replace"), readonly=True)[0] != "OK":
                raise NotReached("The folder with sent mail cannot be opened.")
            yield server
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()

    def _connect(self) -> imaplib.IMAP4:
        if self.is_encrypted:
            return imaplib.IMAP4_SSL(self.host, self.port, ssl_context=_trust(), timeout=SECONDS)
        return imaplib.IMAP4(self.host, self.port, timeout=SECONDS)


def _lies_there(server: imaplib.IMAP4, one: Sought) -> bool:
    """By its Message-ID, or by our reference where the server has put another one in its place."""
    if not (SAFE.fullmatch(one.message_id) and SAFE.fullmatch(one.reference)):
        return False
    by_id, by_reference = f'HEADER Message-ID "{one.message_id}"', f'HEADER X-Ref "{one.reference}"'
    _, found = server.uid("SEARCH", f"OR {by_id} {by_reference}")
    return any(line.split() for line in found if isinstance(line, bytes))
