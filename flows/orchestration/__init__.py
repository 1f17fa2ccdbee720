"""A run as a Prefect flow, and its deployments. Nothing here is imported unless Prefect is asked for.

The core stays `flows.run`: the flow calls the same `prepare`, `feed` and `finish`, with a task for each shard between.
"""
