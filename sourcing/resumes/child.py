"""Owns the sandboxed process: one file from standard input to JSON on standard output."""

import json
import logging
import sys
from typing import Any

from sourcing.resumes import errors
from sourcing.resumes.extract.reader import extract
from sourcing.resumes.parse.parser import parse


def main() -> None:
    """Reads a file, writes `{"resume": {...}}` or `{"error": code}`. The limits are in force already."""
    logging.disable(logging.CRITICAL)
    answer = _answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    sys.stdout.flush()


def _answer(content: bytes) -> dict[str, Any]:
    try:
        return {"resume": parse(extract(content)).to_json()}
    except errors.ResumeError as error:
        return {"error": error.code}
    except (MemoryError, RecursionError):
        return {"error": errors.TooMuchWork.code}
    except Exception:
        return {"error": errors.Damaged.code}
