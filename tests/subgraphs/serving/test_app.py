"""A subgraph over HTTP: who is let in, how entities are resolved, what errors and lineage tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Self, cast

import httpx
import pytest
import strawberry
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth import keys
from auth.caller import ANONYMOUS, Caller
from auth.signed_caller import CALLER_HEADER, CORRELATION_HEADER, CallerSigner, CallerVerifier
from subgraphs.serving.app import Subgraph, create_app
from subgraphs.serving.backends import Backends
from subgraphs.serving.connection import Connection, OrderDirection, connect, page_request
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.errors import ForbiddenError
from subgraphs.serving.schema import key_of, make_schema
from subgraphs.serving.values import Money, SourceRecord, from_record, read_money
from subgraphs.systems_of_record import errors
from subgraphs.systems_of_record.correlation import current_correlation_id
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import common

PAIR = keys.generate()
SIGNER = CallerSigner(PAIR)
ROLES = frozenset({"delivery_lead"})
LEAD = Caller("u-1", roles=ROLES, regions=frozenset({"EMEA"}), legal_entities=frozenset({"DE01"}))
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ThingRecord:
    id: str
    region: str
    legal_entity: str
    price: common.Money
    source: common.Source


def thing(key: str) -> ThingRecord:
    region, entity = ("AMER", "US01") if key.startswith("us") else ("EMEA", "DE01")
    return ThingRecord(
        key,
        region,
        entity,
        common.Money.of("1E+3", "EUR"),
        common.Source(common.System.ERP, f"ext-{key}", "v1", NOW, NOW),
    )


class Backend:
    """A system of record that counts its calls and fails for keys that say so."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.correlation_ids: list[str] = []

    async def things(self, ids: Sequence[str]) -> Mapping[str, ThingRecord]:
        self.calls.append(tuple(ids))
        self.correlation_ids.append(current_correlation_id())
        await asyncio.sleep(0)
        if "down" in ids:
            raise errors.Retryable(common.System.ERP, "things", "secret detail")
        if "busy" in ids:
            raise errors.Throttled(common.System.ERP, "things", "secret detail", 7.0)
        return {each: thing(each) for each in ids if not each.startswith("none")}

    async def page(self, request: common.PageRequest) -> common.Page[ThingRecord]:
        items = tuple(thing(f"t{number}") for number in range(request.first))
        total = 500 if request.with_total else None
        return common.Page(items, tuple(f"after-{each.id}" for each in items), True, total)


def backend(context: RequestContext) -> Backend:
    return cast("Backend", context.services)


@strawberry.federation.type(keys=["id"])
class Thing(SourceRecord):
    price: Money
    tax: strawberry.Private[common.Money | None] = None

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.record(
            backend(context).things, key_of(key), visible=context.scope.covers
        )
        return found and from_record(cls, found, tax=read_money(key.get("tax")))

    @strawberry.field
    def tax_amount(self) -> Decimal | None:
        return self.tax.amount if self.tax else None

    @strawberry.field
    def secret(self) -> str | None:
        raise ForbiddenError("Not for you.", reason="test")

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("inner detail")


@strawberry.enum
class ThingOrderField(Enum):
    ID = "id"


@strawberry.input
class ThingOrder:
    field: ThingOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.type
class Query:
    @strawberry.field
    async def thing(self, info: Info, id: strawberry.ID) -> Thing | None:
        return await Thing.resolve_reference(info.context, {"id": id})

    @strawberry.field
    async def things(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        order_by: ThingOrder | None = None,
    ) -> Connection[Thing]:
        request = page_request(info, first, after, order_by)
        page = backend(info.context).page(request)
        return await connect(page, request, lambda each: from_record(Thing, each, tax=None))

    @strawberry.field
    def echo(self, amount: Annotated[Decimal, strawberry.argument()]) -> Decimal:
        return amount


SCHEMA = make_schema(Query)
SERVICES = Subgraph("things", 4999, SCHEMA)


class Client:
    def __init__(self, http: httpx.AsyncClient, served: Backend) -> None:
        self.http = http
        self.backend = served

    async def post(self, query: Any, caller: Caller = LEAD, **more: Any) -> httpx.Response:
        headers = {CALLER_HEADER: SIGNER.sign(caller, "things"), **more.pop("headers", {})}
        body = {"query": query, **more}
        return await self.http.post("/graphql", json=body, headers=headers)

    async def entities(self, *keys: str, select: str = "id", **more: Any) -> dict[str, Any]:
        representations = [{"__typename": "Thing", "id": key} for key in keys]
        query = (
            "query($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { "
            f"{select} }} }} }}"
        )
        answer = await self.post(query, variables={"r": representations}, **more)
        assert answer.status_code == 200, answer.text
        return cast("dict[str, Any]", answer.json())


@asynccontextmanager
async def opened(served: Backend) -> AsyncIterator[Backends]:
    yield Backends(systems=cast("Systems", None), services=served)


