"""The subgraphs of scenarios as servers, and a `c2c serve` that is given one supergraph after another."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import orjson
import uvicorn

from tests.plan.world_subgraph import WorldSubgraph

SECONDS = 60
"""How long a process may take for what it does at once on an idle machine."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class WorldServer:
    """Serves the subgraphs of one case at a time, each at a path of its name."""

    url: str = ""
    subgraphs: dict[str, WorldSubgraph] = field(default_factory=dict)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer = self.subgraphs[scope["path"].strip("/")].answer(body)
        head = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": orjson.dumps(answer)})

    def at_home(self, supergraph: str) -> str:
        """The supergraph with the addresses of this server."""
        return re.sub(
            r'(@join__graph\(name: "([^"]+)", url: )"[^"]*"', rf'\1"{self.url}/\2"', supergraph
        )


@dataclass
class ServedGateway:
    """A running `c2c serve`."""

    file: Path
    process: subprocess.Popen[str]
    url: str
    client: httpx.Client
    _loads: Iterator[int] = field(default_factory=count)

    def load(self, supergraph: str) -> None:
        """Replace the supergraph's file and wait until the gateway serves it."""
        before = self._version()
        following = self.file.with_suffix(".next")
        # A version of its own, also if the gateway serves an equal supergraph.
        following.write_text(f"{supergraph}\n# {next(self._loads)}\n", "utf-8")
        following.replace(self.file)
        _wait(lambda: self._version() != before)

    def ask(self, query: str, variables: dict[str, Any]) -> httpx.Response:
        """The answer to a GraphQL request."""
        return self.client.post(self.url, json={"query": query, "variables": variables})

    def _version(self) -> str:
        health: dict[str, Any] = self.client.get(
            self.url.replace("/graphql", "/health/ready")
        ).json()
        assert not health["lastReloadRefused"]
        return str(health["version"])


@contextlib.contextmanager
def world_server() -> Iterator[WorldServer]:
    """The server of subgraphs on a free port, in a thread."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    made = WorldServer(f"http://127.0.0.1:{bound.getsockname()[1]}")
    config = uvicorn.Config(made.app, interface="asgi3", lifespan="off", log_config=None)
    server = _Server(config)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True
    )
    thread.start()
    try:
        _wait(lambda: server.started)
        yield made
    finally:
        server.should_exit = True
        thread.join(SECONDS)


@contextlib.contextmanager
def served_gateway(folder: Path, supergraph: str) -> Iterator[ServedGateway]:
    """`c2c serve` on a free port; its supergraph can be replaced."""
    file = folder / "supergraph.graphql"
    file.write_text(supergraph, "utf-8")
    command = [str(Path(sys.executable).with_name("c2c")), "serve"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [*command, "--supergraph", str(file), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
        httpx.Client(trust_env=False, timeout=SECONDS) as client,
    ):
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, (folder / "log").read_text()
            yield ServedGateway(file, process, found[0], client)
        finally:
            process.terminate()


def _wait(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.01)
