"""The strict in-process subgraph answers like a server and objects like one."""

from __future__ import annotations

import json
from typing import Any

from gateway.transport.port import SubgraphRequest
from tests.kit.local_subgraph import LocalSubgraph, LocalTransport

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Product @key(fields: "upc") @key(fields: "sku { code }", resolvable: false) {
  upc: ID!
  sku: Sku
  price: Int @external
  weight: Int @external
  shipping: Int @requires(fields: "price weight")
  stock: Int
}
type Sku { code: ID! }
extend type Query { products: [Product] }
"""


def inventory() -> LocalSubgraph:
    return LocalSubgraph(
        "inventory",
        SDL,
        data={"Product": [{"upc": "1", "stock": 3}, {"upc": "2", "stock": 0}]},
        resolvers={
            "Query": {"products": [{"upc": "1"}, {"upc": "2"}]},
            "Product": {
                "shipping": lambda product, _info: product["price"] + product["weight"],
            },
        },
    )


async def ask(
    subgraph: LocalSubgraph, query: str, representations: list[Any] | None = None
) -> dict[str, Any]:
    body = json.dumps({"query": query, "variables": {"r": representations}}).encode()
    transport = LocalTransport([subgraph])
    answer = await transport.send(SubgraphRequest(subgraph.name, "", body))
    return json.loads(answer.body)


ENTITIES = "query($r:[_Any!]!){_entities(representations:$r){...on Product{%s}}}"


async def test_root_fields_are_completed_from_the_rows() -> None:
    subgraph = inventory()
    answer = await ask(subgraph, "{products{upc stock} _service{sdl}}")
    assert answer["data"]["products"] == [{"upc": "1", "stock": 3}, {"upc": "2", "stock": 0}]
    assert answer["data"]["_service"]["sdl"] == SDL
    assert len(subgraph.calls) == 1


async def test_entities_are_found_by_key_and_requirements_are_taken_from_the_representation() -> (
    None
):
    subgraph = inventory()
    product = {"__typename": "Product", "upc": "2", "price": 5, "weight": None}
    answer = await ask(subgraph, ENTITIES % "stock", [product, {**product, "upc": "9"}])
    assert answer == {"data": {"_entities": [{"stock": 0}, None]}}
    product["weight"] = 7
    answer = await ask(subgraph, ENTITIES % "shipping", [product])
    assert answer["data"]["_entities"] == [{"shipping": 12}]
    assert subgraph.violations == []
    assert subgraph.calls[0].representations == 2


async def test_incomplete_representations_are_refused() -> None:
    for representation, reason in [
        ({"upc": "1"}, "no entity None"),
        ({"__typename": "Sku", "code": "1"}, "no entity 'Sku'"),
        ({"__typename": "Product", "upc": None}, "no key"),
        ({"__typename": "Product", "sku": {"code": "1"}}, "no key"),
        ({"__typename": "Product", "upc": "1", "nope": 1}, "has no ['nope']"),
        ({"__typename": "Product", "upc": "1", "price": 1}, "requires"),
    ]:
        subgraph = inventory()
        answer = await ask(subgraph, ENTITIES % "shipping", [representation])
        assert answer["errors"][0]["path"][:2] == ["_entities", 0]
        assert reason in subgraph.violations[0]


async def test_invalid_operations_are_refused() -> None:
    subgraph = inventory()
    answer = await ask(subgraph, "{nope}")
    assert "data" not in answer
    assert subgraph.violations


async def test_it_serves_asgi() -> None:
    import httpx

    subgraph = inventory()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(subgraph.app)) as client:
        answer = await client.post("http://x/graphql", json={"query": "{products{upc}}"})
    assert answer.json() == {"data": {"products": [{"upc": "1"}, {"upc": "2"}]}}
