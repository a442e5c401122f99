"""`extensions.lineage`: where each fact of an answer came from, by the client's own paths."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from gateway.transport.port import SubgraphRequest, SubgraphResponse
from tests.server.clock import Clock
from tests.server.gateway_kit import Deployed, deployed, reviews, users
from tests.server.test_incremental_delivery import parts

ASK = {"x-c2c-lineage": "1"}


def fact(system: str, external: str, *paths: list[str | int]) -> dict[str, Any]:
    return {
        "type": "User",
        "system": system,
        "externalId": external,
        "version": "v1",
        "modifiedAt": "2026-01-01T00:00:00+00:00",
        "fetchedAt": "2026-01-02T00:00:00+00:00",
        "paths": [list(path) for path in paths],
    }


def reporting(name: str) -> Any:
    """A subgraph that reports where each user of its answer came from."""
    subgraph = users() if name == "users" else reviews()
    plain = subgraph.answer

    async def answer(request: SubgraphRequest) -> SubgraphResponse:
        response = await plain(request)
        if ("x-c2c-lineage", "1") not in request.headers:
            return response
        body = json.loads(response.body)
        body["extensions"] = {"lineage": list(_facts(name, body["data"]))}
        return SubgraphResponse(200, json.dumps(body).encode(), response.headers)

    subgraph.answer = answer  # type: ignore[method-assign]
    return subgraph


def _facts(name: str, data: Any) -> Any:
    if "_entities" in data:
        for index, item in enumerate(data["_entities"]):
            if item is not None:
                yield fact("PSA", f"{name}-{index}", ["_entities", index])
    for key in ("me", "users"):
        value = data.get(key)
        if isinstance(value, dict):
            yield fact("CRM", "1", [key])
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield fact("CRM", item["id"], [key, index])


def places(answer: dict[str, Any]) -> list[tuple[list[Any], str, str, str]]:
    return [
        (entry["path"], entry["system"], entry["externalId"], entry["state"])
        for entry in answer["extensions"]["lineage"]
    ]


async def gateway_answer(gateway: Deployed, query: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await gateway.post(query, **more)).json()
    assert "errors" not in answer
    return answer


async def test_places_are_the_clients_aliases_and_all() -> None:
    async with deployed(subgraphs=[reporting("users"), reporting("reviews")]) as gateway:
        answer = await gateway_answer(
            gateway, "{ everybody: users { name r: reviews { body } } me { id } }", headers=ASK
        )
    assert places(answer) == [
        (["everybody", 0], "CRM", "1", "live"),
        (["everybody", 0], "PSA", "reviews-0", "live"),
        (["everybody", 1], "CRM", "2", "live"),
        (["everybody", 1], "PSA", "reviews-1", "live"),
        (["me"], "CRM", "1", "live"),
    ]
    assert answer["extensions"]["lineage"][0]["subgraph"] == "users"
    assert answer["extensions"]["lineage"][0]["version"] == "v1"


async def test_nobody_reports_unless_asked() -> None:
    async with deployed(subgraphs=[reporting("users"), reporting("reviews")]) as gateway:
        answer = await gateway_answer(gateway, "{ me { reviews { body } } }")
        assert "extensions" not in answer
        for subgraph in gateway.subgraphs.values():
            assert all("x-c2c-lineage" not in dict(call.headers) for call in subgraph.calls)


async def test_the_request_extension_asks_as_well() -> None:
    async with deployed(subgraphs=[reporting("users"), reporting("reviews")]) as gateway:
        answer = await gateway_answer(gateway, "{ me { id } }", extensions={"lineage": True})
    assert places(answer) == [(["me"], "CRM", "1", "live")]


async def test_kept_answers_say_so() -> None:
    settings = {"response_cache": {"enabled": True, "all": {"ttl": "60s", "stale_if_error": "1h"}}}
    query = "{ users { reviews { body } } }"
    async with deployed(settings, [reporting("users"), reporting("reviews")]) as gateway:
        first = await gateway_answer(gateway, query, headers=ASK)
        again = await gateway_answer(gateway, query, headers=ASK)
        calls = [len(each.calls) for each in gateway.subgraphs.values()]
    assert {state for *_, state in places(first)} == {"live"}
    assert {state for *_, state in places(again)} == {"cached"}
    assert [place[:3] for place in places(first)] == [place[:3] for place in places(again)]
    assert calls == [1, 1]


async def test_a_partly_kept_answer_keeps_every_place() -> None:
    settings = {"response_cache": {"enabled": True, "all": {"ttl": "60s"}}}
    async with deployed(settings, [reporting("users"), reporting("reviews")]) as gateway:
        await gateway_answer(gateway, "{ me { reviews { body } } }", headers=ASK)
        answer = await gateway_answer(gateway, "{ users { reviews { body } } }", headers=ASK)
    found = {(tuple(path), system): state for path, system, _, state in places(answer)}
    assert found[("users", 0), "PSA"] == "cached"
    assert found[("users", 1), "PSA"] == "live"


async def test_stale_copies_are_marked_with_their_age() -> None:
    settings = {"response_cache": {"enabled": True, "all": {"ttl": "1ms", "stale_if_error": "1h"}}}
    async with deployed(settings, [reporting("users"), reporting("reviews")]) as gateway:
        query = "{ me { reviews { body } } }"
        await gateway_answer(gateway, query, headers=ASK)
        await asyncio.sleep(0.01)

        async def down(_request: SubgraphRequest) -> SubgraphResponse:
            return SubgraphResponse(503, b"")

        gateway.subgraphs["reviews"].answer = down  # type: ignore[method-assign]
        answer = await gateway_answer(gateway, query, headers=ASK)
    (entry,) = [e for e in answer["extensions"]["lineage"] if e["system"] == "PSA"]
    assert entry["state"] == "stale"
    assert entry["age"] >= 0


@pytest.mark.parametrize(
    "reported",
    [
        None,
        "x",
        [None, 1, "x", {}, {"paths": 1}, {"paths": [1, ["me", {}]]}],
        [{"paths": [["me", "nothing"], ["nobody"], ["_entities", 7], [], ["me", 0]]}],
    ],
)
async def test_a_malformed_report_harms_nobody(reported: Any) -> None:
    subgraph = users()
    plain = subgraph.answer

    async def answer(request: SubgraphRequest) -> SubgraphResponse:
        response = await plain(request)
        body = json.loads(response.body) | {"extensions": {"lineage": reported}}
        return SubgraphResponse(200, json.dumps(body).encode(), response.headers)

    subgraph.answer = answer  # type: ignore[method-assign]
    async with deployed(subgraphs=[subgraph, reviews()]) as gateway:
        found = await gateway_answer(gateway, "{ me { name } }", headers=ASK)
    assert found["data"] == {"me": {"name": "Ada"}}
    assert isinstance(found["extensions"]["lineage"], list)


@pytest.mark.parametrize(
    "accept", ["multipart/mixed;deferSpec=20220824, application/json", "multipart/mixed"]
)
async def test_deferred_parts_tell_where_they_come_from(accept: str) -> None:
    async with deployed(subgraphs=[reporting("users"), reporting("reviews")]) as gateway:
        query = "{ mine: me { name ... @defer { reviews { id } } } }"
        response = await gateway.post(query, headers={**ASK, "accept": accept})
        unasked = await gateway.post(query, headers={"accept": accept})
    first, *rest = parts(response)
    assert [entry["path"] for entry in first["extensions"]["lineage"]] == [["mine"]]
    (entry,) = [entry for part in rest for entry in part.get("extensions", {}).get("lineage", ())]
    assert (entry["path"], entry["externalId"]) == (["mine"], "reviews-0")
    assert all("extensions" not in part for part in parts(unasked))


async def test_events_tell_where_they_come_from() -> None:
    clock = Clock()
    members = [clock.subgraph, reporting("users"), reporting("reviews")]
    async with deployed(subgraphs=members) as gateway:
        response = await gateway.post(
            "subscription { visits { name } }", headers={**ASK, "accept": "text/event-stream"}
        )
    found = [json.loads(line[6:]) for line in response.text.splitlines() if line[:7] == "data: {"]
    assert [event["extensions"]["lineage"][0]["path"] for event in found] == [["visits"]] * 2
