"""GraphQL over HTTP: methods, media types, status codes and malformed requests."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from tests.server.gateway_kit import Deployed, deployed

GRAPHQL = "application/graphql-response+json"


def code(response: httpx.Response) -> str:
    """The code of the first error."""
    return str(response.json()["errors"][0]["extensions"]["code"])


async def test_a_query_is_answered() -> None:
    async with deployed() as gateway:
        response = await gateway.post("{ me { name reviews { body author { name } } } }")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    author = {"name": "Ada"}
    assert response.json() == {
        "data": {"me": {"name": "Ada", "reviews": [{"body": "Fine", "author": author}]}}
    }
    assert gateway.transport.violations == []


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        (GRAPHQL, GRAPHQL),
        ("application/json", "application/json"),
        (f"application/json;q=0.5, {GRAPHQL}", GRAPHQL),
        (f"application/json, {GRAPHQL};q=0.5", "application/json"),
        (f"{GRAPHQL}; charset=utf-8, application/json; charset=utf-8", GRAPHQL),
        (f"{GRAPHQL};q=0, */*", "application/json"),
        (f"text/event-stream, {GRAPHQL}", GRAPHQL),
    ],
)
async def test_the_media_type_follows_accept(accept: str | None, media_type: str) -> None:
    headers = {} if accept is None else {"accept": accept}
    async with deployed() as gateway:
        if accept is None:
            del gateway.client.headers["accept"]
        response = await gateway.post("{ __typename }", headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize(
    "accept", ["text/plain", "image/*", "application/json;q=0", "application/json; charset=latin1"]
)
async def test_a_client_that_takes_no_graphql_response_gets_406(accept: str) -> None:
    async with deployed() as gateway:
        response = await gateway.post("{ __typename }", headers={"accept": accept})
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
async def test_other_methods_get_405(method: str) -> None:
    async with deployed() as gateway:
        response = await gateway.client.request(method, gateway.url)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST, OPTIONS"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "expected"),
    [
        (b'{"query": "{ __typename }"}', "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b'{"query": "{ __typename }"}', "", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            b'{"query": "{ __typename }"}',
            "application/json; charset=utf-16",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (b"", "application/json", 400, "BAD_REQUEST"),
        (b"{", "application/json", 400, "BAD_REQUEST"),
        (b"null", "application/json", 400, "BAD_REQUEST"),
        (b'"{ __typename }"', "application/json", 400, "BAD_REQUEST"),
        (b"{}", "application/json", 400, "BAD_REQUEST"),
        (b'{"query": 1}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "\xff"}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "{ a }", "variables": []}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "{ a }", "variables": "{}"}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "{ a }", "extensions": 1}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "{ a }", "operationName": 1}', "application/json", 400, "BAD_REQUEST"),
        (b'[{"query": "{ a }"}]', "application/json", 400, "BATCHING_NOT_SUPPORTED"),
        (b"[" * 100_000, "application/json", 400, "BAD_REQUEST"),
    ],
)
async def test_malformed_requests_are_coded(
    body: bytes, content_type: str, status: int, expected: str
) -> None:
    async with deployed() as gateway:
        response = await gateway.client.post(
            gateway.url, content=body, headers={"content-type": content_type}
        )
    assert (response.status_code, code(response)) == (status, expected)
    assert "data" not in response.json()


@pytest.mark.parametrize(
    ("request_body", "expected"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ me { } }"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { me { id } } query B { me { id } }"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "{ me { id } }", "operationName": "A"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "fragment F on User { id }"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query($id: ID!) { user(id: $id) { id } }"}, "BAD_USER_INPUT"),
        ({"query": "{ __schema { types { name } } }"}, "INTROSPECTION_DISABLED"),
        ({"query": "{ __typename }", "documentId": "x"}, "PERSISTED_QUERY_HASH_MISMATCH"),
    ],
)
async def test_request_errors_are_400_for_graphql_clients_and_200_for_older_ones(
    request_body: dict[str, Any], expected: str
) -> None:
    async with deployed() as gateway:
        for accept, status in ((GRAPHQL, 400), ("application/json", 200)):
            response = await gateway.post(**request_body, headers={"accept": accept})
            assert (response.status_code, code(response)) == (status, expected)
            assert "data" not in response.json()


async def test_a_document_error_has_its_place() -> None:
    async with deployed() as gateway:
        response = await gateway.post("{\n  nothing\n}")
    assert response.json()["errors"][0]["locations"] == [{"line": 2, "column": 3}]


async def test_partial_answers_are_200() -> None:
    async with deployed() as gateway:
        response = await gateway.post("{ me { id } fails }", headers={"accept": GRAPHQL})
    assert response.status_code == 200
    assert response.json()["data"] == {"me": {"id": "1"}, "fails": None}
    assert "hunter2" not in response.text


async def test_subgraph_errors_are_shown_where_the_settings_say_so() -> None:
    async with deployed({"include_subgraph_errors": {"subgraphs": {"users": True}}}) as gateway:
        response = await gateway.post("{ fails }")
    assert response.json()["errors"][0]["message"] == "the password is hunter2"


async def get(gateway: Deployed, headers: dict[str, str], **parameters: str) -> httpx.Response:
    return await gateway.client.get(gateway.url, params=parameters, headers=headers)


async def test_get_runs_queries_and_no_mutations() -> None:
    async with deployed() as gateway:
        good = await get(
            gateway,
            {"accept": GRAPHQL},
            query="query($id: ID!) { user(id: $id) { name } }",
            variables=json.dumps({"id": "2"}),
        )
        bad = await get(gateway, {}, query='mutation { rename(id: "1", name: "x") { id } }')
        nothing = await get(gateway, {})
        twice = await gateway.client.get(gateway.url + "?query={__typename}&query={me{id}}")
        broken = await get(gateway, {}, query="{ __typename }", variables="{")
    assert good.json() == {"data": {"user": {"name": "Grace"}}}
    assert (bad.status_code, code(bad)) == (405, "METHOD_NOT_ALLOWED")
    assert bad.headers["allow"] == "GET, POST, OPTIONS"
    assert all("rename" not in call.query for call in gateway.subgraphs["users"].calls)
    assert (nothing.status_code, code(nothing)) == (400, "BAD_REQUEST")
    assert (twice.status_code, code(twice)) == (400, "BAD_REQUEST")
    assert (broken.status_code, code(broken)) == (400, "BAD_REQUEST")


async def test_a_mutation_is_answered_by_post() -> None:
    async with deployed() as gateway:
        response = await gateway.post('mutation { rename(id: "1", name: "Lady") { id name } }')
    assert response.json() == {"data": {"rename": {"id": "1", "name": "Lady"}}}


async def test_introspection_with_the_deepest_query_of_the_tools() -> None:
    query = get_introspection_query(input_value_deprecation=True, schema_description=True)
    async with deployed({"mode": "development"}) as gateway:
        response = await gateway.post(query, operationName="IntrospectionQuery")
    names = {each["name"] for each in response.json()["data"]["__schema"]["types"]}
    assert {"User", "Review"} <= names
    assert not {name for name in names if name.startswith("join__")}


async def test_without_introspection_suggestions_keep_the_schema_to_themselves() -> None:
    async with deployed() as gateway:
        hidden = await gateway.post("{ users { nam } }")
    async with deployed({"mode": "development"}) as gateway:
        shown = await gateway.post("{ users { nam } }")
    assert "name" not in hidden.text
    assert "Did you mean 'name'?" in shown.text


async def test_batches_where_they_are_enabled() -> None:
    settings = {"batching": {"enabled": True, "maximum_size": 3}}
    requests = [{"query": "{ me { id } }"}, {"query": "{ nothing }"}, {"query": "{ __typename }"}]
    async with deployed(settings) as gateway:
        response = await gateway.client.post(gateway.url, json=requests)
        too_many = await gateway.client.post(gateway.url, json=[*requests, requests[0]])
        empty = await gateway.client.post(gateway.url, json=[])
    first, second, third = response.json()
    assert first == {"data": {"me": {"id": "1"}}}
    assert second["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert third == {"data": {"__typename": "Query"}}
    assert (too_many.status_code, code(too_many)) == (400, "BATCH_LIMIT_EXCEEDED")
    assert (empty.status_code, code(empty)) == (400, "BAD_REQUEST")


async def test_the_correlation_id_is_the_clients_or_a_new_one_and_reaches_subgraphs() -> None:
    async with deployed() as gateway:
        given = await gateway.post("{ me { id } }", headers={"x-correlation-id": "abc-12345"})
        made = await gateway.post("{ me { id } }", headers={"x-correlation-id": "no\tgood <id>"})
    assert given.headers["x-correlation-id"] == "abc-12345"
    assert made.headers["x-correlation-id"] != "no\tgood <id>"
    sent = [dict(call.headers)["x-correlation-id"] for call in gateway.subgraphs["users"].calls]
    assert sent == ["abc-12345", made.headers["x-correlation-id"]]


async def test_numbers_keep_their_digits() -> None:
    body = b'{"query": "query($i: ID!) { user(id: $i) { id } }", "variables": {"i": %s}}'
    async with deployed() as gateway:
        await gateway.client.post(
            gateway.url,
            content=body % b"12345678901234567890123",
            headers={"content-type": "application/json"},
        )
    assert gateway.subgraphs["users"].calls[0].variables == {"i": "12345678901234567890123"}


async def test_bodies_beyond_the_bound_are_refused() -> None:
    async with deployed({"limits": {"http_max_request_bytes": 1000}}) as gateway:
        response = await gateway.post("{ __typename }", variables={"x": "y" * 1000})
    assert (response.status_code, code(response)) == (413, "REQUEST_TOO_LARGE")


async def test_query_strings_beyond_the_bound_are_refused() -> None:
    async with deployed({"limits": {"http_max_query_string_bytes": 1000}}) as gateway:
        response = await get(gateway, {}, query="{ __typename }" + " " * 1000)
    assert (response.status_code, code(response)) == (414, "REQUEST_TOO_LARGE")


async def test_an_unexpected_fault_is_masked() -> None:
    async with deployed() as gateway:

        async def broken(*_: object) -> None:
            raise RuntimeError("secret detail")

        gateway.gateway.current.pipeline.documents.read = broken  # type: ignore[method-assign, assignment]
        response = await gateway.post("{ me { id } }", headers={"accept": GRAPHQL})
    assert response.status_code == 500
    error = response.json()["errors"][0]
    assert "secret" not in response.text
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["extensions"]["correlationId"] == response.headers["x-correlation-id"]


async def test_security_headers() -> None:
    async with deployed() as gateway:
        response = await gateway.post("{ __typename }")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in response.headers["content-security-policy"]


async def test_health() -> None:
    async with deployed() as gateway:
        live = await gateway.client.get("http://gateway/health/live")
        ready = await gateway.client.get("http://gateway/health/ready")
        gateway.gateway.draining = True
        draining = await gateway.client.get("http://gateway/health/ready")
    assert live.json() == {"status": "UP"}
    assert ready.status_code == 200
    assert sorted(ready.json()["subgraphs"]) == ["reviews", "users"]
    assert draining.status_code == 503
