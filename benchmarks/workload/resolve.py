"""The shop as graphql-core schemas: each subgraph's, and one monolith that knows the right answers.

All values are `Node`s: a type name and an identity. Resolvers are found by (type, field), so the
subgraphs and the monolith share them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    graphql_sync,
)

from benchmarks.workload import data

SCHEMA_FOLDER = Path(__file__).parent / "schema"
OPERATIONS_FOLDER = Path(__file__).parent / "operations"
SUBGRAPHS = ("accounts", "inventory", "products", "reviews")
OPERATIONS = ("large", "two_hops", "one_fetch")

_FEDERATION = """
scalar _Any
scalar link__Import
scalar FieldSet
directive @link(url: String!, import: [link__Import]) repeatable on SCHEMA
directive @key(fields: FieldSet!) repeatable on OBJECT
directive @shareable on FIELD_DEFINITION | OBJECT
directive @external on FIELD_DEFINITION
directive @requires(fields: FieldSet!) on FIELD_DEFINITION
directive @provides(fields: FieldSet!) on FIELD_DEFINITION
"""

_MONOLITH = """
type Query {
  me: User
  user(id: ID!): User
  users: [User!]!
  topProducts(first: Int! = 5): [Product!]!
}
type User { id: ID! name: String! username: String! memberSince: Int! reviews: [Review!]! }
type Review { id: ID! body: String! author: User! product: Product! }
type Product {
  upc: String! name: String! price: Int! weight: Int!
  inStock: Boolean! shippingEstimate: Int! reviews: [Review!]!
}
"""


@dataclass(frozen=True)
class Node:
    """An object of the shop. `given` holds what a gateway sent along (`@requires`)."""

    type: str
    id: str
    given: tuple[tuple[str, Any], ...] = ()


Resolver = Callable[..., Any]


def _user(field: Callable[[data.User], Any]) -> Resolver:
    return lambda node, _info: field(data.USER_BY_ID[node.id])


def _product(field: Callable[[data.Product], Any]) -> Resolver:
    return lambda node, _info: field(data.PRODUCT_BY_UPC[node.id])


def _review(field: Callable[[data.Review], Any]) -> Resolver:
    reviews = {review.id: review for review in data.REVIEWS}
    return lambda node, _info: field(reviews[node.id])


def _reviews_where(matches: Callable[[data.Review, Node], bool]) -> Resolver:
    return lambda node, _info: [
        Node("Review", review.id) for review in data.REVIEWS if matches(review, node)
    ]


def _estimate(node: Node, _info: Any) -> int:
    given = dict(node.given)
    product = data.PRODUCT_BY_UPC[node.id]
    return data.shipping_estimate(
        given.get("price", product.price), given.get("weight", product.weight)
    )


RESOLVERS: dict[tuple[str, str], Resolver] = {
    ("Query", "me"): lambda _root, _info: Node("User", data.USERS[0].id),
    ("Query", "user"): lambda _root, _info, id: Node("User", id) if id in data.USER_BY_ID else None,
    ("Query", "users"): lambda _root, _info: [Node("User", user.id) for user in data.USERS],
    ("Query", "topProducts"): lambda _root, _info, first: [
        Node("Product", product.upc) for product in data.PRODUCTS[:first]
    ],
    ("User", "id"): lambda node, _info: node.id,
    ("User", "name"): _user(lambda user: user.name),
    ("User", "username"): _user(lambda user: user.username),
    ("User", "memberSince"): _user(lambda user: user.member_since),
    ("User", "reviews"): _reviews_where(lambda review, node: review.author == node.id),
    ("Product", "upc"): lambda node, _info: node.id,
    ("Product", "name"): _product(lambda product: product.name),
    ("Product", "price"): _product(lambda product: product.price),
    ("Product", "weight"): _product(lambda product: product.weight),
    ("Product", "inStock"): _product(lambda product: product.in_stock),
    ("Product", "shippingEstimate"): _estimate,
    ("Product", "reviews"): _reviews_where(lambda review, node: review.product == node.id),
    ("Review", "id"): lambda node, _info: node.id,
    ("Review", "body"): _review(lambda review: review.body),
    ("Review", "author"): _review(lambda review: Node("User", review.author)),
    ("Review", "product"): _review(lambda review: Node("Product", review.product)),
}
_KEYS = {"User": "id", "Product": "upc", "Review": "id"}


def _entities(_root: Any, _info: Any, representations: list[Any]) -> list[Node]:
    return [
        Node(
            entry["__typename"],
            entry[_KEYS[entry["__typename"]]],
            tuple((name, entry[name]) for name in ("price", "weight") if name in entry),
        )
        for entry in representations
    ]


def _attach(schema: GraphQLSchema) -> GraphQLSchema:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            fields: dict[str, GraphQLField] = type_.fields
            for name, field in fields.items():
                if (resolver := RESOLVERS.get((type_.name, name))) is not None:
                    field.resolve = resolver
    return schema


def sdl(subgraph: str) -> str:
    """The SDL of a subgraph."""
    return (SCHEMA_FOLDER / f"{subgraph}.graphql").read_text()


def operation(name: str) -> str:
    """The text of an operation of the workload."""
    return (OPERATIONS_FOLDER / f"{name}.graphql").read_text()


def subgraph_schema(subgraph: str) -> GraphQLSchema:
    """An executable schema of one subgraph, with `_service` and `_entities`."""
    text = sdl(subgraph)
    members = " | ".join(name for name in _KEYS if f"type {name} @key" in text)
    machinery = (
        f"{_FEDERATION}\nunion _Entity = {members}\ntype _Service {{ sdl: String! }}\n"
        "%s { _service: _Service! _entities(representations: [_Any!]!): [_Entity]! }"
    ) % ("extend type Query" if "type Query" in text else "type Query")
    schema = _attach(build_schema(f"{text}\n{machinery}", assume_valid_sdl=True))
    assert schema.query_type is not None
    schema.query_type.fields["_entities"].resolve = _entities
    schema.query_type.fields["_service"].resolve = lambda _root, _info: {"sdl": text}
    union: Any = schema.type_map["_Entity"]
    union.resolve_type = lambda node, _info, _type: node.type
    return schema


def expected(name: str) -> dict[str, Any]:
    """The right answer to an operation of the workload, from the monolith."""
    result = graphql_sync(_attach(build_schema(_MONOLITH)), operation(name))
    assert not result.errors, result.errors
    answer: dict[str, Any] = json.loads(json.dumps({"data": result.data}))
    return answer
