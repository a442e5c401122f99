"""Query plans for whoever may see them, with and without running the operation."""

from __future__ import annotations

from tests.server.gateway_kit import deployed
from tests.server.test_incremental_delivery import parts

QUERY = "{ me { name reviews { body } } }"


async def test_the_plan_and_the_timings_of_each_fetch() -> None:
    async with deployed({"mode": "development"}) as gateway:
        by_header = await gateway.post(QUERY, headers={"graphql-explain": "plan"})
        by_extension = await gateway.post(QUERY, extensions={"explain": True})
        unasked = await gateway.post(QUERY)
    for response in (by_header, by_extension):
        assert response.json()["data"]["me"]["name"] == "Ada"
        plan = response.json()["extensions"]["queryPlan"]
        assert "Fetch(service: reviews" in plan["text"]
        assert [each["subgraph"] for each in plan["timings"]] == ["users", "reviews"]
        assert all(each["status"] == 200 for each in plan["timings"])
    assert "extensions" not in unasked.json()


async def test_a_dry_run_sends_nothing() -> None:
    mutation = 'mutation { rename(id: "1", name: "x") { id } }'
    async with deployed({"mode": "development"}) as gateway:
        response = await gateway.post(mutation, headers={"graphql-explain": "dry-run"})
    assert response.json()["data"] is None
    assert "rename" in response.json()["extensions"]["queryPlan"]["text"]
    assert gateway.transport.requests == []


async def test_in_production_plans_are_not_shown() -> None:
    async with deployed() as gateway:
        plan = await gateway.post(QUERY, headers={"graphql-explain": "plan"})
        dry_run = await gateway.post(QUERY, headers={"graphql-explain": "dry-run"})
        sent = len(gateway.transport.requests)
    assert "extensions" not in plan.json()
    assert dry_run.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert sent == 2  # those of the first request


async def test_an_unknown_wish_is_refused() -> None:
    async with deployed({"mode": "development"}) as gateway:
        response = await gateway.post(QUERY, extensions={"explain": "everything"})
    assert response.status_code == 400


async def test_the_last_deferred_part_brings_all_timings() -> None:
    async with deployed({"mode": "development"}) as gateway:
        gateway.subgraphs["reviews"].latency = 0.05  # the first part goes out meanwhile
        response = await gateway.post(
            "{ me { name ... @defer { reviews { body } } } }",
            headers={"graphql-explain": "plan", "accept": "multipart/mixed;deferSpec=20220824"},
        )
    first, *_, last = parts(response)
    shown = [part["extensions"]["queryPlan"]["timings"] for part in (first, last)]
    assert [[each["subgraph"] for each in timings] for timings in shown] == [
        ["users"],
        ["users", "reviews"],
    ]
