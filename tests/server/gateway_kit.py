"""A whole gateway for tests: composed subgraphs in this process, production code around them.

`deployed` gives an ASGI application to call without sockets; `listening` serves it by uvicorn, with
the production protocol class, on a free port of 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import uvicorn

from gateway.app import Surroundings, deploy
from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.server.application import Application
from gateway.server.deployment import Gateway
from gateway.server.graphiql import GraphiqlPages
from gateway.server.http_protocol import bounded_protocol
from gateway.server.websocket_protocol import bounded_websocket_protocol
from gateway.settings import Settings
from gateway.telemetry.build import build_telemetry
from tests.kit.local_subgraph import LocalSubgraph, LocalTransport

USERS = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@cost", "@listSize"])
type Query {
  me: User
  user(id: ID!): User
  users(first: Int): [User!]! @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
  echo(text: String, number: Int, input: Input, color: Color): String
  fails: String
  expensive: String @cost(weight: 500)
}
type Mutation { rename(id: ID!, name: String!): User }
type User @key(fields: "id") { id: ID! name: String friends: [User!] }
input Input { text: String! nested: Input colors: [Color!] = [RED] }
enum Color { RED GREEN }
"""
REVIEWS = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type User @key(fields: "id") { id: ID! reviews: [Review!] }
type Review { id: ID! body: String author: User }
"""


def _fails(_source: Any, _info: Any) -> str:
    raise RuntimeError("the password is hunter2")


def users() -> LocalSubgraph:
    """Two users, one mutation, an echo, and a field that fails."""
    rows = [{"id": "1", "name": "Ada"}, {"id": "2", "name": "Grace"}]
    return LocalSubgraph(
        "users",
        USERS,
        data={"User": rows},
        resolvers={
            "Query": {
                "me": {"id": "1"},
                "user": lambda _source, _info, id: {"id": id} if id in ("1", "2") else None,
                "users": lambda _source, _info, first=2: [{"id": row["id"]} for row in rows][
                    :first
                ],
                "echo": lambda _source, _info, **arguments: repr(sorted(arguments.items())),
                "fails": _fails,
                "expensive": "gold",
            },
            "Mutation": {"rename": lambda _source, _info, id, name: {"id": id, "name": name}},
            "User": {"friends": lambda user, _info: [{"id": "2"}] if user["id"] == "1" else []},
        },
    )


def reviews() -> LocalSubgraph:
    """Reviews of the users."""
    return LocalSubgraph(
        "reviews",
        REVIEWS,
        data={
            "User": [
                {"id": "1", "reviews": [{"id": "r1", "body": "Fine", "author": {"id": "1"}}]},
                {"id": "2", "reviews": []},
            ]
        },
    )


def supergraph_of(subgraphs: Sequence[LocalSubgraph]) -> str:
    """The subgraphs' supergraph."""
    return composed(tuple((each.name, each.url, each.sdl) for each in subgraphs))


@cache
def composed(sources: tuple[tuple[str, str, str], ...]) -> str:
    result = compose([SubgraphSource(*source) for source in sources])
    assert result.supergraph_sdl is not None, result.errors
    return result.supergraph_sdl


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 40) -> None:
    """Wait until a condition holds. For what another process or the operating system does."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.02)


@dataclass
class Deployed:
    """A gateway, its subgraphs, and a client to it."""

    gateway: Gateway
    application: Application
    subgraphs: Mapping[str, LocalSubgraph]
    transport: LocalTransport
    surroundings: Surroundings
    client: httpx.AsyncClient
    url: str = "http://gateway/graphql"
    extra: dict[str, Any] = field(default_factory=dict)

    async def post(self, query: str | None = None, **rest: Any) -> httpx.Response:
        """POST a request; `headers` and the members of the request as keywords."""
        headers = {"content-type": "application/json", **rest.pop("headers", {})}
        body = {"query": query, **rest} if query is not None else rest
        return await self.client.post(self.url, json=body, headers=headers)

    async def deploy(self, settings: Settings, sdl: str) -> Any:
        """Another deployment with the same surroundings."""
        return await deploy(settings, sdl, self.surroundings)


@asynccontextmanager
async def deployed(
    settings: Settings | Mapping[str, Any] | None = None,
    subgraphs: Sequence[LocalSubgraph] | None = None,
    environment: Mapping[str, str] | None = None,
    own_events: bool = True,
    own_transport: bool = True,
) -> AsyncIterator[Deployed]:
    """A gateway without sockets; settings may be given as they stand in the file.

    With `own_events` subscriptions reach the subgraphs in this process, else by the settings; and
    so do requests with `own_transport`.
    """
    chosen = settings if isinstance(settings, Settings) else Settings.model_validate(settings or {})
    members = list(subgraphs) if subgraphs is not None else [users(), reviews()]
    transport = LocalTransport(members)
    with ThreadPoolExecutor(2) as threads:
        telemetry = build_telemetry(chosen)
        surroundings = Surroundings(
            threads,
            environment or {},
            (lambda _settings: transport) if own_transport else None,
            telemetry,
            transport if own_events else None,
        )
        gateway = Gateway(await deploy(chosen, supergraph_of(members), surroundings))
        application = Application(gateway, GraphiqlPages(), telemetry)
        asgi = httpx.ASGITransport(application, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=asgi, timeout=30) as client:
            yield Deployed(
                gateway,
                application,
                {each.name: each for each in members},
                transport,
                surroundings,
                client,
            )
        await gateway.close()


@asynccontextmanager
async def listening(
    settings: Settings | Mapping[str, Any] | None = None,
    subgraphs: Sequence[LocalSubgraph] | None = None,
    environment: Mapping[str, str] | None = None,
    own_events: bool = True,
    own_transport: bool = True,
) -> AsyncIterator[Deployed]:
    """The same behind a real socket."""
    async with deployed(settings, subgraphs, environment, own_events, own_transport) as made:
        bound = socket.socket()
        bound.bind(("127.0.0.1", 0))
        bound.listen()  # whoever connects before the server has started waits in the queue
        server = uvicorn.Server(
            uvicorn.Config(
                made.application,
                http=bounded_protocol(made.gateway.current.settings.limits),
                ws=bounded_websocket_protocol(made.gateway.current.settings.limits),
                interface="asgi3",
                lifespan="off",
                proxy_headers=False,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=2,
            )
        )
        made.extra["servers"] = (server,)
        task = asyncio.create_task(server.serve(sockets=[bound]))
        made.url = f"http://127.0.0.1:{bound.getsockname()[1]}/graphql"
        async with httpx.AsyncClient(timeout=30) as client:
            made.client = client
            try:
                yield made
            finally:
                server.should_exit = True
        await task
