"""The load generator: a fixed number of users, each sending its next request after an answer.

Every request has an Authorization header of its own. Every answer is compared with the expected
JSON: byte for byte with answers that were compared before, and parsed where it is new.

    python -m benchmarks.load < job.json          (prints the outcome as JSON)
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any, cast

import httptools
import uvloop


@dataclass(frozen=True)
class Job:
    """What to send and for how long (seconds). `expected` is the whole answer."""

    port: int
    query: str
    expected: Any
    users: int
    seconds: float
    path: str = "/graphql"


@dataclass(frozen=True)
class Outcome:
    """`latencies` are milliseconds: percentiles 50, 95, 99 and the greatest."""

    requests: int
    seconds: float
    errors: int
    first_error: str
    latencies: tuple[float, float, float, float]

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class _Checker:
    """Says whether an answer is right."""

    def __init__(self, expected: Any) -> None:
        self._expected = expected
        self._right: set[bytes] = set()
        self.errors = 0
        self.first_error = ""

    def check(self, status: int, body: bytes) -> None:
        if status == 200 and body in self._right:
            return
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        right = (
            status == 200
            and answer is not None
            and answer.get("data") == self._expected["data"]
            and not answer.get("errors")
        )
        if right:
            if len(self._right) < 1000:
                self._right.add(body)
            return
        self.errors += 1
        self.first_error = self.first_error or f"{status}: {body[:300]!r}"


class _User(asyncio.Protocol):
    """One connection; `done` is resolved when the time is up."""

    def __init__(
        self, head: bytes, body: bytes, numbers: itertools.count[int], checker: _Checker
    ) -> None:
        self._head = head
        self._body = body
        self._numbers = numbers
        self._checker = checker
        self._parser = httptools.HttpResponseParser(self)
        self._chunks: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._sent_at = 0.0
        self.until = 0.0
        self.latencies: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def start(self, until: float) -> None:
        self.until = until
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the gateway closed the connection"))

    def on_body(self, chunk: bytes) -> None:
        self._chunks.append(chunk)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self.latencies.append(now - self._sent_at)
        body = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks = []
        self._checker.check(self._parser.get_status_code(), body)
        if now < self.until:
            self._send()
        elif not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        assert self._transport is not None
        self._sent_at = time.perf_counter()
        self._transport.write(self._head % next(self._numbers) + self._body)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def run(job: Job) -> Outcome:
    """Load a gateway as the job says."""
    body = json.dumps({"query": job.query}).encode()
    head = (
        f"POST {job.path} HTTP/1.1\r\nhost: 127.0.0.1:{job.port}\r\n"
        "content-type: application/json\r\naccept: application/json\r\n"
        f"content-length: {len(body)}\r\n"
    ).encode() + b"authorization: Bearer user-%09d\r\n\r\n"
    loop = asyncio.get_running_loop()
    numbers = itertools.count()
    checker = _Checker(job.expected)
    users = [
        (
            await loop.create_connection(
                lambda: _User(head, body, numbers, checker), "127.0.0.1", job.port
            )
        )[1]
        for _ in range(job.users)
    ]
    began = time.perf_counter()
    for user in users:
        user.start(began + job.seconds)
    await asyncio.gather(*(user.done for user in users))
    took = time.perf_counter() - began
    for user in users:
        user.close()
    latencies = sorted(latency * 1000 for user in users for latency in user.latencies)
    return Outcome(
        len(latencies), took, checker.errors, checker.first_error, _percentiles(latencies)
    )


def _percentiles(ordered: list[float]) -> tuple[float, float, float, float]:
    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    return at(0.5), at(0.95), at(0.99), ordered[-1]


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(run(Job(**json.load(sys.stdin)))))))
