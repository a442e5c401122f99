"""A federation schema whose entities are resolved from representations in batches.

A type with a key gives a class method

    async def resolve_reference(cls, context: RequestContext, key: Mapping[str, Any]) -> Self | None

`key` is the representation: GraphQL names, the fields of the key and of `@requires`. All
representations of a request are resolved at the same time, so that the request's loaders see all
keys in one tick. An unknown type, or a failure, concerns its own entity only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from graphql import GraphQLError
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.federation.schema import FederationAny
from strawberry.federation.schema import Schema as FederationSchema
from strawberry.federation.schema_directives import Authenticated, Key
from strawberry.federation.types import FieldSet
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.base import StrawberryObjectDefinition

from subgraphs.serving import glossary
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.errors import BadInputError
from subgraphs.serving.lineage import LineageExtension
from subgraphs.serving.values import DECIMAL

# The key of an entity that another subgraph owns and this one only refers to.
REFERENCE_KEY = Key(fields=FieldSet("id"), resolvable=False)

# Parsing and validating costs several times what resolving does, and a gateway sends the same
# few texts again and again.
DOCUMENT_CACHE_SIZE = 512


class Entity(Protocol):
    """What a type with a key implements."""

    @classmethod
    def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Awaitable[Any]: ...


class SubgraphSchema(FederationSchema):
    """See the module's text. Errors are logged where they are described to the client."""

    make_twin: Callable[[], SubgraphSchema]
    _twin: SubgraphSchema | None = None

    def with_lineage(self) -> SubgraphSchema:
        """The same schema, noting where records stand; made when it is first asked for."""
        if self._twin is None:
            self._twin = self.make_twin()
        return self._twin

    def entities_resolver(self, info: Info, representations: list[FederationAny]) -> list[Any]:
        """The entities of the representations, in their order: awaitables, or errors as values."""
        return [self._entity(info.context, each) for each in representations]

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave logging to `errors.describe`, which knows the request's correlation id."""

    def _entity(self, context: RequestContext, representation: Any) -> Any:
        name = representation.get("__typename") if isinstance(representation, Mapping) else None
        known = self.schema_converter.type_map.get(name) if isinstance(name, str) else None
        origin = getattr(known.definition, "origin", None) if known is not None else None
        resolve = getattr(origin, "resolve_reference", None)
        if resolve is None:
            return BadInputError("A representation names no entity of this subgraph.")
        return resolve(context, representation)


def make_schema(
    query: type,
    mutation: type | None = None,
    subscription: type | None = None,
    types: tuple[type, ...] = (),
) -> SubgraphSchema:
    """The schema of a subgraph; `types` are entities that no field of it leads to.

    All entry points are marked `@authenticated`: the gateway tells who is not signed in instead of
    answering as if nothing existed.
    """
    for root in (query, mutation, subscription):
        if root is not None:
            _mark_authenticated(root)

    def build(*further: type[SchemaExtension]) -> SubgraphSchema:
        schema = SubgraphSchema(
            query=query,
            mutation=mutation,
            subscription=subscription,
            types=types,
            federation_version="2.9",
            config=StrawberryConfig(scalar_map={Decimal: DECIMAL}),
            extensions=[
                lambda: ParserCache(maxsize=DOCUMENT_CACHE_SIZE),
                lambda: ValidationCache(maxsize=DOCUMENT_CACHE_SIZE),
                *further,
            ],
        )
        glossary.complete(schema._schema)
        return schema

    schema = build()
    schema.make_twin = lambda: build(LineageExtension)
    return schema


def _mark_authenticated(root: type) -> None:
    definition: StrawberryObjectDefinition = root.__strawberry_definition__  # type: ignore[attr-defined]
    for each in definition.fields:
        if not any(isinstance(directive, Authenticated) for directive in each.directives):
            each.directives = [*each.directives, Authenticated()]


def key_of(representation: Mapping[str, Any], name: str = "id") -> str:
    """The value of a key's field; raises `BadInputError` if the representation lacks it."""
    value = representation.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadInputError(f"A representation lacks the key '{name}'.")
    return str(value)


def required_of(representation: Mapping[str, Any], *path: str) -> Any:
    """What a representation carries of a field set of `@requires`, None where that is null.

    Raises `BadInputError` if it is not of the shape of the field set.
    """
    value: Any = representation
    for name in path:
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise BadInputError(f"A representation's '{name}' is not where it should be.")
        value = value.get(name)
    return value
