"""The demo's supervisor, with real processes."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from pathlib import Path

import httpx
import pytest

from subgraphs.demo.supervisor import DemoError, Service, Supervisor

SERVER = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(os.getpid()).encode())
    def log_message(self, *a): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server(port: int) -> Service:
    url = f"http://127.0.0.1:{port}/"
    return Service("server", (sys.executable, "-c", SERVER, str(port)), (port,), (url,))


def test_a_service_that_dies_is_started_again_and_all_end_at_stop(tmp_path: Path) -> None:
    said: list[str] = []
    restarted = threading.Event()

    def say(text: str) -> None:
        said.append(text)
        if "starting it again" in text:
            restarted.set()

    port = free_port()
    supervisor = Supervisor(tmp_path / "logs", say)
    supervisor.start([server(port)], timeout=10)
    first = int(httpx.get(f"http://127.0.0.1:{port}/").text)
    watcher = threading.Thread(target=supervisor.watch, daemon=True)
    watcher.start()
    os.kill(first, signal.SIGKILL)
    assert restarted.wait(10)
    transport = httpx.HTTPTransport(retries=10)
    with httpx.Client(transport=transport) as client:
        second = int(client.get(f"http://127.0.0.1:{port}/").text)
    assert second != first
    supervisor.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def test_a_port_in_use_is_named_with_its_service(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with pytest.raises(DemoError, match=rf"Port {port}, needed for server, is in use"):
            Supervisor(tmp_path, print).start([server(port)], timeout=1)


def test_a_service_that_cannot_start_is_reported_with_its_last_words(tmp_path: Path) -> None:
    broken = Service(
        "broken",
        (sys.executable, "-c", "raise SystemExit('no licence')"),
        (),
        ("http://127.0.0.1:1/",),
    )
    supervisor = Supervisor(tmp_path, print)
    with pytest.raises(DemoError, match="no licence"):
        supervisor.start([broken], timeout=10)
    supervisor.stop()


def test_a_service_that_never_gets_well_is_reported(tmp_path: Path) -> None:
    asleep = Service(
        "asleep",
        (sys.executable, "-c", "import signal; signal.pause()"),
        (),
        (f"http://127.0.0.1:{free_port()}/",),
    )
    supervisor = Supervisor(tmp_path, print)
    with pytest.raises(DemoError, match="asleep is not healthy"):
        supervisor.start([asleep], timeout=0.5)
    supervisor.stop()
