"""Runs one or several subgraphs in this process, each on a port of its own.

Sharing a process saves memory on a small machine; it changes nothing else: every hop stays HTTP,
and no subgraph sees another.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 10
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Listening:
    """An application and where it is to listen."""

    app: ASGIApp
    port: int
    host: str = "127.0.0.1"


class ServingFailedError(Exception):
    """A server could not start; its log says why (a port in use, say)."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # One handler for all servers of the process is installed by `serve`.
        yield


async def serve(listening: Sequence[Listening], *, log_level: str = "warning") -> None:
    """Serve until SIGINT or SIGTERM; requests in hand are finished within `GRACE_SECONDS`.

    Raises `ServingFailedError` as soon as one of the servers cannot start; the others then end.
    """
    servers = [_Server(_config(each, log_level)) for each in listening]

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await asyncio.gather(*(_run(server, stop) for server in servers))
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
    if not all(server.started for server in servers):
        raise ServingFailedError("a subgraph could not start")


async def _run(server: uvicorn.Server, stop: Callable[[], None]) -> None:
    try:
        # uvicorn reports a port in use by SystemExit, which would skip the others' clean-up.
        with contextlib.suppress(SystemExit):
            await server.serve()
    finally:
        stop()


def _config(listening: Listening, log_level: str) -> uvicorn.Config:
    return uvicorn.Config(
        listening.app,
        host=listening.host,
        port=listening.port,
        log_level=log_level,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
