"""A small server of the chat API that says what a test wants, token by token with log-probabilities."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import math
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image

MODEL = "Qwen/Qwen2.5-VL-7B-Instruct"
SURE = 0.999


def text_of(body):
    """All text of a request, in its order."""
    content = body["messages"][0]["content"]
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def picture_of(body):
    """The picture of a request."""
    (url,) = [part["image_url"]["url"] for part in body["messages"][0]["content"] if part["type"] == "image_url"]
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


def filled(body, values):
    """The JSON that a schema asks for, with these values and null elsewhere."""
    schema = body["response_format"]["json_schema"]["schema"]
    return json.dumps({name: values.get(name) for name in schema["properties"]}, separators=(",", ":"))


def choice(text, finish_reason="stop", probability=SURE):
    """An answer, a token a character, each with one other that was possible."""
    log, other = math.log(probability), math.log(1 - probability)
    content = [
        {"token": c, "bytes": list(c.encode()), "logprob": log, "top_logprobs": [
            {"token": c, "bytes": list(c.encode()), "logprob": log}, {"token": "~", "bytes": [126], "logprob": other},
        ]}
        for c in text
    ]  # fmt: skip
    return {"message": {"content": text}, "finish_reason": finish_reason, "logprobs": {"content": content}}


@contextlib.contextmanager
def chat_server(say, models=(MODEL,), probe=None):
    """The address of a server, and the bodies of all requests: `say(body)` gives a choice, or (status, message).

    The engine's own small question is not among them; it is answered well, or as `probe(body)` says.
    """
    bodies = []
    probe = probe or (lambda _: choice('{"code":"ABCD","count":7}'))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            known = self.path.endswith("/models")
            self.send(200 if known else 404, {"data": [{"id": name, "object": "model"} for name in models]})

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if "ABCDEFGHIJ" in text_of(body):
                said = probe(body)
            else:
                bodies.append(body)
                said = say(body)
            if isinstance(said, tuple):
                self.send(said[0], {"error": {"message": said[1]}})
                return
            usage = {"prompt_tokens": 700, "completion_tokens": 30, "prompt_tokens_details": {"cached_tokens": 350}}
            self.send(200, {"model": body["model"], "choices": [{"index": 0, **said}], "usage": usage})

        def send(self, status, value):
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", bodies
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
