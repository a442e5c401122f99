"""A real Redis for tests, on a free port, without persistence."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

BINARY = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(
    BINARY is None, reason="redis-server is missing: install it (make test does so as root)"
)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def redis_server(port: int | None = None) -> Iterator[str]:
    """Run a server; yields its URL."""
    assert BINARY is not None
    chosen = port or free_port()
    command = [
        BINARY,
        "--port",
        str(chosen),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(chosen)
        yield f"redis://127.0.0.1:{chosen}/0"
    finally:
        process.kill()
        process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), 0.2) as link,
        ):
            link.sendall(b"PING\r\n")
            if link.recv(16).startswith(b"+PONG"):
                return
        time.sleep(0.02)
    raise TimeoutError("redis-server did not start")
