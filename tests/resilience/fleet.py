"""A gateway as it runs in production, in front of subgraphs on real sockets.

Three subgraphs: `users` and `stock` answer as they should, `reviews` does what the test wants. The
gateway has its production transport, and its settings are what an operator would write in the file.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from gateway.app import Surroundings, deploy
from gateway.server.application import Application
from gateway.server.deployment import Gateway
from gateway.server.graphiql import GraphiqlPages
from gateway.server.http_protocol import bounded_protocol
from gateway.settings import Settings
from gateway.telemetry.build import build_telemetry
from gateway.transport.port import SubgraphRequest
from tests.kit.local_subgraph import LocalSubgraph
from tests.server.gateway_kit import supergraph_of
from tests.transport.peer import Exchange, Peer, Script, peer

_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
REQUESTS = 100
BUDGET_SECONDS = 60
"""For a whole wave of requests on a busy machine; the gateway's own deadline in `settings`."""

QUERY = "{ me { name reviews { body } } latest { body } stock { count } }"
HEALTHY = {"me": {"name": "Ada"}, "stock": {"count": 3}}
WHOLE = {
    "me": {"name": "Ada", "reviews": [{"body": "Fine"}]},
    "latest": {"body": "Fine"},
    "stock": {"count": 3},
}
PARTIAL = {"me": {"name": "Ada", "reviews": None}, "latest": None, "stock": {"count": 3}}


def users() -> LocalSubgraph:
    """One user, and a name that a mutation writes."""
    return LocalSubgraph(
        "users",
        _LINK + 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }',
        data={"User": [{"id": "1", "name": "Ada"}]},
        resolvers={"Query": {"me": {"id": "1"}}},
    )


def stock() -> LocalSubgraph:
    """Something that has nothing to do with the others."""
    return LocalSubgraph(
        "stock",
        _LINK + "type Query { stock: Stock } type Stock { count: Int }",
        resolvers={"Query": {"stock": {"count": 3}}},
    )


def reviews() -> LocalSubgraph:
    """Reviews, as they are when nothing is wrong."""
    review = {"id": "r1", "body": "Fine"}
    return LocalSubgraph(
        "reviews",
        _LINK
        + """
        type Query { latest: Review }
        type Mutation { publish(body: String!): Review }
        type Review { id: ID! body: String }
        type User @key(fields: "id") { id: ID! reviews: [Review!] }
        """,
        data={"User": [{"id": "1", "reviews": [review]}]},
        resolvers={
            "Query": {"latest": review},
            "Mutation": {"publish": lambda _source, _info, body: {"id": "r2", "body": body}},
        },
    )


async def body_of(subgraph: LocalSubgraph, exchange: Exchange) -> bytes:
    """The right answer to a request, as bytes."""
    answer = await subgraph.answer(
        SubgraphRequest(subgraph.name, "/graphql", exchange.body, tuple(exchange.headers))
    )
    return answer.body


def serving(subgraph: LocalSubgraph) -> Script:
    """A script that answers as the subgraph does."""

    async def script(exchange: Exchange) -> None:
        answer = await body_of(subgraph, exchange)
        await exchange.answer(answer, "content-type: application/json")

    return script


def settings(**of_reviews: Any) -> dict[str, Any]:
    """Settings as in the file, with those of traffic to `reviews`.

    Every request carries a header of its own to the subgraphs, so that none is shared.
    """
    return {
        "headers": {"all": {"request": [{"propagate": {"named": "authorization"}}]}},
        "traffic_shaping": {
            "router": {"timeout": f"{BUDGET_SECONDS}s", "concurrency_limit": 1000},
            "subgraphs": {
                "reviews": {
                    "timeout": "1s",
                    # A busy machine is no fault: only the scripts of the peers are.
                    "connect_timeout": "20s",
                    "max_connections": 1000,
                    "max_response_bytes": 100_000,
                    "retry": {"enabled": False},
                    "circuit_breaker": {"enabled": False},
                    **of_reviews,
                }
            },
        },
    }


@dataclass
class Fleet:
    """The gateway's address, and the servers behind it."""

    url: str
    client: httpx.AsyncClient
    gateway: Gateway
    peers: Mapping[str, Peer]

    async def ask(self, query: str = QUERY, caller: str = "Bearer nobody") -> httpx.Response:
        return await self.client.post(
            self.url, json={"query": query}, headers={"authorization": caller}
        )

    async def wave(self, query: str = QUERY, count: int = REQUESTS) -> Sequence[httpx.Response]:
        """So many requests of different callers at once, all answered within the deadline."""
        async with asyncio.timeout(BUDGET_SECONDS):
            return await asyncio.gather(
                *(self.ask(query, f"Bearer {number}") for number in range(count))
            )


@asynccontextmanager
async def fleet(
    of_reviews: Script | str | None,
    configuration: Mapping[str, Any] | None = None,
    addresses: Mapping[str, str] | None = None,
) -> AsyncIterator[Fleet]:
    """Serve everything. `of_reviews` is a script, or the URL of a server that the test has.

    Leaving it closes all of it: the gateway first, as on SIGTERM.
    """
    members = [users(), stock(), reviews()]
    given = dict(configuration or settings())
    async with AsyncExitStack() as stack:
        peers = {
            each.name: await stack.enter_async_context(peer(serving(each))) for each in members[:2]
        }
        urls = {name: each.url for name, each in peers.items()}
        if isinstance(of_reviews, str):
            urls["reviews"] = of_reviews
        else:
            script = of_reviews or serving(members[2])
            peers["reviews"] = await stack.enter_async_context(peer(script))
            urls["reviews"] = peers["reviews"].url
        given["override_subgraph_url"] = {**urls, **(addresses or {})}
        chosen = Settings.model_validate(given)
        threads = stack.enter_context(ThreadPoolExecutor(2))
        surroundings = Surroundings(threads, {}, telemetry=build_telemetry(chosen))
        gateway = Gateway(await deploy(chosen, supergraph_of(members), surroundings))
        stack.push_async_callback(gateway.close)
        url = await stack.enter_async_context(_listening(gateway))
        limits = httpx.Limits(max_connections=2 * REQUESTS)
        client = httpx.AsyncClient(timeout=BUDGET_SECONDS, limits=limits, trust_env=False)
        await stack.enter_async_context(client)
        yield Fleet(url, client, gateway, peers)


@asynccontextmanager
async def _listening(gateway: Gateway) -> AsyncIterator[str]:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(1024)
    server = uvicorn.Server(
        uvicorn.Config(
            Application(gateway, GraphiqlPages()),
            http=bounded_protocol(gateway.current.settings.limits),
            interface="asgi3",
            lifespan="off",
            proxy_headers=False,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=2,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/graphql"
    finally:
        server.should_exit = True
        await task
