"""The web server: how it is started, and what it answers before the product is asked."""

from __future__ import annotations

import socket

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.errors import InvalidHeader, LimitRequestLine

from crm.runtime import web
from crm.runtime.worker import Worker
from crm.served import ROOT


@pytest.fixture
def worker() -> Worker:
    settings = Config()
    return Worker(0, 0, [], None, 30, settings, Logger(settings))


def answered(worker: Worker, error: Exception) -> tuple[str, str]:
    """The status line and the body that a browser gets."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker.handle_error(None, ours, ("127.0.0.1", 1), error)
        ours.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: theirs.recv(4096), b"")).decode()
    head, _, body = said.partition("\r\n\r\n")
    assert f"Content-Length: {len(body.encode())}" in head
    return head.splitlines()[0], body


def test_too_long_an_address_is_answered_in_words(worker: Worker) -> None:
    status, body = answered(worker, LimitRequestLine(9000, 8190))

    assert (status, "A search holds 2,000 characters" in body) == ("HTTP/1.1 414 URI Too Long", True)


def test_what_else_is_refused_stays_the_servers_word(worker: Worker) -> None:
    status, body = answered(worker, InvalidHeader("x"))

    assert (status, "<h1>This address" in body) == ("HTTP/1.1 400 Bad Request", False)


def test_image_serves_as_make_run_does() -> None:
    command, image = web.command("127.0.0.1:1", 1), (ROOT / "Dockerfile").read_text()

    for option in ("--limit-request-line", "--worker-class"):
        assert f'"{option}", "{command[command.index(option) + 1]}"' in image
