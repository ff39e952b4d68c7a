"""A worker of the web server that answers in words what it refuses before the product is asked."""

from __future__ import annotations

from typing import Any

from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from gunicorn import util
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

HEAD = "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}"


class Worker(ThreadWorker):
    """gunicorn's worker with threads; an address that is too long gets a page with a sentence (RFC 9110, 15.5.15)."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        try:
            page = render_to_string("414.html").encode() if isinstance(exc, LimitRequestLine) else None
        except TemplateDoesNotExist:  # another site is served
            page = None
        if page is None:
            super().handle_error(req, client, addr, exc)
            return
        try:
            util.write_nonblock(client, f"{HEAD.format(len(page))}\r\n\r\n".encode() + page)
        except OSError:
            self.log.debug("Failed to send error message.")
