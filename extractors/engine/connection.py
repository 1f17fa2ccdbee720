"""HTTP to one address: bounded answers, one deadline a request, and failures as values."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx

from extractors.engine.faults import Fault, FaultKind, fault_of_status
from extractors.engine.secret import Secret

if TYPE_CHECKING:
    from extractors.engine.address import Address
    from extractors.engine.limits import EngineLimits

LANE = 8
"""Connections in one pool. httpcore looks at every connection of a pool for every request, with a system call for
each idle one: measured at 256 in flight, one pool takes 15 ms of CPU a request, pools of 16 take 3 ms."""
KEEP_S = 4.0
"""Idle connections; uvicorn closes its own after 5 s, and a request sent at that moment would be lost."""


class Connection:
    """Sends requests to one address. The API key lives in the headers and is shown nowhere."""

    def __init__(self, address: Address, *, api_key: str | None, limits: EngineLimits) -> None:
        self._address = address
        self._limits = limits
        self.secret = Secret(key=api_key)
        self._tls = httpx.create_ssl_context(verify=address.api.startswith("https"))  # one for all pools: 2 ms each
        self._lanes: list[httpx.AsyncClient] = []
        self._used: list[int] = []

    async def post(self, path: str, body: bytes, *, timeout_s: float) -> bytes | Fault:
        """The body of the answer to a request under the API's address."""
        return await self._send("POST", self._address.api + path, body, timeout_s)

    async def get(self, url: str, *, timeout_s: float) -> bytes | Fault:
        """The body of the answer to a GET of the whole address."""
        return await self._send("GET", url, None, timeout_s)

    async def _send(self, method: str, url: str, body: bytes | None, timeout_s: float) -> bytes | Fault:
        lane = self._lane()
        self._used[lane] += 1
        try:
            async with asyncio.timeout(timeout_s):
                return await self._exchange(self._lanes[lane], method, url, body)
        except TimeoutError:
            return Fault(kind=FaultKind.SLOW, message=f"has no answer after {timeout_s:.0f} s")
        except httpx.TransportError as error:
            return _fault_of(error)
        finally:
            self._used[lane] -= 1

    async def _exchange(self, client: httpx.AsyncClient, method: str, url: str, body: bytes | None) -> bytes | Fault:
        headers = {"Content-Type": "application/json"} if body is not None else None
        async with client.stream(method, url, content=body, headers=headers) as response:
            chunks, size = [], 0
            async for chunk in response.aiter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > self._limits.answer_bytes:
                    return Fault(kind=FaultKind.BROKEN, message=f"sends more than {self._limits.answer_bytes:,} bytes")
            content = b"".join(chunks)
            fault = fault_of_status(
                response.status_code, response.headers, content, now=time.time(), secret=self.secret
            )
            return content if fault is None else fault

    def _lane(self) -> int:
        """The pool with the fewest requests; a new one where all are full."""
        if not self._used or min(self._used) >= LANE:
            self._lanes.append(self._client())
            self._used.append(0)
        return self._used.index(min(self._used))

    def _client(self) -> httpx.AsyncClient:
        headers = {"User-Agent": "pagewise-extract"}
        if self.secret.key is not None:
            headers["Authorization"] = f"Bearer {self.secret.key}"
        return httpx.AsyncClient(
            headers=headers,
            verify=self._tls,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=LANE, keepalive_expiry=KEEP_S),
            timeout=httpx.Timeout(None, connect=self._limits.connect_s),
            trust_env=not self._address.local,  # no proxy stands between a machine and itself
        )

    async def close(self) -> None:
        for lane in self._lanes:
            await lane.aclose()
        self._lanes, self._used = [], []


def _fault_of(error: httpx.TransportError) -> Fault:
    if isinstance(error, httpx.ConnectTimeout):
        return Fault(kind=FaultKind.UNREACHABLE, message="does not answer the connection")
    if isinstance(error, httpx.ConnectError | httpx.ProxyError):
        return Fault(kind=FaultKind.UNREACHABLE, message=f"cannot be reached ({_cause(error)})")
    if isinstance(error, httpx.TimeoutException):
        return Fault(kind=FaultKind.SLOW, message="stopped answering")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.DecodingError):
        return Fault(kind=FaultKind.BROKEN, message=f"sent what is no HTTP answer ({error})")
    return Fault(kind=FaultKind.LOST, message=f"ended the connection before its answer was whole ({_cause(error)})")


def _cause(error: BaseException) -> str:
    """The words of the operating system, where there are some."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror
        seen = seen.__cause__ or seen.__context__
    return str(error) or type(error).__name__
