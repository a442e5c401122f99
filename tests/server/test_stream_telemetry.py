"""Operations that are not one HTTP exchange are in metrics, log, usage and traces all the same."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.server.clock import FOREVER, Clock, every
from tests.server.collector import collector
from tests.server.gateway_kit import Deployed, deployed, eventually, listening
from tests.server.test_websocket import Client, connected

ON = {"mode": "production", "telemetry": {"metrics": {"prometheus": {"enabled": True}}}}
PORTAL = {"apollographql-client-name": "portal"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines of the request log since the last call."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def metrics(gateway: Deployed) -> str:
    return (await gateway.client.get(gateway.url.replace("/graphql", "/metrics"))).text


async def finished(client: Client) -> dict[str, Any]:
    """The last message of an operation."""
    while True:
        message: dict[str, Any] = await client.hear()
        if message["type"] in ("complete", "error"):
            return message


async def test_each_operation_on_a_websocket_is_logged(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    async with listening(ON, every(clock)) as gateway, connected(gateway, PORTAL) as client:
        await client.subscribe("q", "query Q { me { name reviews { id } } }")
        await finished(client)
        await client.subscribe("m", 'mutation M { rename(id: "1", name: "x") { name } }')
        await finished(client)
        await client.subscribe("s", "subscription S { visits { name } }")
        await finished(client)
        await client.subscribe("bad", "{ nobody }")
        await finished(client)
        text = await metrics(gateway)
    query, mutation, subscription, bad = logged(capsys)
    assert [query["operation"], query["kind"], query["fetches"]] == ["Q", "query", 2]
    assert [mutation["operation"], mutation["kind"]] == ["M", "mutation"]
    assert [subscription["kind"], subscription["events"]] == ["subscription", 2]
    assert subscription["fetches"] == 2  # the name of each visitor
    assert (bad["status"], bad["errors"]) == (400, ["GRAPHQL_VALIDATION_FAILED"])
    for line in (query, mutation, subscription, bad):
        assert (line["protocol"], line["client"]) == ("websocket", "portal")
    assert query["bytes"] > 20
    assert len({line["correlation_id"] for line in (query, mutation, subscription)}) == 3
    for kind in ("query", "mutation", "subscription"):
        assert f'c2c_gateway_requests_total{{kind="{kind}",status="200"}} 1.0' in text
    assert "c2c_gateway_subscription_events_total 2.0" in text
    assert 'subgraph_requests_total{outcome="ok",subgraph="users"} 4.0' in text


async def test_the_correlation_id_of_a_handshake_is_that_of_its_operations(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {"x-correlation-id": "portal-session-7"}
    async with listening(ON, every(clock)) as gateway, connected(gateway, headers) as client:
        await client.subscribe("q", "{ me { name } }")
        await finished(client)
        sent = dict(gateway.subgraphs["users"].calls[-1].headers)
    assert sent["x-correlation-id"] == "portal-session-7"
    assert [line["correlation_id"] for line in logged(capsys)] == ["portal-session-7"]


async def test_open_subscriptions_are_counted(clock: Clock) -> None:
    async with listening(ON, every(clock)) as gateway:
        async with connected(gateway) as client:
            await client.subscribe("s", FOREVER)
            await client.hear()
            assert "c2c_gateway_subscriptions_open 1.0" in await metrics(gateway)

        async def none_left() -> bool:
            return "c2c_gateway_subscriptions_open 0.0" in await metrics(gateway)

        await eventually(none_left)


@pytest.mark.parametrize(
    ("accept", "protocol"),
    [
        ("text/event-stream", "sse"),
        ('multipart/mixed;subscriptionSpec="1.0", application/json', "multipart"),
    ],
)
async def test_subscriptions_over_http(
    clock: Clock, capsys: pytest.CaptureFixture[str], accept: str, protocol: str
) -> None:
    async with deployed(ON, every(clock)) as gateway:
        headers = {"accept": accept, **PORTAL}
        response = await gateway.post("subscription S { visits { name } }", headers=headers)
        await gateway.post("subscription { breaks }", headers=headers)
    good, broken = logged(capsys)
    assert (good["protocol"], good["events"], good["fetches"]) == (protocol, 2, 2)
    assert (good["client"], good["bytes"], good["errors"]) == ("portal", len(response.content), [])
    assert broken["errors"] != []


async def test_deferred_parts(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(_source: Any, _info: Any) -> Any:
        raise RuntimeError("no reviews today")

    query = "query D { me { name ... @defer { reviews { id } } } }"
    async with deployed(ON) as gateway:
        headers = {"accept": "multipart/mixed;deferSpec=20220824, application/json"}
        await gateway.post(query, headers=headers)
        gateway.subgraphs["reviews"]._attach("User", "reviews", fails)
        await gateway.post(query, headers=headers)
    good, bad = logged(capsys)
    assert (good["protocol"], good["fetches"], good["errors"]) == ("multipart", 2, [])
    assert (bad["fetches"], len(bad["errors"])) == (2, 1)


async def test_usage_of_a_websocket_names_the_client(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "usage.jsonl"
    settings = {"telemetry": {"usage": {"path": str(path)}}}
    async with listening(settings, every(clock)) as gateway:
        async with connected(gateway, greeted=False) as client:
            await client.greet(PORTAL)
            await client.subscribe("s", "subscription S { count(to: 1) }")
            await finished(client)
        recorder = gateway.surroundings.telemetry.usage
        assert recorder is not None
        recorder.flush()
    (line,) = [json.loads(text) for text in path.read_text().splitlines()]
    assert (line["operation"], line["client"], line["count"]) == ("S", "portal", 1)
    assert "Subscription.count" in line["coordinates"]


async def test_the_fetches_of_events_are_spans_below_the_subscription(clock: Clock) -> None:
    with collector() as received:
        settings = {"telemetry": {"tracing": {"exporters": [{"endpoint": received.url}]}}}
        async with listening(settings, every(clock)) as gateway:
            async with connected(gateway) as client:
                await client.subscribe("s", "subscription S { visits { name } }")
                await finished(client)
            telemetry = gateway.surroundings.telemetry
        await asyncio.to_thread(telemetry.close)
    spans = received.spans()
    (whole,) = [span for span in spans if span.name == "subscription S"]
    fetches = [span for span in spans if span.name == "fetch users"]
    assert [span.parent_span_id for span in fetches] == [whole.span_id] * 2
    assert {"identify", "document", "plan"} <= {span.name for span in spans}
