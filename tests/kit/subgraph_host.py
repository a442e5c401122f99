"""Subgraphs on ports of their own, served over real HTTP from a thread, for tests.

with hosted([CONTRACT, BILLING], systems_file) as graph:
    answer = graph.ask("contract", "{ contracts { nodes { id } } }", caller=LEAD)
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from auth import keys
from auth.caller import Caller
from auth.signed_caller import CALLER_HEADER, CallerSigner
from subgraphs.serving.app import Subgraph, app_from_environment


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class Graph:
    """Asks the hosted subgraphs as the gateway would."""

    urls: dict[str, str]
    signer: CallerSigner
    client: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=60))

    def ask(
        self,
        subgraph: str,
        query: str,
        caller: Caller,
        headers: dict[str, str] | None = None,
        **variables: Any,
    ) -> dict[str, Any]:
        """The JSON answer to a query with these variables."""
        sent = {CALLER_HEADER: self.signer.sign(caller, subgraph), **(headers or {})}
        body = {"query": query, "variables": variables}
        response = self.client.post(self.urls[subgraph], json=body, headers=sent)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def data(self, subgraph: str, query: str, caller: Caller, **variables: Any) -> dict[str, Any]:
        """The data of an answer that must be without errors."""
        answer = self.ask(subgraph, query, caller, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def entities(
        self,
        subgraph: str,
        selection: str,
        caller: Caller,
        *representations: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """The answer to an entities query; `selection` is put behind `... on <type of the first>`."""
        kind = representations[0]["__typename"]
        query = (
            "query($r: [_Any!]!) { _entities(representations: $r) { "
            f"... on {kind} {selection} }} }}"
        )
        return self.ask(subgraph, query, caller, headers, r=list(representations))


@contextlib.contextmanager
def hosted(subgraphs: Sequence[Subgraph], systems_file: Path) -> Iterator[Graph]:
    """Serve the subgraphs over the systems of record in the file until the block ends."""
    pair = keys.generate()
    environment = {
        "C2C_SYSTEMS_FILE": str(systems_file),
        "C2C_CALLER_PUBLIC_KEY": pair.public.pem(),
    }
    servers: list[tuple[_Server, socket.socket]] = []
    urls: dict[str, str] = {}
    for each in subgraphs:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        app = app_from_environment(each, environment)
        config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="on")
        servers.append((_Server(config), listener))
        urls[each.name] = f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"

    async def run() -> None:
        await asyncio.gather(*(server.serve(sockets=[at]) for server, at in servers))

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="subgraphs", daemon=True)
    thread.start()
    graph = Graph(urls, CallerSigner(pair))
    try:
        _wait(thread, [server for server, _ in servers])
        yield graph
    finally:
        graph.client.close()
        for server, _ in servers:
            server.should_exit = True
        thread.join(timeout=20)


def _wait(thread: threading.Thread, servers: Sequence[uvicorn.Server]) -> None:
    deadline = time.monotonic() + 20
    while not all(server.started for server in servers):
        if not thread.is_alive() or time.monotonic() > deadline:
            raise AssertionError("a subgraph did not start")
        time.sleep(0.01)
