"""How many requests run at once, how many wait, and how often a client may ask."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import Callable

from gateway.errors import ClientError, Code
from gateway.settings.subgraphs import RateLimit, RouterShaping

_MAX_CLIENTS = 50_000


class OverloadError(ClientError):
    """The request is turned away; `retry_after` is in whole seconds."""

    def __init__(self, message: str, code: Code, status: int, retry_after: int) -> None:
        super().__init__(message, code, status=status)
        self.retry_after = retry_after


class TokenBucket:
    """Allows `capacity` requests at once and refills over `interval` seconds."""

    __slots__ = ("_capacity", "_rate", "_tokens", "_updated")

    def __init__(self, limit: RateLimit, now: float) -> None:
        self._capacity = float(limit.capacity)
        self._rate = limit.capacity / limit.interval
        self._tokens = self._capacity
        self._updated = now

    def take(self, now: float) -> float:
        """Take a token: 0 when there was one, else the seconds until there will be."""
        elapsed = max(now - self._updated, 0.0)
        self._tokens = min(self._capacity, self._tokens + elapsed * self._rate)
        self._updated = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._rate


class RateLimiter:
    """Rate limits for all requests and for each client. Remembers a bounded number of clients."""

    def __init__(self, settings: RouterShaping, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._client_limit = settings.client_rate_limit
        limit = settings.global_rate_limit
        self._all = TokenBucket(limit, clock()) if limit else None
        self._clients: OrderedDict[str, TokenBucket] = OrderedDict()

    @property
    def active(self) -> bool:
        """Whether there is any limit."""
        return self._client_limit is not None or self._all is not None

    def admit(self, client: str) -> None:
        """Count a request. Raises `OverloadError` (429)."""
        now = self._clock()
        wait = 0.0
        if self._client_limit is not None:
            bucket = self._clients.get(client)
            if bucket is None:
                bucket = self._clients[client] = TokenBucket(self._client_limit, now)
                if len(self._clients) > _MAX_CLIENTS:
                    self._clients.popitem(last=False)
            else:
                self._clients.move_to_end(client)
            wait = bucket.take(now)
        if wait == 0 and self._all is not None:
            wait = self._all.take(now)
        if wait > 0:
            raise OverloadError(
                "Too many requests.", Code.REQUEST_RATE_LIMITED, 429, math.ceil(wait)
            )


class ConcurrencyLimiter:
    """Lets a bounded number of requests run; a bounded number of others wait in order."""

    def __init__(self, settings: RouterShaping) -> None:
        self._free = settings.concurrency_limit
        self._queue_limit = settings.queue_limit
        self._queue_timeout = settings.queue_timeout
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """Requests in the queue."""
        return len(self._waiting)

    def try_enter(self) -> bool:
        """Enter without waiting. The hot path."""
        if self._free > 0 and not self._waiting:
            self._free -= 1
            return True
        return False

    async def enter(self) -> None:
        """Wait for a turn. Raises `OverloadError` (503) when there is none in time."""
        if len(self._waiting) >= self._queue_limit:
            raise _overloaded()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._queue_timeout):
                await turn
        except TimeoutError:
            self._give_up(turn)
            raise _overloaded() from None
        except asyncio.CancelledError:
            self._give_up(turn)
            raise

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        if turn.done() and not turn.cancelled():
            self.leave()  # the turn had come at the last moment: pass it on
        elif turn in self._waiting:
            self._waiting.remove(turn)

    def leave(self) -> None:
        """End a turn; the longest waiting request takes it over."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def _overloaded() -> OverloadError:
    return OverloadError(
        "The gateway is busy; try again.", Code.REQUEST_CONCURRENCY_LIMITED, 503, retry_after=1
    )
