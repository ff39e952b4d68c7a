"""A small server says where it listens."""

from __future__ import annotations

import asyncio
from pathlib import Path


async def serve(server: asyncio.Server, port_file: Path) -> None:
    """Write the port into `port_file`, whole or not at all, and serve until the process is ended."""
    draft = port_file.with_suffix(".draft")
    draft.write_text(str(server.sockets[0].getsockname()[1]))
    draft.rename(port_file)
    async with server:
        await server.serve_forever()
