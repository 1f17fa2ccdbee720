from __future__ import annotations

import asyncio

from tests.extractors.engine.asking import engine_for, request
from tests.extractors.engine.faults.steady import Steady

LOADED = """\
vllm:num_requests_running 4
vllm:num_requests_waiting 30
vllm:kv_cache_usage_perc 0.5
"""


async def test_a_server_whose_metrics_show_a_queue_is_given_fewer_at_a_time():
    async with Steady(latency_s=0.05) as server, engine_for(server, requests=16, metrics_s=0.02) as engine:
        server.metrics = LOADED
        await asyncio.gather(*(engine.ask(request(page=i)) for i in range(60)))
        assert engine._endpoints[0].window.limit < 16


async def test_a_server_of_vllm_that_hides_its_metrics_is_given_more_as_it_answers():
    async with Steady(latency_s=0.05) as server, engine_for(server, metrics_s=0.01) as engine:
        await asyncio.gather(*(engine.ask(request(page=i)) for i in range(800)))
        assert engine._endpoints[0].window.limit > 64


async def test_a_server_without_metrics_is_asked_for_them_once():
    async with Steady(latency_s=0.05) as server, engine_for(server, requests=4, metrics_s=0.01) as engine:
        await asyncio.gather(*(engine.ask(request(page=i)) for i in range(20)))
        assert not engine._endpoints[0].metered
        assert engine._endpoints[0].window.limit == 4
