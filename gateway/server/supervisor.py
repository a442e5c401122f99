"""Several worker processes on one port. The parent starts them, passes on signals, and replaces
those that end unasked."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

import uvloop

from gateway.server.run import ServeOptions, StartError, bind, serve
from gateway.telemetry.joining import joined_metrics

LOGGER = logging.getLogger("gateway.server")
_MAX_PAUSE = 10.0


def run_worker(options: ServeOptions, host: str, port: int) -> None:
    """The body of a worker process; exits with 3 if it cannot start."""
    configure_logging()
    try:
        bound = bind(host, port)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(options, bound, lambda: None))
    except (StartError, ValueError, OSError) as error:
        LOGGER.error("a worker cannot start: %s", error)
        sys.exit(3)


def configure_logging() -> None:
    """Log to standard error, one line an event."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of every change


class Supervisor:
    """Keeps `count` workers alive on the address of a reserved socket."""

    def __init__(self, options: ServeOptions, reserved: socket.socket, count: int) -> None:
        self._options = options
        self._host, self._port = reserved.getsockname()[:2]
        self._count = count
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[BaseProcess] = []
        self._stopping = False

    def run(self) -> int:
        """Run until SIGTERM or SIGINT. Returns the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._reload)
        with joined_metrics() as gone:
            return self._keep_alive(gone)

    def _keep_alive(self, gone: Callable[[int], None]) -> int:
        self._workers = [self._start() for _ in range(self._count)]
        pause = 0.5
        while not self._stopping:
            ended = [worker for worker in self._workers if not worker.is_alive()]
            if not ended:
                wait([w.sentinel for w in self._workers], timeout=5)
                continue
            if any(worker.exitcode == 3 for worker in ended):
                self._stop(signal.SIGTERM, None)
                self._join()
                return 3
            for worker in ended:
                LOGGER.error(
                    "worker %s ended with %s; starting another", worker.pid, worker.exitcode
                )
                self._workers.remove(worker)
                gone(worker.pid or 0)
                time.sleep(pause)  # a worker that always ends must not keep the machine busy
                pause = min(pause * 2, _MAX_PAUSE)
                self._workers.append(self._start())
        self._join()
        return 0

    def _start(self) -> BaseProcess:
        worker = self._context.Process(
            target=run_worker, args=(self._options, self._host, self._port), name="gateway-worker"
        )
        worker.start()
        return worker

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        self._signal(signal.SIGTERM)

    def _reload(self, _number: int, _frame: FrameType | None) -> None:
        self._signal(signal.SIGHUP)

    def _signal(self, number: signal.Signals) -> None:
        for worker in self._workers:
            if worker.pid is not None and worker.is_alive():
                os.kill(worker.pid, number)

    def _join(self) -> None:
        for worker in self._workers:
            worker.join()
