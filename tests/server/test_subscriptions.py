"""Subscriptions to clients over server-sent events and multipart, and how they end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from gateway.settings import Settings
from tests.server.clock import FOREVER, Clock, ShortLived, every
from tests.server.gateway_kit import (
    Deployed,
    deployed,
    eventually,
    listening,
    supergraph_of,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


SSE = {"accept": "text/event-stream"}
MULTIPART = {"accept": 'multipart/mixed;subscriptionSpec="1.0", application/json'}


def events(text: str) -> list[Any]:
    """The data of the `next` events of a finished stream."""
    blocks = text.split("\n\n")
    assert blocks[-2:] == ["event: complete\ndata:", ""]
    return [
        json.loads(block.removeprefix("event: next\ndata: "))
        for block in blocks[:-2]
        if not block.startswith(":")
    ]


async def test_over_server_sent_events(clock: Clock) -> None:
    async with deployed(subgraphs=every(clock)) as gateway:
        response = await gateway.post("subscription { count(to: 3) }", headers=SSE)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert events(response.text) == [{"data": {"count": number}} for number in range(3)]


async def test_each_event_is_completed_from_other_subgraphs(clock: Clock) -> None:
    query = "subscription { visits { id name reviews { body } } }"
    async with deployed(subgraphs=every(clock)) as gateway:
        response = await gateway.post(query, headers=SSE)
    names = [event["data"]["visits"]["name"] for event in events(response.text)]
    assert names == ["Ada", "Grace"]


async def test_over_multipart(clock: Clock) -> None:
    async with deployed(subgraphs=every(clock)) as gateway:
        response = await gateway.post("subscription { count(to: 2) }", headers=MULTIPART)
    assert response.headers["content-type"] == (
        'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0'
    )
    assert response.text.endswith("\r\n--graphql--\r\n")
    parts = response.text.removesuffix("\r\n--graphql--\r\n").split("\r\n--graphql\r\n")[1:]
    bodies = [json.loads(part.partition("\r\n\r\n")[2]) for part in parts]
    assert bodies == [{"payload": {"data": {"count": number}}} for number in range(2)]


async def test_a_client_that_takes_no_stream_is_told(clock: Clock) -> None:
    async with deployed(subgraphs=every(clock)) as gateway:
        response = await gateway.post(FOREVER, headers={"accept": "application/json"})
    assert response.status_code == 406


async def test_they_can_be_turned_off(clock: Clock) -> None:
    async with deployed({"subscription": {"enabled": False}}, every(clock)) as gateway:
        response = await gateway.post(FOREVER, headers=SSE)
    assert "SUBSCRIPTION_NOT_SUPPORTED" in response.text


async def test_a_source_that_breaks_ends_the_stream_with_a_masked_error(clock: Clock) -> None:
    async with deployed(subgraphs=every(clock)) as gateway:
        response = await gateway.post("subscription { breaks }", headers=SSE)
    first, last = events(response.text)
    assert first == {"data": {"breaks": 1}}
    assert last["errors"][0]["extensions"]["code"] in (
        "SUBREQUEST_HTTP_ERROR",
        "INTERNAL_SERVER_ERROR",
        "DOWNSTREAM_SERVICE_ERROR",
    )
    assert "secret" not in response.text


class Stream:
    """An open stream of server-sent events."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> Any:
        """The data of the next event; None for `complete`."""
        async with asyncio.timeout(20):
            async for line in self._lines:
                if line == "event: complete":
                    return None
                if line.startswith("data: "):
                    return json.loads(line.removeprefix("data: "))
        raise AssertionError("the stream ended without `complete`")

    async def heartbeat(self) -> None:
        async with asyncio.timeout(20):
            async for line in self._lines:
                if line == ":":
                    return


def subscribe(gateway: Deployed, query: str = FOREVER, **headers: str) -> Any:
    return gateway.client.stream(
        "POST", gateway.url, json={"query": query}, headers={**SSE, **headers}
    )


async def test_a_client_that_goes_away_ends_the_subgraphs_subscription(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway:
        async with subscribe(gateway) as response:
            await Stream(response).next()
            assert clock.opened == 1
        await eventually(clock.closed)


async def test_heartbeats_while_nothing_happens(clock: Clock) -> None:
    settings = {"subscription": {"heartbeat_interval": "50ms"}}
    async with (
        listening(settings, every(clock)) as gateway,
        subscribe(gateway) as response,
    ):
        stream = Stream(response)
        for number in range(101):
            assert await stream.next() == {"data": {"count": number}}
        await stream.heartbeat()
        await stream.heartbeat()


async def test_limits_of_all_and_of_each_client(clock: Clock) -> None:
    settings = {"subscription": {"max_opened_by_client": 1}}
    async with listening(settings, every(clock)) as gateway:
        async with subscribe(gateway) as response:
            await Stream(response).next()
            refused = await gateway.post(FOREVER, headers=SSE)
        await eventually(clock.closed)
        async with subscribe(gateway) as response:
            again = await Stream(response).next()
    assert refused.status_code == 503
    assert "SUBSCRIPTION_LIMIT_EXCEEDED" in refused.text
    assert refused.headers["retry-after"] == "10"
    assert again == {"data": {"count": 0}}


async def last_event(stream: Stream) -> Any:
    while "data" in (event := await stream.next()):
        pass
    assert await stream.next() is None
    return event


async def test_a_reload_ends_streams_with_a_reason(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway, subscribe(gateway) as response:
        stream = Stream(response)
        await stream.next()
        sdl = supergraph_of(every(clock))
        old = gateway.gateway.current
        await gateway.gateway.switch(
            await gateway.deploy(Settings.model_validate({"limits": {"max_depth": 3}}), sdl)
        )
        event = await last_event(stream)
        async with asyncio.timeout(10):
            await old.retire()
    assert event["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_SCHEMA_RELOAD"
    assert clock.opened == 0


async def test_a_drain_ends_streams_with_a_reason(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway, subscribe(gateway) as response:
        stream = Stream(response)
        await stream.next()
        gateway.gateway.drain()
        event = await last_event(stream)
    assert event["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"


async def test_a_stream_ends_with_the_callers_token(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway:
        gateway.gateway.current.endpoint._identifier = ShortLived()
        async with subscribe(gateway) as response:
            event = await last_event(Stream(response))
    assert event["errors"][0]["message"] == "The token has expired."