@asynccontextmanager
async def running() -> AsyncIterator[tuple[FastAPI, Client]]:
    served = Backend()
    app = create_app(SERVICES, CallerVerifier(PAIR.public, "things"), lambda: opened(served))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://things") as http,
    ):
        yield app, Client(http, served)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with running() as (_, made):
        yield made


async def test_without_a_valid_signed_caller_the_answer_is_401(client: Client) -> None:
    for headers, code in (
        ({}, "TOKEN_MISSING"),
        ({CALLER_HEADER: "x.y.z"}, "TOKEN_MALFORMED"),
        ({CALLER_HEADER: SIGNER.sign(LEAD, "billing")}, "TOKEN_AUDIENCE_REFUSED"),
        ({"authorization": "Bearer x"}, "TOKEN_MISSING"),
    ):
        answer = await client.http.post("/graphql", json={"query": "{a}"}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"]
        assert answer.json()["errors"][0]["extensions"]["code"] == code


async def test_health_and_readiness() -> None:
    app = create_app(SERVICES, CallerVerifier(PAIR.public, "things"), lambda: opened(Backend()))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://things") as http:
        assert (await http.get("/health/live")).status_code == 200
        assert (await http.get("/health/ready")).status_code == 503
        refused = await http.post(
            "/graphql", json={}, headers={CALLER_HEADER: SIGNER.sign(LEAD, "things")}
        )
        assert refused.status_code == 503
        async with app.router.lifespan_context(app):
            assert (await http.get("/health/ready")).status_code == 200
        assert (await http.get("/graphql")).status_code == 405


async def test_entities_of_a_request_are_read_in_one_call(client: Client) -> None:
    names = [f"t{number}" for number in range(100)]
    answer = await client.entities(*names, *names)
    assert [each["id"] for each in answer["data"]["_entities"]] == names + names
    assert client.backend.calls == [tuple(names)]


async def test_what_is_absent_or_out_of_scope_is_null(client: Client) -> None:
    answer = await client.entities("t1", "none", "us1")
    assert answer == {"data": {"_entities": [{"id": "t1"}, None, None]}}
    nobody = await client.entities("t1", caller=ANONYMOUS)
    assert nobody["data"]["_entities"] == [None]
    everywhere = Caller("u", roles=ROLES, all_regions=True, all_legal_entities=True)
    everything = await client.entities("us1", caller=everywhere)
    assert everything["data"]["_entities"] == [{"id": "us1"}]


async def test_money_is_text_and_required_fields_arrive(client: Client) -> None:
    query = """query($r: [_Any!]!) { _entities(representations: $r) {
        ... on Thing { price { amount currency } taxAmount } } }"""
    tax = {"amount": "12.30", "currency": "EUR"}
    representation = {"__typename": "Thing", "id": "t1", "tax": tax}
    answer = await client.post(query, variables={"r": [representation]})
    entity = answer.json()["data"]["_entities"][0]
    assert entity == {"price": {"amount": "1000", "currency": "EUR"}, "taxAmount": "12.30"}


@pytest.mark.parametrize(
    ("key", "code", "more"),
    [
        ("down", "SYSTEM_UNAVAILABLE", {"system": "ERP", "retryable": True}),
        ("busy", "SYSTEM_THROTTLED", {"system": "ERP", "retryAfterSeconds": 7.0}),
    ],
)
async def test_failures_of_a_system_are_coded(
    client: Client, key: str, code: str, more: dict[str, Any]
) -> None:
    answer = await client.entities(key)
    assert answer["data"]["_entities"] == [None]
    (error,) = answer["errors"]
    assert error["path"] == ["_entities", 0]
    assert error["extensions"]["code"] == code
    assert more.items() <= error["extensions"].items()
    assert "secret" not in str(answer)


async def test_an_inner_failure_is_masked_and_carries_the_correlation_id(client: Client) -> None:
    answer = await client.entities(
        "t1", select="id broken secret", headers={CORRELATION_HEADER: "run-7"}
    )
    assert answer["data"]["_entities"] == [{"id": "t1", "broken": None, "secret": None}]
    by_code = {each["extensions"]["code"]: each for each in answer["errors"]}
    assert by_code["INTERNAL_SERVER_ERROR"]["extensions"]["correlationId"] == "run-7"
    assert by_code["FORBIDDEN"]["extensions"]["reason"] == "test"
    assert "inner detail" not in str(answer)
    assert client.backend.correlation_ids == ["run-7"]


async def test_a_correlation_id_of_a_wrong_form_is_replaced(client: Client) -> None:
    await client.entities("t1", headers={CORRELATION_HEADER: "evil\tid"})
    (used,) = client.backend.correlation_ids
    assert used and "evil" not in used


@pytest.mark.parametrize(
    "representation", [{"id": "t1"}, {"__typename": "Query"}, {"__typename": "Thing"}, 7, None]
)
async def test_a_strange_representation_is_an_error_of_its_own(
    client: Client, representation: Any
) -> None:
    query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { id } } }"
    good = {"__typename": "Thing", "id": "t1"}
    answer = (await client.post(query, variables={"r": [representation, good]})).json()
    if representation is None:
        assert "data" not in answer or answer["data"] is None
    else:
        assert answer["data"]["_entities"] == [None, {"id": "t1"}]
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_lineage_is_reported_once_an_entity_when_asked_for(client: Client) -> None:
    assert "extensions" not in await client.entities("t1")
    answer = await client.entities("t1", "t1", "us1", "none", headers={"x-c2c-lineage": "1"})
    assert answer["extensions"]["lineage"] == [
        {
            "type": "Thing",
            "system": "ERP",
            "externalId": "ext-t1",
            "version": "v1",
            "modifiedAt": "2026-01-02T03:04:05+00:00",
            "fetchedAt": "2026-01-02T03:04:05+00:00",
            "paths": [["_entities", 0], ["_entities", 1]],
        }
    ]


