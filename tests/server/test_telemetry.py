"""What the gateway tells of itself, over HTTP."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.server.collector import collector
from tests.server.gateway_kit import deployed

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_metrics_are_scraped_from_the_configured_path() -> None:
    settings = {"telemetry": {"metrics": {"prometheus": {"enabled": True, "path": "/m"}}}}
    async with deployed(settings) as gateway:
        await gateway.post("{ me { name reviews { body } } }")
        await gateway.post("{ nobody }")
        text = (await gateway.client.get("http://gateway/m")).text
    assert 'c2c_gateway_requests_total{kind="query",status="200"} 1.0' in text
    assert 'c2c_gateway_subgraph_requests_total{outcome="ok",subgraph="reviews"} 1.0' in text
    assert 'c2c_gateway_graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 1.0' in text
    for stage in ("document", "authorise", "plan", "execute"):
        assert f'c2c_gateway_stage_seconds_count{{stage="{stage}"}} 1.0' in text


async def test_metrics_are_off_unless_asked_for() -> None:
    async with deployed() as gateway:
        assert (await gateway.client.get("http://gateway/metrics")).status_code == 404


async def test_one_line_for_each_request_in_production(capsys: pytest.CaptureFixture[str]) -> None:
    async with deployed({"mode": "production"}) as gateway:
        headers = {
            "x-correlation-id": "portal-request-7",
            "apollographql-client-name": "portal",
            "authorization": "Bearer secret-token",
        }
        response = await gateway.post(
            "query Mine($t: String) { me { name } echo(text: $t) }",
            variables={"t": "private text"},
            headers=headers,
        )
        sent = dict(gateway.subgraphs["users"].calls[-1].headers)
    out = capsys.readouterr().out
    (line,) = [json.loads(text) for text in out.splitlines()]
    assert line["event"] == "request"
    assert line["correlation_id"] == "portal-request-7" == sent["x-correlation-id"]
    assert response.headers["x-correlation-id"] == "portal-request-7"
    assert (line["operation"], line["kind"], line["client"]) == ("Mine", "query", "portal")
    assert (line["status"], line["fetches"], line["errors"]) == (200, 1, [])
    assert line["bytes"] == len(response.content)
    assert "secret" not in out
    assert "private text" not in out


async def test_a_refused_request_is_logged_with_its_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with deployed({"mode": "production"}) as gateway:
        await gateway.post("{ nobody }")
        await gateway.post("{ fails }")
    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert lines[0]["errors"] == ["GRAPHQL_VALIDATION_FAILED"]
    assert len(lines[1]["errors"]) == 1


async def test_the_trace_goes_on_at_every_subgraph() -> None:
    settings = {"telemetry": {"metrics": {"prometheus": {"enabled": True}}}}
    async with deployed(settings) as gateway:
        headers = {"traceparent": PARENT, "tracestate": "vendor=1"}
        await gateway.post("{ me { reviews { body } } }", headers=headers)
        sent = [dict(each.calls[-1].headers) for each in gateway.subgraphs.values()]
    parents = {each["traceparent"] for each in sent}
    assert len(parents) == 2
    for each in sent:
        assert each["traceparent"].startswith(PARENT[:36])
        assert each["traceparent"] != PARENT
        assert each["tracestate"] == "vendor=1"


async def test_usage_counts_what_clients_ask_for(tmp_path: Path) -> None:
    path = tmp_path / "usage.jsonl"
    async with deployed({"telemetry": {"usage": {"path": str(path)}}}) as gateway:
        for _ in range(2):
            await gateway.post(
                "query Q { user(id: 1) { name } }", headers={"apollographql-client-name": "portal"}
            )
        await gateway.post("{ nobody }")
        recorder = gateway.surroundings.telemetry.usage
        assert recorder is not None
        recorder.flush()
    (line,) = [json.loads(text) for text in path.read_text().splitlines()]
    assert (line["operation"], line["client"], line["count"]) == ("Q", "portal", 2)
    assert {"Query.user", "Query.user(id:)", "User.name"} <= set(line["coordinates"])


async def test_caches_tell_their_hits_and_misses() -> None:
    settings = {
        "telemetry": {"metrics": {"prometheus": {"enabled": True}}},
        "response_cache": {"enabled": True, "all": {"ttl": "60s"}},
    }
    async with deployed(settings) as gateway:
        for _ in range(3):
            await gateway.post("{ me { name } }")
        text = (await gateway.client.get("http://gateway/metrics")).text
    for cache in ("document", "plan", "response:users"):
        assert f'c2c_gateway_cache_requests_total{{cache="{cache}",result="hit"}} 2.0' in text
        assert f'c2c_gateway_cache_requests_total{{cache="{cache}",result="miss"}} 1.0' in text
    assert "c2c_gateway_requests_in_flight 0.0" in text


async def test_spans_reach_a_collector() -> None:
    with collector() as received:
        settings = {"telemetry": {"tracing": {"exporters": [{"endpoint": received.url}]}}}
        async with deployed(settings) as gateway:
            await gateway.post("query Mine { me { name } }", headers={"traceparent": PARENT})
            telemetry = gateway.surroundings.telemetry
        await asyncio.to_thread(telemetry.close)
    spans = received.spans()
    names = {span.name for span in spans}
    assert {"query Mine", "fetch users", "document", "plan", "execute"} <= names
    assert {span.trace_id.hex() for span in spans} == {PARENT[3:35]}
