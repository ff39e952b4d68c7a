"""A mail sink that costs little: it takes every message and says so, at once or after a pause.

`python -m outreach.racers.sink PORT_FILE SECONDS [KEPT]`: answers to the final dot come after SECONDS; messages are
appended to the file KEPT as they came, each with its final dot, until it holds a thousand.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import BinaryIO

from outreach.racers.listening import serve

END = b"\r\n.\r\n"
MOST_KEPT = 1000
ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Sink(asyncio.Protocol):
    """One connection."""

    kept = 0

    def __init__(self, seconds: float, out: BinaryIO | None) -> None:
        self.seconds, self.out = seconds, out
        self.buffer, self.is_in_data = bytearray(), False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self._message() if self.is_in_data else self._line():
            pass

    def _line(self) -> bool:
        line, found, rest = self.buffer.partition(b"\r\n")
        if not found:
            return False
        self.buffer = rest
        verb = bytes(line[:4]).upper()
        self.is_in_data = verb == b"DATA"
        self.transport.write(ANSWERS.get(verb, b"250 OK\r\n"))
        return True

    def _message(self) -> bool:
        end = self.buffer.find(END)
        if end < 0:
            return False
        message, self.buffer, self.is_in_data = (
            bytes(self.buffer[: end + len(END)]),
            self.buffer[end + len(END) :],
            False,
        )
        if self.out is not None and Sink.kept < MOST_KEPT:
            Sink.kept += 1
            self.out.write(message)
            self.out.flush()
        if self.seconds:
            asyncio.get_running_loop().call_later(self.seconds, self.transport.write, b"250 taken\r\n")
        else:
            self.transport.write(b"250 taken\r\n")
        return True


async def run(port_file: Path, seconds: float, kept: Path | None) -> None:
    """Listen on a free port of this machine and write it into `port_file`."""
    out = kept.open("ab") if kept else None
    server = await asyncio.get_running_loop().create_server(lambda: Sink(seconds, out), "127.0.0.1", 0)
    await serve(server, port_file)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None))
