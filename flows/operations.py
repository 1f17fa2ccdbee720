"""The settings of those who operate it: logs for machines, metrics for Prometheus; all off by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.settings import Setting


def operation_settings() -> tuple[Setting, ...]:
    """They change what is told of a run, never what is read."""
    from flows.settings import Setting, text

    return (
        Setting(
            name="log",
            default="text",
            parse=text,
            choices=("text", "json"),
            help="json: what goes to standard error is one JSON object a line",
        ),
        Setting(
            name="metrics_port",
            default=None,
            parse=address,
            metavar="[HOST:]PORT",
            help="serve Prometheus metrics at /metrics (unset: not; HOST: 127.0.0.1)",
        ),
        Setting(
            name="metrics_file",
            default=None,
            parse=text,
            metavar="FILE",
            help="write them to a file after each commit, for node_exporter's textfile collector",
        ),
    )


def address(value: object) -> str:
    """`host:port`; ValueError where there is no port from 0 to 65535."""
    host, _, port = str(value).rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        msg = "a port such as 9464, or an address such as 0.0.0.0:9464, is wanted"
        raise ValueError(msg)
    return f"{host or '127.0.0.1'}:{port}"