async def test_connections_count_only_when_asked_and_bound_their_size(client: Client) -> None:
    page = (
        await client.post(
            "{ things(first: 2) { edges { cursor node { id } } pageInfo {"
            " hasNextPage hasPreviousPage startCursor endCursor } nodes { id } } }"
        )
    ).json()["data"]["things"]
    assert page["edges"][1] == {"cursor": "after-t1", "node": {"id": "t1"}}
    assert page["nodes"] == [{"id": "t0"}, {"id": "t1"}]
    assert page["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": "after-t0",
        "endCursor": "after-t1",
    }
    counted = await client.post(
        "{ things { ...F } } fragment F on ThingConnection { ... { totalCount } }"
    )
    assert counted.json()["data"]["things"]["totalCount"] == 500
    for arguments in ("first: 0", "first: 101", f'after: "{"x" * 2_000}"'):
        refused = (await client.post(f"{{ things({arguments}) {{ nodes {{ id }} }} }}")).json()
        assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"query": 7}', "application/json", 400),
        (b'{"query": "{a}", "variables": []}', "application/json", 400),
        (b'{"query": "{a}", "operationName": {}}', "application/json", 400),
        (b'{"query": "{a}"}', "text/plain", 415),
        (b'{"query": "{a"}', "application/json", 200),
        (b'{"query": "{nothing}"}', "application/json; charset=utf-8", 200),
        (b" " * (16 * 1024 * 1024 + 1), "application/json", 413),
    ],
)
async def test_what_is_no_graphql_request(
    client: Client, content: bytes, media: str, status: int
) -> None:
    headers = {CALLER_HEADER: SIGNER.sign(LEAD, "things"), "content-type": media}
    answer = await client.http.post("/graphql", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"]


async def test_request_errors_have_a_status_in_the_newer_media_type(client: Client) -> None:
    headers = {"accept": "application/graphql-response+json"}
    answer = await client.post("{ nothing }", headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/graphql-response+json"
    assert (await client.post('{ thing(id: "t1") { id } }', headers=headers)).status_code == 200


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=0, max_value=10**12))
async def test_decimals_are_exact(value: Decimal) -> None:
    async with running() as (_, client):
        answer = await client.post(
            "query($a: Decimal!) { echo(amount: $a) }", variables={"a": str(value)}
        )
        assert Decimal(answer.json()["data"]["echo"]) == value


@pytest.mark.parametrize(
    "value", [1.5, "NaN", "Infinity", "1e999999", "x", "", True, "9" * 100, []]
)
async def test_what_is_no_exact_decimal_is_refused(client: Client, value: Any) -> None:
    query = "query($a: Decimal!) { echo(amount: $a) }"
    answer = (await client.post(query, variables={"a": value})).json()
    assert answer.get("data") is None
    assert answer["errors"]


def test_the_schema_is_printed_the_same_each_time() -> None:
    printed = SCHEMA.as_str()
    assert printed == make_schema(Query).as_str()
    assert 'type Thing implements SourceRecord @key(fields: "id")' in printed


@pytest.mark.parametrize(
    "query",
    [
        "{ thing" + "(id: " + "[" * 5_000,
        "{ a" * 3_000,
        "{ " + " ".join(f'a{number}: thing(id: "t") {{ id }}' for number in range(1_000)) + " }",
        'query($x: [[[[[[[[[[ID]]]]]]]]]]) { thing(id: "1") { id } }',
        "fragment F on Thing { ...F } { things { nodes { ...F } } }",
        "\x00",
        "{ things { nodes { ... { ... { ... { __typename } } } } } }",
    ],
)
async def test_hostile_documents_are_answered_with_coded_errors_or_data(
    client: Client, query: str
) -> None:
    answer = await client.post(query)
    assert answer.status_code == 200
    body = answer.json()
    assert body.get("data") or all(each["extensions"]["code"] for each in body["errors"])
    assert "Traceback" not in answer.text
    healthy = await client.post('{ thing(id: "t1") { id } }')
    assert healthy.json()["data"] == {"thing": {"id": "t1"}}
