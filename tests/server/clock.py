"""A subgraph with subscriptions, for tests of whatever carries them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from auth.caller import Caller
from gateway.errors import Code
from gateway.server.identity import Identity
from gateway.subscription.stream_end import token_expired
from gateway.transport.port import TransportError
from tests.kit.local_subgraph import LocalSubgraph
from tests.server.gateway_kit import reviews, users

FOREVER = "subscription { count(to: 101) }"
SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { time: Int }
type Subscription { count(to: Int!): Int visits: User! breaks: Int }
type User @key(fields: "id", resolvable: false) { id: ID! }
"""


class Clock:
    """A subgraph with subscriptions; it knows how many are open."""

    def __init__(self) -> None:
        self.opened = 0
        self.subgraph = LocalSubgraph(
            "clock",
            SDL,
            resolvers={
                "Query": {"time": 1},
                "Subscription": {
                    "count": self.count,
                    "visits": self.visits,
                    "breaks": self.breaks,
                },
            },
        )

    async def count(self, _source: Any, _info: Any, to: int) -> AsyncIterator[Any]:
        self.opened += 1
        try:
            for number in range(to):
                yield {"count": number}
            if to > 100:
                await asyncio.Event().wait()
        finally:
            self.opened -= 1

    async def visits(self, _source: Any, _info: Any) -> AsyncIterator[Any]:
        for number in ("1", "2"):
            yield {"visits": {"id": number}}

    async def breaks(self, _source: Any, _info: Any) -> AsyncIterator[Any]:
        yield {"breaks": 1}
        raise TransportError(Code.SUBREQUEST_HTTP_ERROR, "secret host is gone")

    async def closed(self) -> bool:
        return self.opened == 0


def every(clock: Clock) -> list[LocalSubgraph]:
    """The clock and the subgraphs that complete its events."""
    return [users(), reviews(), clock.subgraph]


class ShortLived:
    """Identifies everybody as Ada, whose token always ends in a moment, until it has ended."""

    def __init__(self) -> None:
        self.ended = False

    def at_once(self, headers: Mapping[str, str]) -> Identity | None:
        del headers
        return None

    async def identify(self, headers: Mapping[str, str]) -> Identity:
        del headers
        if self.ended:
            raise token_expired()
        return Identity(Caller(subject="ada"), time.time() + 0.2)
