"""Which tasks are tried again, and when: those for which a storage or an engine was away, which may pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.exit_codes import ExitCode

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State, TaskRun

RETRY_SECONDS = (2, 10)


async def may_be_tried_again(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    """Whether it may pass; anything else would only fail again."""
    try:
        await state.aresult()
    except Exception as error:  # noqa: BLE001 - it is looked at, not handled
        return getattr(error, "exit_code", None) == ExitCode.UNAVAILABLE
    return False


RETRIES: dict[str, Any] = {
    "retries": len(RETRY_SECONDS),
    "retry_delay_seconds": list(RETRY_SECONDS),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": may_be_tried_again,
}
"""Of a task that reads shards, here and on a cluster: what it had committed is not read again."""
