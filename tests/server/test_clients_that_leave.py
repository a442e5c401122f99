"""What becomes of a request whose client closes the connection; real sockets on both sides."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.server.gateway_kit import Deployed, eventually, listening
from tests.server.slow_subgraph import SlowSubgraph, slow_subgraph
from tests.server.test_websocket import connected

QUERY = "{ me { name } }"
MUTATION = 'mutation { rename(id: "1", name: "Ada") { name } }'
ANSWERS = {"me": {"name": "Ada", "id": "1"}, "rename": {"name": "Ada"}}


@asynccontextmanager
async def scene(**settings: Any) -> AsyncIterator[tuple[Deployed, SlowSubgraph]]:
    """A gateway that writes its log, before a subgraph that is slow."""
    async with slow_subgraph(ANSWERS) as subgraph:
        given = {
            "mode": "production",
            "telemetry": {"metrics": {"prometheus": {"enabled": True}}},
            "override_subgraph_url": {"users": subgraph.url},
            **settings,
        }
        async with listening(given, own_transport=False) as gateway:
            yield gateway, subgraph


class Client:
    """A client that asks one thing, and may leave before the answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @staticmethod
    async def ask(
        gateway: Deployed, query: str, headers: Mapping[str, str] | None = None
    ) -> Client:
        parts = urlsplit(gateway.url)
        client = Client(*await asyncio.open_connection(parts.hostname, parts.port))
        body = json.dumps({"query": query}).encode()
        given = {"content-type": "application/json", "content-length": len(body), **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        head = f"POST /graphql HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n{lines}\r\n"
        client._writer.write(head.encode() + body)
        await client._writer.drain()
        return client

    @staticmethod
    async def ask_in_pieces(gateway: Deployed, query: str) -> Client:
        """The same with a body in two chunks, which the gateway reads on another way."""
        parts = urlsplit(gateway.url)
        client = Client(*await asyncio.open_connection(parts.hostname, parts.port))
        body = json.dumps({"query": query}).encode()
        client._writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n1\r\n%b\r\n" % body[:1]
        )
        await client._writer.drain()
        await asyncio.sleep(0.01)
        client._writer.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body) - 1, body[1:]))
        await client._writer.drain()
        return client

    async def answer(self) -> Any:
        """The body of the answer."""
        async with asyncio.timeout(20):
            return json.loads((await self._reader.read()).partition(b"\r\n\r\n")[2])

    async def read(self, until: bytes) -> bytes:
        """What has come once this has come."""
        async with asyncio.timeout(20):
            return await self._reader.readuntil(until)

    def leave(self) -> None:
        """Close the connection."""
        self._writer.close()


async def asked(subgraph: SlowSubgraph, times: int) -> None:
    """Wait until the subgraph has been asked so many times."""

    async def often_enough() -> bool:
        return len(subgraph.asked) >= times

    await eventually(often_enough)


async def hung_up(subgraph: SlowSubgraph, times: int = 1) -> None:
    """Wait until the gateway has given up so many requests."""

    async def often_enough() -> bool:
        return subgraph.hung_up >= times

    await eventually(often_enough)


async def lines(capsys: pytest.CaptureFixture[str], count: int) -> list[dict[str, Any]]:
    """So many lines of the request log, waited for."""
    found: list[dict[str, Any]] = []

    async def all_there() -> bool:
        found.extend(json.loads(line) for line in capsys.readouterr().out.splitlines())
        return len(found) >= count

    await eventually(all_there)
    return found


@pytest.mark.parametrize("ask", [Client.ask, Client.ask_in_pieces])
async def test_the_fetches_of_a_query_end(capsys: pytest.CaptureFixture[str], ask: Any) -> None:
    async with scene() as (gateway, subgraph):
        client = await ask(gateway, QUERY)
        await asked(subgraph, 1)
        client.leave()
        await hung_up(subgraph)
        (line,) = await lines(capsys, 1)
        assert (line["kind"], line["status"]) == ("query", 499)
        subgraph.answer.set()
        another = await Client.ask(gateway, QUERY)
        assert "data" in await another.answer()


