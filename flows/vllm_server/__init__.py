"""A vLLM server on this machine: its command, its start, its supervision, its end."""

from flows.vllm_server.command import command_of
from flows.vllm_server.local import check_port, local_server, service_of
from flows.vllm_server.machine import Machine, machine

__all__ = ["Machine", "check_port", "command_of", "local_server", "machine", "service_of"]
