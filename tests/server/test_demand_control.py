"""Demand control over HTTP: measured, shown and enforced."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.gateway_kit import Deployed, deployed
from tests.server.test_incremental_delivery import parts


def control(**values: Any) -> dict[str, Any]:
    return {"demand_control": {"enabled": True, **values}}


async def cost(gateway: Deployed, query: str, **variables: Any) -> dict[str, Any]:
    response = await gateway.post(query, variables=variables)
    shown: dict[str, Any] = response.json()["extensions"]["cost"]
    return shown


@pytest.mark.parametrize(
    ("query", "estimated", "actual"),
    [
        ("{ __typename }", 0, 0),
        ("{ me { name } }", 1, 1),
        ("{ users { name } }", 10, 2),
        ("{ users(first: 3) { name } }", 3, 2),
        ("query($n: Int) { users(first: $n) { name } }", 1, 1),
        ("query($n: Int = 7) { users(first: $n) { name } }", 1, 1),
        ("{ users(first: 2) { friends { name } } }", 2 * (1 + 10), 3),
        ("{ me { ...F } } fragment F on User { friends { id } }", 11, 2),
        ("{ expensive }", 500, 500),
        ("{ me { id } expensive @skip(if: true) }", 1, 1),
        ('mutation { rename(id: "1", name: "x") { id } }', 11, 11),
        ("{ a: me { id } b: me { id } }", 2, 2),
    ],
)
async def test_costs_are_estimated_and_counted(query: str, estimated: int, actual: int) -> None:
    async with deployed(control(expose="extensions")) as gateway:
        shown = await cost(gateway, query, n=1)
    shown.pop("bySubgraph", None)
    assert shown == {"estimated": estimated, "max": 1000, "actual": actual}


async def test_what_is_asked_of_each_subgraph_is_shown() -> None:
    async with deployed(control(expose="extensions")) as gateway:
        shown = await cost(gateway, "{ me { name reviews { body } } }")
        nothing = await cost(gateway, "{ __typename }")
    assert shown["bySubgraph"] == {"users": 1, "reviews": 1 + 10}
    assert "bySubgraph" not in nothing


async def test_the_operator_sees_costs_too(capsys: pytest.CaptureFixture[str]) -> None:
    settings = control() | {
        "mode": "production",
        "telemetry": {"metrics": {"prometheus": {"enabled": True}}},
    }
    async with deployed(settings) as gateway:
        await gateway.post("{ users { name } }")
        text = (await gateway.client.get("http://gateway/metrics")).text
    assert json.loads(capsys.readouterr().out)["cost"] == 10
    assert "c2c_gateway_operation_cost_sum 10.0" in text


async def test_the_cost_as_headers() -> None:
    async with deployed(control(expose="headers")) as gateway:
        response = await gateway.post("{ users { name } }")
    assert response.headers["x-graphql-cost-estimated"] == "10"
    assert response.headers["x-graphql-cost-actual"] == "2"
    assert "extensions" not in response.json()


async def test_nothing_is_shown_by_default() -> None:
    async with deployed(control()) as gateway:
        response = await gateway.post("{ users { name } }")
    assert "extensions" not in response.json()
    assert not [name for name in response.headers if "cost" in name]


async def test_enforced_before_anything_is_fetched() -> None:
    strategy = {"static_estimated": {"list_size": 10, "max": 20}}
    async with deployed(control(mode="enforce", strategy=strategy)) as gateway:
        refused = await gateway.post("{ users { friends { name } } }")
        calls = len(gateway.subgraphs["users"].calls)
        served = await gateway.post("{ users { name } }")
    error = refused.json()["errors"][0]
    assert error["extensions"] == {
        "code": "COST_ESTIMATED_TOO_EXPENSIVE",
        "cost": {"estimated": 110, "max": 20},
    }
    assert calls == 0
    assert served.status_code == 200
    assert "errors" not in served.json()


async def test_enforced_for_one_subgraph() -> None:
    settings = control(mode="enforce", max_by_subgraph={"reviews": 5})
    async with deployed(settings) as gateway:
        refused = await gateway.post("{ users { reviews { body } } }")
        served = await gateway.post("{ users { name } }")
    extensions = refused.json()["errors"][0]["extensions"]
    assert extensions["code"] == "SUBGRAPH_COST_TOO_EXPENSIVE"
    assert extensions["cost"]["subgraph"] == "reviews"
    assert "errors" not in served.json()


async def test_measuring_refuses_nothing() -> None:
    strategy = {"static_estimated": {"max": 0}}
    async with deployed(control(strategy=strategy)) as gateway:
        response = await gateway.post("{ users { name } }")
    assert "errors" not in response.json()


async def test_the_last_deferred_part_brings_the_actual_cost() -> None:
    query = "{ users(first: 2) { name ... @defer { friends { name } } } }"
    async with deployed(control(expose="extensions")) as gateway:
        whole = await cost(gateway, query)
        response = await gateway.post(query, headers={"accept": "multipart/mixed"})
    first, *_, last = parts(response)
    assert "actual" not in first["extensions"]["cost"]
    assert last["extensions"]["cost"] == whole
