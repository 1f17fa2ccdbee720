"""A store that ignores conditions of a write, one or all: some that call themselves S3-compatible do."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    known: tuple[str, ...] = ()
    """The conditions that it does not ignore."""
    keys: set[str]

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if "If-None-Match" in self.known and "If-None-Match" in self.headers and self.path in self.keys:
            return self._answer(412, {})
        self.keys.add(self.path)
        return self._answer(200, {"ETag": '"1"'})

    def do_HEAD(self):
        self._answer(200 if self.path in self.keys else 404, {"ETag": '"1"'})

    def do_DELETE(self):
        self.keys.discard(self.path)
        self._answer(204, {})

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_args):
        pass


@contextlib.contextmanager
def store_that_ignores_conditions(*, known: tuple[str, ...] = ()):
    """Its URL; it ignores all but the `known` ones."""
    handler = type("Handler", (_Handler,), {"known": known, "keys": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
