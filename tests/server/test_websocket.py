"""`graphql-transport-ws` over real connections, message by message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from auth.caller import Caller
from auth.issuer import DevelopmentIssuer
from gateway.settings import Settings
from tests.server.clock import FOREVER, Clock, ShortLived, every
from tests.server.gateway_kit import eventually, listening, supergraph_of

PROTOCOL = [Subprotocol("graphql-transport-ws")]


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Client:
    """A client that says exactly what the test tells it to."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, message: Any) -> None:
        await self.connection.send(message if isinstance(message, str) else json.dumps(message))

    async def hear(self) -> Any:
        async with asyncio.timeout(20):
            return json.loads(await self.connection.recv())

    async def closed(self) -> tuple[int, str]:
        """The code and reason of the close, which must come next but for messages under way."""
        try:
            async with asyncio.timeout(20):
                while True:
                    await self.connection.recv()
        except ConnectionClosed as error:
            assert error.rcvd is not None
            return error.rcvd.code, error.rcvd.reason

    async def greet(self, payload: Any = None) -> None:
        await self.say({"type": "connection_init", "payload": payload})
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, identifier: str, query: str, **more: Any) -> None:
        payload = {"query": query, **more}
        await self.say({"id": identifier, "type": "subscribe", "payload": payload})


class Served(Protocol):
    """A gateway with an address."""

    url: str


@asynccontextmanager
async def connected(
    gateway: Served, headers: Mapping[str, str] | None = None, greeted: bool = True
) -> AsyncIterator[Client]:
    url = gateway.url.replace("http:", "ws:")
    async with connect(url, subprotocols=PROTOCOL, additional_headers=headers) as connection:
        client = Client(connection)
        if greeted:
            await client.greet()
        yield client


def of(identifier: str, kind: str, payload: Any = None) -> dict[str, Any]:
    message = {"id": identifier, "type": kind}
    return message if payload is None else {**message, "payload": payload}


