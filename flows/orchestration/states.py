"""The honest end of a flow run: the summary's exit code as a state of Prefect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect.states import Cancelled, Completed, Failed

from flows.exit_codes import ExitCode
from flows.summary import plural
from schemas.error import SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prefect.client.schemas.objects import State

    from flows.summary import Summary

WITH_ERRORS = "CompletedWithErrors"


def end_state(summary: Summary) -> State[Any]:
    """Completed, CompletedWithErrors or Failed, each with its sentence."""
    message = sentence(summary.content)
    match summary.exit_code:
        case ExitCode.OK:
            return Completed(message=message)
        case ExitCode.DOCUMENTS_FAILED:
            return Completed(name=WITH_ERRORS, message=message)
        case _:
            return Failed(message=f"{message} {'; '.join(summary.content['damaged'])}")


def is_sentence(error: BaseException) -> bool:
    """Whether it says what is wrong and what to do, so that no traceback is wanted."""
    return isinstance(error, SchemaError) or getattr(error, "exit_code", ExitCode.BUG) != ExitCode.BUG


def failed(error: BaseException) -> State[Any]:
    """A run that could not go on."""
    return Failed(message=str(error))


def cancelled(message: str) -> State[Any]:
    """Stopped by somebody; the message says what is stored and how to go on."""
    return Cancelled(message=message)


def sentence(content: Mapping[str, Any]) -> str:
    """Such as `12 documents: 10 read, 2 failed; 7 values wait for a person; 3 done before`."""
    documents = content["documents"]
    count = plural(documents["in"], "document", "documents")
    parts = [f"{count}: {documents['records']} read, {documents['failures']} failed"]
    if lost := sum(content["failures"]["pages"].values()):
        parts.append(f"{plural(lost, 'page', 'pages')} lost")
    if waiting := content["values"]["review"]:
        parts.append(f"{plural(waiting, 'value waits', 'values wait')} for a person")
    if before := content["done_before"]:
        failed = content["done_before_failed"]
        parts.append(f"{before} done before" + (f", {failed} of them failed" if failed else ""))
    return "; ".join(parts) + "."
