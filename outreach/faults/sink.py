"""A small SMTP server in a process of its own that writes down every message it takes, before it says so.

`python -m outreach.faults.sink LOG PORT_FILE SEED`: one line of the log for each message taken, its Message-ID. Some
answers are unkind on purpose: later (4yz), never (5yz) before or after the data, an answer that takes seconds, and a
line that drops after taking.
Beside the log, `.silent` names the messages that were taken without a word, and `.cut` has a line for each client that
went away without one.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
from pathlib import Path

from outreach.racers.listening import serve

MESSAGE_ID = re.compile(rb"(?im)^Message-ID:\s*(<[^>\r\n]+>)")
LATER_AT_RCPT, NEVER_AT_RCPT = 0.02, 0.005
LATER_AFTER_DATA, SILENT_AFTER_DATA = 0.02, 0.005
SLOWEST = 0.012  # seconds until an answer to the data
STALLS, STALL = 0.003, 2.0  # how many answers to the data take so many seconds


class Sink:
    """One server; `run` serves until the process is ended."""

    def __init__(self, log: Path, chance: random.Random) -> None:
        self._log, self._silent, self._cut = (
            log.with_suffix(suffix).open("ab", buffering=0) for suffix in (log.suffix, ".silent", ".cut")
        )
        self._chance = chance

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._say(writer, "220 sink")
            has_recipient = False
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"DATA" and not has_recipient:
                    await self._say(writer, "503 no recipient")
                elif verb == b"DATA":
                    if not await self._data(reader, writer):
                        return
                elif verb == b"QUIT":
                    await self._say(writer, "221 bye")
                    return
                else:
                    said = self._answer(verb)
                    has_recipient = said.startswith("250") if verb == b"RCPT" else has_recipient and verb != b"MAIL"
                    await self._say(writer, said)
            self._cut.write(b"between\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            self._cut.write(b"within\n")
        finally:
            writer.close()

    def _answer(self, verb: bytes) -> str:
        luck = self._chance.random()
        if verb == b"EHLO":
            return "250-sink\r\n250 PIPELINING"
        if verb == b"RCPT" and luck < LATER_AT_RCPT:
            return "450 mailbox busy"
        if verb == b"RCPT" and luck < LATER_AT_RCPT + NEVER_AT_RCPT:
            return "550 no such mailbox"
        return "250 OK"

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Take one message; False when the line is dropped. What breaks off before the final dot is thrown away."""
        await self._say(writer, "354 go on")
        content = await reader.readuntil(b"\r\n.\r\n")
        await asyncio.sleep(STALL if self._chance.random() < STALLS else self._chance.random() * SLOWEST)
        luck = self._chance.random()
        if luck < LATER_AFTER_DATA:
            await self._say(writer, "451 try again")
            return True
        found = MESSAGE_ID.search(content)
        key = (found.group(1) if found else b"none") + b"\n"
        self._log.write(key)
        if luck < LATER_AFTER_DATA + SILENT_AFTER_DATA:
            self._silent.write(key)
            writer.close()
            return False
        await asyncio.sleep(self._chance.random() * SLOWEST)
        await self._say(writer, "250 taken")
        return True

    async def _say(self, writer: asyncio.StreamWriter, line: str) -> None:
        writer.write(line.encode() + b"\r\n")
        await writer.drain()


async def run(log: Path, port_file: Path, seed: int) -> None:
    """Listen on a free port of this machine and write it into `port_file`."""
    sink = Sink(log, random.Random(seed))  # noqa: S311
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, limit=2**22)
    await serve(server, port_file)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
