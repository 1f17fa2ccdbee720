"""A store whose first answer to every look at an object breaks off half-way."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = b"all of the object" * 100


class _Handler(BaseHTTPRequestHandler):
    cut = True

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(CONTENT[: len(CONTENT) // 2] if type(self).cut else CONTENT)
        type(self).cut = False

    def log_message(self, *_args):
        pass


@contextlib.contextmanager
def store_that_cuts_its_first_answer():
    """Its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"cut": True}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
