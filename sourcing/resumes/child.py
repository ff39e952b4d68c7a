"""Owns the sandboxed process: limits first, then one file from standard input to JSON on standard output."""

import json
import logging
import resource
import sys
from typing import Any

ADDRESS_SPACE = 768 * 1024 * 1024
CPU_SECONDS = 8
OUTPUT = 4 * 1024 * 1024
OPEN_FILES = 64
_REFUSED = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.system", "ctypes.dlopen")


def main() -> None:
    """Reads a file, writes `{"resume": {...}}` or `{"error": code}`."""
    _limit()
    sys.addaudithook(_refuse)
    logging.disable(logging.CRITICAL)
    answer = _answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    sys.stdout.flush()


def _answer(content: bytes) -> dict[str, Any]:
    from sourcing.resumes import errors  # noqa: PLC0415  (limits before anything else is loaded)
    from sourcing.resumes.extract.reader import extract  # noqa: PLC0415
    from sourcing.resumes.parse.parser import parse  # noqa: PLC0415

    try:
        return {"resume": parse(extract(content)).to_json()}
    except errors.ResumeError as error:
        return {"error": error.code}
    except (MemoryError, RecursionError):
        return {"error": errors.TooMuchWork.code}
    except Exception:
        return {"error": errors.Damaged.code}


def _limit() -> None:
    for kind, value in (
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    """No wall (that is bubblewrap's part), but what no parser of ours has any business with."""
    if event.startswith(_REFUSED):
        raise PermissionError(event)
