"""`extract worker`: a vLLM server for a model, started, tried, kept running, and drained at the end."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    from flows.vllm_server.supervisor import Service, Supervisor

USAGE = "extract worker --model NAME [--python PATH] [--dry-run] [flags] [-- FLAGS OF VLLM]"
EXAMPLES = """\
examples:
  extract worker --model rolmocr --dry-run                prints the command for this machine
  extract worker --model rolmocr --python vllm-env/bin/python
  extract worker --model qwen2.5-vl-7b --port 8001 -- --max-num-seqs 64 --quantization fp8

vLLM has an environment of its own, because its pins suit nothing else:
  python3 -m venv vllm-env; vllm-env/bin/pip install vllm==0.32.0

Where EXTRACT_API_KEY is set, or a flag says where a key is, the server asks for that key. SIGTERM and Ctrl-C let it
finish what it is at (exit code 0); a second one ends it at once."""
PORT = 8000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", required=True, metavar="NAME", help="one of `extract models`")
    parser.add_argument(
        "--python", type=Path, metavar="PATH", help="interpreter of the environment that has vLLM (default: this one)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"port to listen on (default: {PORT})")
    parser.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="folder that the server may read pictures from; `extract run --pictures DIR` puts them there",
    )
    parser.add_argument("--log", type=Path, metavar="FILE", help="file for the server's output (default: stderr)")
    parser.add_argument(
        "--drain", type=int, default=120, metavar="SECONDS", help="time to finish what it is at (default: 120)"
    )
    parser.add_argument(
        "--api-key-variable", metavar="NAME", help="environment variable with the key that the server is to ask for"
    )
    parser.add_argument("--api-key-file", type=Path, metavar="FILE", help="file that holds it")
    parser.add_argument("--config", metavar="FILE", type=Path, help="settings file (default: extract.toml here)")
    parser.add_argument("--dry-run", action="store_true", help="print the command, and start nothing")
    parser.add_argument("flags", nargs="*", metavar="-- FLAGS", help="flags of vLLM; they go over all others")


def execute(args: argparse.Namespace) -> int:
    from flows.api_key import api_key
    from flows.model_choice import chosen, models_of
    from flows.vllm_server import check_port, service_of

    _check(args)
    service = service_of(
        chosen(args.model, models_of(args.config)),
        tell=_tell,
        log=args.log,
        folder=args.pictures,
        python=args.python,
        host=args.host,
        port=args.port,
        api_key=api_key(os.environ, variable=args.api_key_variable, file=args.api_key_file),
        key_variable=args.api_key_variable,
        flags=args.flags,
        drain_s=args.drain,
    )
    if args.dry_run:
        print(shlex.join(service.command))
        return ExitCode.OK
    check_port(args.host, args.port)
    _tell(f"starts {shlex.join(service.command)}")
    return asyncio.run(_serve(service))


def _check(args: argparse.Namespace) -> None:
    if not 0 < args.port < 2**16:
        msg = f"--port is {args.port}; it must be from 1 to 65535."
        raise UsageError(msg)
    if args.drain < 0:
        msg = f"--drain is {args.drain}; it must be 0 or more."
        raise UsageError(msg)
    if args.pictures is not None and not args.pictures.is_dir():
        msg = f"--pictures {args.pictures}: no such folder."
        raise UsageError(msg)


async def _serve(service: Service) -> int:
    from flows.vllm_server.supervisor import Supervisor

    supervisor = Supervisor(service, _tell)
    work = asyncio.ensure_future(_work(supervisor, service))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, stop, supervisor)
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not work.done():
        _tell(f"lets the server finish what it is at (up to {service.drain_s:.0f} s)")
        work.cancel()
        await asyncio.wait({work})
        await supervisor.stop()
        return ExitCode.OK
    await supervisor.stop()
    work.result()
    return ExitCode.OK


async def _work(supervisor: Supervisor, service: Service) -> None:
    await supervisor.start()
    print(service.url, flush=True)
    _tell(f"{service.model} is ready: extract run PATHS --schema NAME --model {service.model} --endpoint {service.url}")
    await supervisor.keep()


def _stop(stop: asyncio.Event, supervisor: Supervisor) -> None:
    if stop.is_set():
        supervisor.kill()
    stop.set()


def _tell(message: str) -> None:
    sys.stderr.write(f"extract: {message}\n")
    sys.stderr.flush()