async def test_queries_mutations_and_subscriptions_share_a_connection(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway, connected(gateway) as client:
        await client.subscribe(
            "q", "query($id: ID!) { user(id: $id) { name } }", variables={"id": 2}
        )
        assert await client.hear() == of("q", "next", {"data": {"user": {"name": "Grace"}}})
        assert await client.hear() == of("q", "complete")
        await client.subscribe("m", 'mutation { rename(id: "1", name: "x") { name } }')
        assert await client.hear() == of("m", "next", {"data": {"rename": {"name": "x"}}})
        assert await client.hear() == of("m", "complete")
        await client.subscribe("s", "subscription { count(to: 2) }")
        heard = [await client.hear() for _ in range(3)]
    assert heard == [
        of("s", "next", {"data": {"count": 0}}),
        of("s", "next", {"data": {"count": 1}}),
        of("s", "complete"),
    ]


async def test_request_errors_are_error_messages_and_the_connection_stays(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway, connected(gateway) as client:
        for query, code in (("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("{", "GRAPHQL_PARSE")):
            await client.subscribe("a", query)
            message = await client.hear()
            assert (message["id"], message["type"]) == ("a", "error")
            assert message["payload"][0]["extensions"]["code"].startswith(code)
        await client.say({"type": "ping"})
        assert await client.hear() == {"type": "pong"}


async def test_complete_ends_the_subgraphs_subscription(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway, connected(gateway) as client:
        await client.subscribe("s", FOREVER)
        await client.hear()
        assert clock.opened == 1
        await client.say({"id": "s", "type": "complete"})
        await eventually(clock.closed)


async def test_a_client_that_goes_away_ends_all_its_subscriptions(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway:
        async with connected(gateway) as client:
            await client.subscribe("a", FOREVER)
            await client.subscribe("b", FOREVER)
            await client.hear()
        await eventually(clock.closed)


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["not json"], 4400),
        (["[]"], 4400),
        ([{"type": "unknown"}], 4400),
        ([{"id": "a", "type": "subscribe", "payload": {"query": "{ a }"}}], 4401),
        ([{"type": "connection_init"}, {"type": "connection_init"}], 4429),
        ([{"type": "connection_init"}, {"id": "", "type": "subscribe", "payload": {}}], 4400),
        ([{"type": "connection_init"}, {"id": "a", "type": "subscribe"}], 4400),
        (
            [
                {"type": "connection_init"},
                {"id": "a", "type": "subscribe", "payload": {"query": FOREVER}},
                {"id": "a", "type": "subscribe", "payload": {"query": FOREVER}},
            ],
            4409,
        ),
    ],
)
async def test_breaches_of_the_protocol_close_the_connection(
    clock: Clock, messages: list[Any], code: int
) -> None:
    async with (
        listening(subgraphs=every(clock)) as gateway,
        connected(gateway, greeted=False) as client,
    ):
        for message in messages:
            await client.say(message)
        assert (await client.closed())[0] == code
        await eventually(clock.closed)


async def test_a_client_that_does_not_introduce_itself_is_closed(clock: Clock) -> None:
    settings = {"subscription": {"connection_init_timeout": "100ms"}}
    async with (
        listening(settings, every(clock)) as gateway,
        connected(gateway, greeted=False) as client,
    ):
        assert (await client.closed())[0] == 4408


async def test_another_subprotocol_is_not_acceptable(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway:
        url = gateway.url.replace("http:", "ws:")
        async with connect(url, subprotocols=[Subprotocol("graphql-ws")]) as connection:
            assert (await Client(connection).closed())[0] == 4406


@pytest.mark.parametrize(
    ("cors", "origin", "allowed"),
    [
        ({}, None, True),
        ({}, "https://evil.example", False),
        ({}, "http://{host}", True),
        ({"policies": [{"origins": ["https://app.example"]}]}, "https://app.example", True),
        ({"policies": [{"origins": ["https://app.example"]}]}, "https://evil.example", False),
    ],
)
async def test_foreign_pages_are_refused(
    clock: Clock, cors: dict[str, Any], origin: str | None, allowed: bool
) -> None:
    async with listening({"cors": cors}, every(clock)) as gateway:
        host = gateway.url.removeprefix("http://").partition("/")[0]
        headers = {} if origin is None else {"origin": origin.format(host=host)}
        if allowed:
            async with connected(gateway, headers):
                pass
        else:
            with pytest.raises(InvalidStatus) as refused:
                async with connected(gateway, headers):
                    pass
            assert refused.value.response.status_code == 403


async def test_too_many_operations_close_the_connection(clock: Clock) -> None:
    settings = {"subscription": {"max_opened_by_client": 2}}
    async with listening(settings, every(clock)) as gateway, connected(gateway) as client:
        for identifier in "abc":
            await client.subscribe(identifier, FOREVER)
        assert (await client.closed())[0] == 4429


def authentication(issuer: DevelopmentIssuer) -> dict[str, Any]:
    return {
        "authentication": {"jwt": {"jwks": [{"url": issuer.jwks_file.as_uri()}]}},
        "authorization": {"require_authentication": True},
    }


async def test_the_token_comes_with_the_introduction(clock: Clock, tmp_path: Path) -> None:
    issuer = DevelopmentIssuer.open(tmp_path)
    token = issuer.mint(Caller(subject="ada"))
    async with listening(authentication(issuer), every(clock)) as gateway:
        for payload in (
            {"Authorization": f"Bearer {token}"},
            {"headers": {"authorization": f"Bearer {token}"}},
        ):
            async with connected(gateway, greeted=False) as client:
                await client.greet(payload)
                await client.subscribe("a", "{ me { name } }")
                assert (await client.hear())["payload"]["data"]["me"]["name"] == "Ada"
        for bad in (None, {"authorization": "Bearer x.y.z"}):
            async with connected(gateway, greeted=False) as client:
                await client.say({"type": "connection_init", "payload": bad})
                assert (await client.closed())[0] == 4403


async def test_an_expired_token_ends_streams_and_starts_nothing(clock: Clock) -> None:
    identifier = ShortLived()
    async with listening(subgraphs=every(clock)) as gateway:
        gateway.gateway.current.identifier = identifier
        async with connected(gateway) as client:
            await client.subscribe("s", FOREVER)
            while "data" in (message := await client.hear()).get("payload", {}):
                pass
            assert message["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert await client.hear() == of("s", "complete")
            identifier.ended = True
            await client.subscribe("q", "{ me { name } }")
            refused = await client.hear()
    assert refused["type"] == "error"
    assert refused["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_connection_outlives_a_reload(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway, connected(gateway) as client:
        await client.subscribe("s", FOREVER)
        await client.hear()
        old = gateway.gateway.current
        changed = Settings.model_validate({"limits": {"max_depth": 3}})
        following = await gateway.deploy(changed, supergraph_of(every(clock)))
        await gateway.gateway.switch(following)
        while "data" in (message := await client.hear()).get("payload", {}):
            pass
        code = message["payload"]["errors"][0]["extensions"]["code"]
        assert await client.hear() == of("s", "complete")
        async with asyncio.timeout(10):
            await old.retire()
        await client.subscribe("q", "{ me { name } }")
        assert (await client.hear())["payload"] == {"data": {"me": {"name": "Ada"}}}
    assert code == "SUBSCRIPTION_SCHEMA_RELOAD"


async def test_a_drain_ends_streams_and_closes_with_a_reason(clock: Clock) -> None:
    async with listening(subgraphs=every(clock)) as gateway, connected(gateway) as client:
        await client.subscribe("s", FOREVER)
        await client.hear()
        gateway.gateway.drain()
        assert await client.closed() == (1001, "The gateway is shutting down")
        await eventually(clock.closed)
