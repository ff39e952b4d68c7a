"""An IMAP server on 127.0.0.1 with a folder of sent mail (RFC 3501), and what it was asked."""

from __future__ import annotations

import base64
import json
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

FOLDERS = (r'(\HasNoChildren) "/" "INBOX"', r'(\HasNoChildren \Sent) "/" "[Gmail]/Sent Mail"')
SEARCHED = re.compile(r'HEADER (\S+) "([^"]*)"')
REASONS = base64.b64encode(json.dumps({"status": "401", "schemes": "bearer"}).encode()).decode()


@dataclass
class Server:
    """`headers` are those of the mails in the folder; the first has UID 1."""

    headers: list[dict[str, str]] = field(default_factory=list)
    login: str = "user=ines@acme.test\x01auth=Bearer access\x01\x01"
    folders: tuple[str, ...] = FOLDERS
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def uids(self, query: str) -> list[str]:
        """The mails with any of the headers searched for."""
        wanted = SEARCHED.findall(query)
        rows = enumerate(self.headers, 1)
        return [str(uid) for uid, mail in rows if any(value in mail.get(name, "") for name, value in wanted)]


class Handler(socketserver.StreamRequestHandler):
    server: socketserver.ThreadingTCPServer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def hear(self) -> str:
        return self.rfile.readline().decode().rstrip("\r\n")

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.hear():
            tag, command, *rest = line.split(" ", 2)
            self.server.fake.asked.append(line.partition(" ")[2])  # type: ignore[attr-defined]
            answer = getattr(self, command.lower(), None)
            self.say(f"{tag} {answer(*rest) if answer else 'BAD unknown'}")
            if command == "LOGOUT":
                return

    @property
    def fake(self) -> Server:
        return self.server.fake  # type: ignore[attr-defined,no-any-return]

    def capability(self) -> str:
        self.say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SPECIAL-USE")
        return "OK done"

    def authenticate(self, kind: str) -> str:
        self.say("+ ")
        if base64.b64decode(self.hear()).decode() == self.fake.login:
            return "OK done"
        self.say(f"+ {REASONS}")
        return "NO [AUTHENTICATIONFAILED] Invalid credentials" if self.hear() == "" else "BAD not an empty answer"

    def list(self, _: str) -> str:
        for folder in self.fake.folders:
            self.say(f"* LIST {folder}")
        return "OK done"

    def examine(self, name: str) -> str:
        self.say(f"* {len(self.fake.headers)} EXISTS")
        return "OK [READ-ONLY]" if any(folder.endswith(name) for folder in self.fake.folders) else "NO no such folder"

    def uid(self, query: str) -> str:
        self.say(" ".join(["* SEARCH", *self.fake.uids(query)]))
        return "OK done"

    def logout(self) -> str:
        self.say("* BYE")
        return "OK done"


class Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    fake: Server


@contextmanager
def running(**values: object) -> Iterator[Server]:
    with Listener(("127.0.0.1", 0), Handler) as listener:
        listener.fake = Server(**values)  # type: ignore[arg-type]
        listener.fake.port = listener.server_address[1]
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield listener.fake
        finally:
            listener.shutdown()
