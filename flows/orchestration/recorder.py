"""Settings of a Prefect server that keeps its history in SQLite.

Without them each event is a transaction of its own: after a flow of 1,000 tasks the database stays locked so long that
the next flow starts half a minute later (PrefectHQ/prefect#18934). With Postgres they do no harm.
"""

from __future__ import annotations

RECORDER = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
}
