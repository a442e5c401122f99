"""The whole product as `c2c demo` starts it, on free ports, for journeys over HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
READY_SECONDS = 100.0
ATTEMPTS = 5


@dataclass(slots=True)
class Demo:
    """A running demo."""

    process: subprocess.Popen[str]
    port: int
    data: Path
    output: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def headers(self, caller: str) -> dict[str, str]:
        presets = json.loads((self.data / "identity" / "header-presets.json").read_text())
        found: dict[str, str] = presets[caller]
        return found

    def ask(self, query: str, caller: str = "delivery-lead", **variables: Any) -> dict[str, Any]:
        """Send an operation; returns the whole response."""
        payload = {"query": query, "variables": variables}
        response = httpx.post(self.url, json=payload, headers=self.headers(caller), timeout=60)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def data_of(self, query: str, caller: str = "delivery-lead", **variables: Any) -> Any:
        """Send an operation that must succeed; returns its data."""
        answer = self.ask(query, caller, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def systems(self) -> dict[str, Any]:
        """Addresses and keys of the systems of record."""
        content: dict[str, Any] = json.loads((self.data / "systems" / "systems.json").read_text())
        return content

    def admin(self, system: str, method: str, path: str, **more: Any) -> httpx.Response:
        """Use the sandbox's switchboard of a system (faults, call counts)."""
        systems = self.systems()
        headers = {"x-sandbox-key": systems["admin_key"]}
        url = f"{systems[system]['url']}/sandbox/{path}"
        return httpx.request(method, url, headers=headers, timeout=10, **more)

    def process_of(self, *arguments: str) -> int:
        """The pid of the demo's child whose command line holds all of these words."""
        for child in _children(self.process.pid):
            with contextlib.suppress(FileNotFoundError):
                words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
                if all(argument in words for argument in arguments):
                    return child
        raise LookupError(arguments)

    def stop(self) -> int:
        """Press Ctrl-C; returns the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextlib.contextmanager
def running_demo(data: Path, port: int | None = None) -> Iterator[Demo]:
    """Start a demo and wait until it says that it is ready.

    Ports that were free are sometimes taken by another test before the demo has bound them; then
    it starts anew on others.
    """
    for _ in range(ATTEMPTS):
        demo = _start(data, port or _free_block())
        if _is_ready(demo):
            break
        assert port is None, demo.output.read_text()
    else:
        raise AssertionError(demo.output.read_text())
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.stop()


def _start(data: Path, port: int) -> Demo:
    output = data.parent / f"{data.name}.out"
    c2c = Path(sys.executable).with_name("c2c")
    with output.open("w") as sink:
        process = subprocess.Popen(
            [c2c, "demo", "--port", str(port), "--data", str(data)],
            cwd=data.parent,
            stdout=sink,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    return Demo(process, port, data, output)


def _is_ready(demo: Demo) -> bool:
    """Wait until the demo says that it is ready; False if its ports were taken meanwhile."""
    deadline = time.monotonic() + READY_SECONDS
    while "Ctrl-C ends everything" not in (said := demo.output.read_text()):
        if demo.process.poll() is not None and "is in use" in demo.output.read_text():
            return False
        assert demo.process.poll() is None, said
        if time.monotonic() > deadline:
            demo.stop()
            raise AssertionError(said)
        time.sleep(0.1)
    return True


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def _free_block() -> int:
    """A port with its followers and those 101 to 104 above it free."""
    for base in range(20_000 + os.getpid() % 5_000, 60_000, 211):
        ports = [base + offset for offset in (*range(6), *range(101, 105))]
        if all(_is_free(port) for port in ports):
            return base
    raise LookupError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
