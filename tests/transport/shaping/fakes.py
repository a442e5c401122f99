"""A clock that is moved by hand, a subgraph that follows a script, and an ear for events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from gateway.errors import Code
from gateway.transport.port import (
    SubgraphRequest,
    SubgraphResponse,
    SubgraphStream,
    TransportError,
)
from gateway.transport.shaping.events import BreakerState

URL = "http://s/graphql"
Outcome = SubgraphResponse | TransportError


@dataclass
class HandClock:
    """Sleeping moves it on at once."""

    time: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def ok(body: bytes = b"{}") -> SubgraphResponse:
    return SubgraphResponse(200, body)


def status(code: int, *headers: tuple[str, str]) -> SubgraphResponse:
    return SubgraphResponse(code, b"", headers)


def broken(*, sent: bool = True, code: Code = Code.SUBREQUEST_HTTP_ERROR) -> TransportError:
    return TransportError(code, "broken", sent=sent)


class ScriptedTransport:
    """Answers by a function, or by a list of outcomes whose last one is repeated."""

    def __init__(
        self, *outcomes: Outcome, by: Callable[[SubgraphRequest], Awaitable[Outcome]] | None = None
    ) -> None:
        self.requests: list[SubgraphRequest] = []
        self.closed = False
        self._outcomes = list(outcomes)
        self._by = by

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.requests.append(request)
        if self._by is not None:
            outcome = await self._by(request)
        else:
            outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        if isinstance(outcome, TransportError):
            raise outcome
        return outcome

    def stream(self, request: SubgraphRequest) -> AbstractAsyncContextManager[SubgraphStream]:
        self.requests.append(request)
        raise NotImplementedError

    async def close(self) -> None:
        self.closed = True


@dataclass
class Ear:
    """Notes every event."""

    heard: list[tuple[str, ...]] = field(default_factory=list)

    def shared(self, subgraph: str) -> None:
        self.heard.append(("shared", subgraph))

    def shed(self, subgraph: str) -> None:
        self.heard.append(("shed", subgraph))

    def retried(self, subgraph: str, attempt: int) -> None:
        self.heard.append(("retried", subgraph, str(attempt)))

    def breaker_changed(self, subgraph: str, state: BreakerState) -> None:
        self.heard.append(("breaker", subgraph, str(state)))

    def url_changed(self, subgraph: str, url: str, healthy: bool) -> None:
        self.heard.append(("url", subgraph, url, "up" if healthy else "down"))


class Gate:
    """Holds requests until the test opens it."""

    def __init__(self, outcome: Outcome) -> None:
        self._open = asyncio.Event()
        self._outcome = outcome

    def open(self, outcome: Outcome | None = None) -> None:
        if outcome is not None:
            self._outcome = outcome
        self._open.set()

    async def __call__(self, request: SubgraphRequest) -> Outcome:
        await self._open.wait()
        return self._outcome


def query(
    body: bytes = b"q", *headers: tuple[str, str], deadline: float | None = None
) -> SubgraphRequest:
    return SubgraphRequest("s", URL, body, headers, deadline)


def mutation(body: bytes = b"m") -> SubgraphRequest:
    return SubgraphRequest("s", URL, body, idempotent=False)


async def settle() -> None:
    """Let every task run until it waits for something."""
    for _ in range(20):
        await asyncio.sleep(0)
