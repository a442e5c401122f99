"""Ending streams with a reason: a reload, the gateway's own end, or a token's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

from gateway.errors import ClientError, Code

T = TypeVar("T")


def schema_reloaded() -> ClientError:
    """The reason of a reload: clients should subscribe again."""
    return ClientError(
        "The schema was reloaded; subscribe again.", Code.SUBSCRIPTION_SCHEMA_RELOAD, status=503
    )


def shutting_down() -> ClientError:
    """The reason of a drain: clients should subscribe elsewhere."""
    return ClientError(
        "The gateway is shutting down; subscribe again.", Code.SERVICE_UNAVAILABLE, status=503
    )


def token_expired() -> ClientError:
    """The reason of a token's end: clients should come back with a new one."""
    return ClientError("The token has expired.", Code.UNAUTHENTICATED, status=401)


class StreamEnd:
    """One signal for all streams of a deployment."""

    def __init__(self) -> None:
        self._announced = asyncio.Event()
        self.reason: ClientError | None = None

    def announce(self, reason: ClientError) -> None:
        """End all streams, also those that are opened from now on. The first reason holds."""
        if self.reason is None:
            self.reason = reason
            self._announced.set()

    async def wait(self) -> ClientError:
        """Wait for the end; returns its reason."""
        await self._announced.wait()
        return self.reason or shutting_down()


async def until_end(
    source: AsyncIterator[T], end: StreamEnd, expires_at: float | None
) -> AsyncGenerator[T, None]:
    """The items of a source until it ends; closes it.

    Raises the `ClientError` that ends it early. `expires_at` is a point of the running loop's
    clock, in seconds: the end of the caller's token.
    """
    loop = asyncio.get_running_loop()
    ending = asyncio.ensure_future(end.wait())
    pending: asyncio.Future[T] | None = None
    try:
        while True:
            pending = asyncio.ensure_future(_next(source))
            left = None if expires_at is None else max(expires_at - loop.time(), 0)
            done, _ = await asyncio.wait(
                (pending, ending), timeout=left, return_when=asyncio.FIRST_COMPLETED
            )
            if ending in done:
                raise ending.result()
            if pending not in done:
                raise token_expired()
            try:
                item = pending.result()
            except StopAsyncIteration:
                return
            yield item
    finally:
        ending.cancel()
        if pending is not None and not pending.done():
            pending.cancel()
            await asyncio.wait((pending,))
        closing = getattr(source, "aclose", None)
        if closing is not None:
            await closing()


async def _next(source: AsyncIterator[T]) -> T:
    return await anext(source)
