"""A proxy before an S3 server that does what networks and busy stores do: 503, 409, 412, answers lost, cut, doubled."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import random

APART = 200
"""Requests between two faults of one kind, at most, of those that may meet it: half as many in the middle."""
CODES = {"503": "SlowDown", "409": "ConditionalRequestConflict", "412": "PreconditionFailed"}
"""What is answered without having asked the store."""
ANSWER = "<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class FaultyProxy:
    """Its URL, and how often each fault was made."""

    def __init__(self, target: str, chance: random.Random) -> None:
        self.target = urlsplit(target).netloc
        self.made: Counter[str] = Counter()
        self.random = chance
        self.left: dict[str, int] = {}
        self.lock = threading.Lock()
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def fault(self, method: str, *, conditional: bool) -> str | None:
        """Which fault this request meets."""
        kinds = ["503", "dropped before", "dropped after", *(["409", "412", "twice"] if conditional else [])]
        kinds += ["cut"] if method == "GET" else []
        with self.lock:
            for kind in kinds:
                self.left[kind] = self.left.get(kind, self.random.randint(1, APART)) - 1
            due = next((kind for kind in kinds if self.left[kind] <= 0), None)
            if due is not None:
                self.made[due] += 1
                self.left[due] = self.random.randint(1, APART)
        return due


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: FaultyProxy

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        conditional = self.command == "PUT" and ("If-None-Match" in self.headers or "If-Match" in self.headers)
        fault = self.owner.fault(self.command, conditional=conditional)
        if fault in CODES:
            self._answer(int(fault), {"Content-Type": "application/xml"}, ANSWER.format(code=CODES[fault]).encode())
            return
        if fault == "dropped before":
            self.close_connection = True
            return
        status, headers, content = self._forwarded(body)
        if fault == "twice":
            status, headers, content = self._forwarded(body)
        if fault == "dropped after":
            self.close_connection = True
            return
        self._answer(status, headers, content, cut=fault == "cut" and len(content) > 1)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _any  # noqa: N815 - names that the server looks for

    def _forwarded(self, body: bytes):
        connection = http.client.HTTPConnection(self.owner.target, timeout=60)
        try:
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: dict[str, str], content: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(content))
        for name, value in headers.items():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    def log_message(self, *_args) -> None:
        pass

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # a client that was killed
            super().handle()