async def test_a_mutation_that_was_sent_is_seen_to_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with scene() as (gateway, subgraph):
        client = await Client.ask(gateway, MUTATION)
        await asked(subgraph, 1)
        client.leave()
        query = await Client.ask(gateway, QUERY)  # the gateway has seen the other one leave
        await asked(subgraph, 2)
        subgraph.answer.set()
        assert "data" in await query.answer()
        found = {line["kind"]: line for line in await lines(capsys, 2)}
        assert subgraph.hung_up == 0
    assert (found["mutation"]["status"], found["mutation"]["fetches"]) == (200, 1)


async def test_a_shared_query_goes_on_for_the_others() -> None:
    async with scene() as (gateway, subgraph):
        first = await Client.ask(gateway, QUERY)
        await asked(subgraph, 1)
        second = await Client.ask(gateway, QUERY)
        await sharing(gateway, 1)
        first.leave()
        other = await Client.ask(gateway, "{ me { id } }")  # the gateway has seen the first leave
        await asked(subgraph, 2)
        subgraph.answer.set()
        assert "data" in await second.answer()
        await other.answer()
    assert (len(subgraph.asked), subgraph.hung_up) == (2, 0)


async def test_a_shared_query_ends_when_the_last_one_leaves() -> None:
    async with scene() as (gateway, subgraph):
        clients = [await Client.ask(gateway, QUERY)]
        await asked(subgraph, 1)
        clients += [await Client.ask(gateway, QUERY) for _ in range(2)]
        await sharing(gateway, 2)
        for client in clients:
            client.leave()
        await hung_up(subgraph)
    assert len(subgraph.asked) == 1


async def test_who_leaves_the_queue_is_never_served() -> None:
    shaping = {"router": {"concurrency_limit": 1}}
    async with scene(traffic_shaping=shaping) as (gateway, subgraph):
        first = await Client.ask(gateway, QUERY)
        await asked(subgraph, 1)
        waiting = gateway.gateway.current.concurrency
        second = await Client.ask(gateway, "{ me { id } }")
        await eventually_waiting(waiting, 1)
        second.leave()
        await eventually_waiting(waiting, 0)
        subgraph.answer.set()
        assert "data" in await first.answer()
    assert len(subgraph.asked) == 1


async def test_a_deferred_part_of_a_query_ends() -> None:
    async with scene() as (gateway, subgraph):
        accept = {"accept": "multipart/mixed; deferSpec=20220824, application/json"}
        query = "{ __typename ... @defer { me { name } } }"
        client = await Client.ask(gateway, query, accept)
        await client.read(b'"hasNext":true')
        await asked(subgraph, 1)
        client.leave()
        await hung_up(subgraph)


async def test_a_query_on_a_websocket_ends_when_the_client_wants_it_no_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with scene() as (gateway, subgraph), connected(gateway) as client:
        await client.subscribe("q", QUERY)
        await asked(subgraph, 1)
        await client.say({"id": "q", "type": "complete"})
        await hung_up(subgraph)
        (line,) = await lines(capsys, 1)
        assert (line["kind"], line["status"]) == ("query", 499)
        await client.subscribe("q", QUERY)
        await asked(subgraph, 2)
    await hung_up(subgraph, 2)


async def test_a_mutation_on_a_websocket_is_seen_to_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with scene() as (gateway, subgraph):
        async with connected(gateway) as client:
            await client.subscribe("a", MUTATION)
            await asked(subgraph, 1)
            await client.say({"id": "a", "type": "complete"})
            await client.subscribe("b", MUTATION)
            await asked(subgraph, 2)
        subgraph.answer.set()
        found = await lines(capsys, 2)
    assert subgraph.hung_up == 0
    assert [(line["status"], line["fetches"]) for line in found] == [(200, 1)] * 2


async def sharing(gateway: Deployed, waiting: int) -> None:
    """Wait until so many requests wait for one that is under way."""

    async def so_many() -> bool:
        page = await gateway.client.get(gateway.url.replace("/graphql", "/metrics"))
        return f'event="shared",subgraph="users"}} {waiting}.0' in page.text

    await eventually(so_many)


async def eventually_waiting(limiter: Any, count: int) -> None:
    async def so_many() -> bool:
        return bool(limiter.waiting == count)

    await eventually(so_many)
