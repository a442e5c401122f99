"""`@defer` over multipart/mixed, in both formats; folding the payloads gives the whole answer."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from gateway.transport.port import SubgraphResponse
from tests.server.gateway_kit import Deployed, deployed

QUERY = """{
  me { id ... @defer(label: "later") { reviews { body } } }
  users(first: 2) { id ... @defer { reviews { id } } }
}"""
WHOLE = {
    "me": {"id": "1", "reviews": [{"body": "Fine"}]},
    "users": [{"id": "1", "reviews": [{"id": "r1"}]}, {"id": "2", "reviews": []}],
}
APOLLO = "multipart/mixed;deferSpec=20220824, application/json"
DRAFT = "multipart/mixed, application/graphql-response+json"


def parts(response: httpx.Response) -> list[dict[str, Any]]:
    """The JSON of each part of a multipart/mixed body with the boundary `-`."""
    body = response.content
    assert body.endswith(b"\r\n-----\r\n")
    found = []
    for part in body.removesuffix(b"\r\n-----\r\n").split(b"\r\n---\r\n")[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        assert head == b"content-type: application/json; charset=utf-8"
        found.append(json.loads(content))
    return found


def insert(data: Any, path: list[str | int], value: dict[str, Any]) -> None:
    for step in path:
        data = data[step]
    data.update(value)


async def ask(gateway: Deployed, accept: str, query: str = QUERY) -> httpx.Response:
    return await gateway.post(query, headers={"accept": accept})


async def test_the_format_of_2022() -> None:
    async with deployed() as gateway:
        response = await ask(gateway, APOLLO)
    assert response.headers["content-type"] == ('multipart/mixed; boundary="-"; deferSpec=20220824')
    first, *rest = parts(response)
    assert first == {
        "data": {"me": {"id": "1"}, "users": [{"id": "1"}, {"id": "2"}]},
        "hasNext": True,
    }
    assert [payload["hasNext"] for payload in rest] == [True] * (len(rest) - 1) + [False]
    delivered = [part for payload in rest for part in payload.get("incremental", ())]
    for part in delivered:
        insert(first["data"], part["path"], part["data"])
    assert first["data"] == WHOLE
    assert [part.get("label") for part in delivered if part["path"] == ["me"]] == ["later"]


async def test_the_current_draft() -> None:
    async with deployed() as gateway:
        response = await ask(gateway, DRAFT)
    assert response.headers["content-type"] == 'multipart/mixed; boundary="-"'
    first, *rest = parts(response)
    announced: dict[str, list[str | int]] = {each["id"]: each["path"] for each in first["pending"]}
    assert first["hasNext"] is True
    completed: set[str] = set()
    for payload in rest:
        announced |= {each["id"]: each["path"] for each in payload.get("pending", ())}
        for part in payload.get("incremental", ()):
            insert(first["data"], announced[part["id"]] + part.get("subPath", []), part["data"])
        completed |= {each["id"] for each in payload.get("completed", ())}
    assert first["data"] == WHOLE
    assert completed == set(announced)
    assert rest[-1]["hasNext"] is False


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_client_that_takes_one_response_gets_everything_in_it(accept: str) -> None:
    async with deployed() as gateway:
        response = await ask(gateway, accept)
    assert response.json() == {"data": WHOLE}


async def test_defer_can_be_turned_off() -> None:
    async with deployed({"supergraph": {"defer_support": False}}) as gateway:
        response = await ask(gateway, APOLLO)
    assert response.headers["content-type"].startswith("application/json")
    assert response.json() == {"data": WHOLE}


async def test_an_operation_without_deferred_parts_is_one_response() -> None:
    async with deployed() as gateway:
        response = await ask(gateway, APOLLO, "{ me { id } }")
    assert response.json() == {"data": {"me": {"id": "1"}}}


async def test_a_condition_that_is_false_defers_nothing() -> None:
    query = "query($if: Boolean!) { me { id ... @defer(if: $if) { reviews { body } } } }"
    async with deployed() as gateway:
        response = await gateway.post(query, variables={"if": False}, headers={"accept": APOLLO})
    if response.headers["content-type"].startswith("multipart"):
        (only,) = parts(response)
        assert only == {"data": {"me": WHOLE["me"]}, "hasNext": False}
    else:
        assert response.json() == {"data": {"me": WHOLE["me"]}}


async def test_errors_of_a_deferred_part_come_with_it() -> None:
    async with deployed() as gateway:
        gateway.subgraphs["reviews"].fault = lambda _request: SubgraphResponse(503, b"down")
        response = await ask(gateway, APOLLO, "{ me { id ... @defer { reviews { body } } } }")
    first, *rest = parts(response)
    assert first["data"] == {"me": {"id": "1"}}
    assert "errors" not in first
    (part,) = [part for payload in rest for part in payload.get("incremental", ())]
    assert part["data"] == {"reviews": None}
    assert part["errors"][0]["path"][0] == "me"
    assert part["errors"][0]["extensions"]["code"] == "SUBREQUEST_HTTP_ERROR"


async def test_request_errors_are_single_responses() -> None:
    async with deployed() as gateway:
        response = await ask(gateway, APOLLO, "{ nothing }")
    assert response.headers["content-type"].startswith("application/json")


async def test_any_operation_over_server_sent_events() -> None:
    async with deployed() as gateway:
        response = await ask(gateway, "text/event-stream", "{ me { id } }")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text == (
        'event: next\ndata: {"data":{"me":{"id":"1"}}}\n\nevent: complete\ndata:\n\n'
    )


async def test_the_plan_comes_with_the_first_payload() -> None:
    headers = {"accept": APOLLO, "graphql-explain": "plan"}
    async with deployed({"mode": "development"}) as gateway:
        response = await gateway.post(QUERY, headers=headers)
    first, *_ = parts(response)
    assert "Defer" in first["extensions"]["queryPlan"]["text"]
