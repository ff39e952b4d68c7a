"""The reference of the drain: smtplib and nothing else, one kept connection to a thread.

`python -m outreach.racers.raw PORT KEPT CONNECTIONS`: for each line of standard input, a number, it sends so many
messages of the file that the sink kept, and answers with the seconds.
"""

from __future__ import annotations

import re
import smtplib
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from outreach.racers.sink import END

ADDRESS = re.compile(rb"(?im)^(?:From|To):.*?([^\s<>]+@[^\s<>]+)>?\r?$")


def messages(kept: Path) -> list[tuple[str, str, bytes]]:
    """(from, to, bytes) of each, its dots no longer doubled."""
    found = []
    for raw in kept.read_bytes().split(END)[:-1]:
        sender, person = (one.decode() for one in ADDRESS.findall(raw)[:2])
        found.append((sender, person, re.sub(rb"(?m)^\.\.", b".", raw) + b"\r\n"))
    return found


def send(server: smtplib.SMTP, mails: list[tuple[str, str, bytes]]) -> None:
    for sender, person, raw in mails:
        server.sendmail(sender, [person], raw)


def main(port: int, kept: Path, connections: int) -> None:
    known = messages(kept)
    servers = [smtplib.SMTP("127.0.0.1", port) for _ in range(connections)]
    print("ready", flush=True)  # noqa: T201
    with ThreadPoolExecutor(connections) as pool:
        for line in sys.stdin:
            wanted = list(islice(cycle(known), int(line)))
            started = time.perf_counter()
            parts = [wanted[place::connections] for place in range(connections)]
            list(pool.map(send, servers, parts))
            print(time.perf_counter() - started, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
