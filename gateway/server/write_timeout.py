"""Clients that stop reading: an answer that nobody takes is not kept for ever.

What a client does not take stays in the server's memory, and its request counts as one under way.
A connection from which nothing was taken for some time is therefore cut off. Any progress starts
the time anew, so a slow client that goes on reading gets all of its answer.
"""

from __future__ import annotations

import asyncio
from typing import Final

# The least that both asyncio's and uvloop's transports take, also those over TLS, for "as soon as
# something waits": they then tell of the first byte that the operating system does not take, and of
# the last that it took.
_HIGH_WATER: Final = 1


class WriteTimeout:
    """Watches what waits to be written on one connection, and aborts it after `seconds`.

    `paused` and `resumed` are to be called with the protocol's `pause_writing` and
    `resume_writing`, `end` when the connection is gone or has become another protocol's.
    """

    __slots__ = ("_loop", "_seconds", "_timer", "_transport", "_waiting")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, seconds: float
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._seconds = seconds
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        transport.set_write_buffer_limits(high=_HIGH_WATER, low=0)

    def paused(self) -> None:
        """Something waits to be written."""
        if self._timer is None:
            self._look_later()

    def resumed(self) -> None:
        """Nothing waits any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    end = resumed

    def _look_later(self) -> None:
        self._waiting = self._transport.get_write_buffer_size()
        self._timer = self._loop.call_later(self._seconds, self._look)

    def _look(self) -> None:
        self._timer = None
        # Whoever writes waits while something waits to be written, so less of it means progress.
        if self._transport.get_write_buffer_size() < self._waiting:
            self._look_later()
        else:
            self._transport.abort()
