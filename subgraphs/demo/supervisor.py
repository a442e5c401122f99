"""Starts a handful of processes, waits until each is healthy, restarts what dies, ends them all."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

POLL_SECONDS = 0.05
STOP_SECONDS = 10.0
MAX_RESTARTS = 5


class DemoError(Exception):
    """The demo cannot run; the message tells the user what to do."""


@dataclass(frozen=True, slots=True)
class Service:
    """One process: its command, the ports it will listen on and where it says that it is well."""

    name: str
    command: tuple[str, ...]
    ports: tuple[int, ...]
    health: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    restarts: int = 0


class Supervisor:
    """Runs services in the order given. Each writes its output to `<logs>/<name>.log`.

    A service that dies after it was healthy is started again (a durable process then continues
    where it stopped), at most `MAX_RESTARTS` times.
    """

    def __init__(self, logs: Path, say: Callable[[str], None]) -> None:
        self._logs = logs
        self._say = say
        self._running: list[_Running] = []
        self._stopping = threading.Event()

    def start(self, services: Sequence[Service], timeout: float) -> None:
        """Start services together and return when all of them are healthy.

        May be called again for services that need these. Raises `DemoError` when a port is taken,
        a process ends or `timeout` seconds pass.
        """
        require_free(services)
        self._logs.mkdir(parents=True, exist_ok=True)
        started = [_Running(service, self._spawn(service)) for service in services]
        self._running += started
        deadline = time.monotonic() + timeout
        with httpx.Client(timeout=1.0, trust_env=False) as client:
            for running in started:
                self._wait_until_healthy(running, client, deadline)

    def watch(self) -> None:
        """Restart services that die, until `stop`. Raises `DemoError` when one keeps dying."""
        while not self._stopping.wait(0.2):
            for running in self._running:
                code = running.process.poll()
                if code is not None and not self._stopping.is_set():
                    self._restart(running, code)

    def stop(self) -> None:
        """End every process: politely, in reverse order, and by force after `STOP_SECONDS`."""
        self._stopping.set()
        for running in reversed(self._running):
            if running.process.poll() is None:
                running.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for running in self._running:
            try:
                running.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
        self._running.clear()

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        with self._log(service).open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - commands are our own, never a user's text
                service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **service.environment},
                # A session of its own: Ctrl-C reaches only the supervisor, which ends the others
                # in order.
                start_new_session=True,
            )

    def _wait_until_healthy(self, running: _Running, client: httpx.Client, deadline: float) -> None:
        service, started = running.service, time.monotonic()
        waiting = list(service.health)
        while waiting:
            if running.process.poll() is not None:
                raise DemoError(
                    f"{service.name} ended while starting. Its last words:\n{self._tail(service)}"
                )
            if time.monotonic() > deadline:
                raise DemoError(
                    f"{service.name} is not healthy at {waiting[0]}. See its log: "
                    f"{self._log(service)}"
                )
            if _is_healthy(client, waiting[0]):
                waiting.pop(0)
            else:
                time.sleep(POLL_SECONDS)
        self._say(f"{service.name} is ready ({time.monotonic() - started:.1f} s)")

    def _restart(self, running: _Running, code: int) -> None:
        if running.restarts >= MAX_RESTARTS:
            raise DemoError(
                f"{running.service.name} keeps ending (exit status {code}). Its last words:\n"
                f"{self._tail(running.service)}"
            )
        running.restarts += 1
        self._say(f"{running.service.name} ended (exit status {code}); starting it again")
        running.process = self._spawn(running.service)

    def _log(self, service: Service) -> Path:
        return self._logs / f"{service.name}.log"

    def _tail(self, service: Service, lines: int = 15) -> str:
        text = self._log(service).read_text(errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in text[-lines:]) or "  (nothing)"


def command(*arguments: str) -> tuple[str, ...]:
    """The command line of `c2c ARGUMENTS` in the environment that runs now."""
    return (str(Path(sys.executable).with_name("c2c")), *arguments)


def _is_healthy(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def require_free(services: Iterable[Service]) -> None:
    """Raise `DemoError` when a port that one of the services needs is in use."""
    for service in services:
        for port in service.ports:
            if not _is_free(port):
                raise DemoError(
                    f"Port {port}, needed for {service.name}, is in use. End what listens there, "
                    f"or choose other ports with --port (make run PORT=...)."
                )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
