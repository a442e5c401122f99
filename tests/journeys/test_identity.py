"""Every hop is authenticated, and nobody sees beyond their claims."""

from __future__ import annotations

import httpx
import pytest

from tests.kit.demo import Demo


def test_a_subgraph_called_directly_answers_401(demo: Demo) -> None:
    for offset in range(1, 6):
        url = f"http://127.0.0.1:{demo.port + offset}/graphql"
        for headers in ({}, demo.headers("executive"), {"x-c2c-caller": "forged.caller.token"}):
            response = httpx.post(url, json={"query": "{ __typename }"}, headers=headers)
            assert response.status_code == 401, (url, headers)


def test_a_system_of_record_called_directly_answers_401(demo: Demo) -> None:
    for system in ("crm", "clm", "erp", "psa"):
        url = demo.systems()[system]["url"]
        assert httpx.get(f"{url}/anything").status_code == 401


@pytest.mark.parametrize(
    "operation",
    [
        '{ field: engagement(id: "CTR-000053") { id } }',
        '{ field: engagement(id: "CTR-999999") { id } }',
        '{ field: contract(id: "CTR-000053") { id } }',
        'mutation { field: approveRun(input: {runId: "run-1"}) { id } }',
    ],
)
def test_who_shows_no_token_is_told_so(demo: Demo, operation: str) -> None:
    answer = httpx.post(demo.url, json={"query": operation}).json()
    assert answer["data"] == {"field": None}
    (error,) = answer["errors"]
    assert error["path"] == ["field"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


def test_the_schema_can_be_read_without_a_token(demo: Demo) -> None:
    answer = httpx.post(demo.url, json={"query": "{ __schema { queryType { name } } }"}).json()
    assert answer == {"data": {"__schema": {"queryType": {"name": "Query"}}}}


def test_what_is_absent_and_what_is_out_of_scope_look_the_same(demo: Demo) -> None:
    for id in ("CTR-000014", "CTR-999999"):
        query = f'{{ engagement(id: "{id}") {{ id status contract {{ number }} }} }}'
        assert demo.ask(query) == {"data": {"engagement": None}}


def test_a_bad_token_is_refused_and_not_repeated(demo: Demo) -> None:
    headers = {"Authorization": "Bearer not.a.token"}
    response = httpx.post(demo.url, json={"query": "{ __typename }"}, headers=headers)
    assert response.status_code == 401
    assert "not.a.token" not in response.text


def test_another_region_is_out_of_sight(demo: Demo) -> None:
    query = '{ engagement(id: "CTR-000014") { id } contract(id: "CTR-000014") { id } }'
    assert demo.data_of(query, "delivery-lead") == {"engagement": None, "contract": None}
    seen = demo.data_of(query, "executive")
    assert seen["contract"] == {"id": "CTR-000014"}


def test_costs_are_for_finance_and_the_lead(demo: Demo) -> None:
    query = '{ engagement(id: "CTR-000053") { margin { planned { amount } } } }'
    assert demo.data_of(query, "delivery-lead")["engagement"]["margin"] is not None
    answer = demo.ask(query, "portal-service")
    assert (answer["data"]["engagement"] or {}).get("margin") is None
