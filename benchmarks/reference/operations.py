"""The fetches, merges and outputs of the workload's operations, by hand."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from gateway.transport.port import SubgraphRequest, Transport

Headers = tuple[tuple[str, str], ...]
Object = dict[str, Any]

_USERS = b'{"query":"{users{id username name}}"}'
_TOP = b'{"query":"{topProducts{upc name price weight}}"}'
_TOP_FIVE = b'{"query":"{topProducts(first:5){upc name price weight}}"}'
_TOP_NAMES = b'{"query":"{topProducts(first:5){upc name}}"}'
_OWN = "author{id username reviews{id body product{upc}}}"
_OF_USERS = "...on User{reviews{id body product{upc reviews{id body " + _OWN + "}}}}"
_OF_PRODUCTS = "...on Product{reviews{id body " + _OWN + "}}"
_BOTH = (
    "query($u:[_Any!]!$p:[_Any!]!){u:_entities(representations:$u){"
    + _OF_USERS
    + "}p:_entities(representations:$p){"
    + _OF_PRODUCTS
    + "}}"
)
_ENTITIES = "query($r:[_Any!]!){_entities(representations:$r){"
_GOODS = _ENTITIES + "...on Product{name price weight}}}"
_PEOPLE = _ENTITIES + "...on User{name}}}"
_STOCK = _ENTITIES + "...on Product{inStock shippingEstimate}}}"
_REVIEWS = _ENTITIES + "...on Product{reviews{id body}}}}"


class Shop:
    """Answers the workload's operations."""

    def __init__(self, transport: Transport, origin: str) -> None:
        self._transport = transport
        self._origin = origin

    async def one_fetch(self, headers: Headers) -> bytes:
        return await self._send("products", _TOP_FIVE, headers)

    async def two_hops(self, headers: Headers) -> bytes:
        products = (await self._data("products", _TOP_NAMES, headers))["topProducts"]
        entries = [{"__typename": "Product", "upc": one["upc"]} for one in products]
        found = await self._entities("reviews", _REVIEWS, entries, headers)
        for product, reviews in zip(products, found, strict=True):
            product.update(reviews)
        return orjson.dumps({"data": {"topProducts": products}})

    async def large(self, headers: Headers) -> bytes:
        users, top = await asyncio.gather(
            self._data("accounts", _USERS, headers), self._data("products", _TOP, headers)
        )
        people, goods = users["users"], top["topProducts"]
        answer = await self._data(
            "reviews",
            orjson.dumps(
                {
                    "query": _BOTH,
                    "variables": {
                        "u": [{"__typename": "User", "id": one["id"]} for one in people],
                        "p": [{"__typename": "Product", "upc": one["upc"]} for one in goods],
                    },
                }
            ),
            headers,
        )
        authors, products = _connect(people, goods, answer)
        found_people, found_goods = await asyncio.gather(
            self._entities(
                "accounts", _PEOPLE, [{"__typename": "User", "id": key} for key in authors], headers
            ),
            self._entities(
                "products",
                _GOODS,
                [{"__typename": "Product", "upc": key} for key in products],
                headers,
            ),
        )
        for group, entity in zip(authors.values(), found_people, strict=True):
            for one in group:
                reviews = one.pop("reviews")  # the client wants them last
                one.update(entity)
                one["reviews"] = reviews
        for group, entity in zip(products.values(), found_goods, strict=True):
            for one in group:
                one.update(entity)
        for one in goods:
            products.setdefault(one["upc"], []).append(one)
        stock = await self._entities(
            "inventory",
            _STOCK,
            [
                {
                    "__typename": "Product",
                    "upc": key,
                    "price": group[0]["price"],
                    "weight": group[0]["weight"],
                }
                for key, group in products.items()
            ],
            headers,
        )
        for group, entity in zip(products.values(), stock, strict=True):
            for one in group:
                one.update(entity)
                if "reviews" in one:
                    one["reviews"] = one.pop("reviews")
        return orjson.dumps({"data": {"users": people, "topProducts": goods}})

    async def _send(self, subgraph: str, body: bytes, headers: Headers) -> bytes:
        request = SubgraphRequest(subgraph, self._origin + subgraph, body, headers)
        return (await self._transport.send(request)).body

    async def _data(self, subgraph: str, body: bytes, headers: Headers) -> Object:
        data: Object = orjson.loads(await self._send(subgraph, body, headers))["data"]
        return data

    async def _entities(
        self, subgraph: str, query: str, entries: list[Object], headers: Headers
    ) -> list[Object]:
        body = orjson.dumps({"query": query, "variables": {"r": entries}})
        found: list[Object] = (await self._data(subgraph, body, headers))["_entities"]
        return found


def _connect(
    people: list[Object], goods: list[Object], answer: Object
) -> tuple[dict[str, list[Object]], dict[str, list[Object]]]:
    """Attach the reviews; return every author and product in them, by key."""
    authors: dict[str, list[Object]] = {}
    products: dict[str, list[Object]] = {}

    def of_author(reviews: list[Object]) -> None:
        for review in reviews:
            author = review["author"]
            authors.setdefault(author["id"], []).append(author)
            for own in author["reviews"]:
                product = own["product"]
                products.setdefault(product["upc"], []).append(product)

    for person, entity in zip(people, answer["u"], strict=True):
        person["reviews"] = entity["reviews"]
        for review in entity["reviews"]:
            product = review["product"]
            products.setdefault(product["upc"], []).append(product)
            of_author(product["reviews"])
    for product, entity in zip(goods, answer["p"], strict=True):
        product["reviews"] = entity["reviews"]
        of_author(entity["reviews"])
    return authors, products
