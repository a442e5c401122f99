"""The monolith and the strict subgraphs, all resolving from one world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema, build_schema

from tests.kit.local_subgraph import LocalSubgraph
from tests.oracle.partition import Part, Partition, SubgraphPlan
from tests.oracle.render import monolith_sdl, subgraph_sdl
from tests.oracle.world import FieldSpec, Thing, World

THING = "__thing"
PROVIDED = "__provided"

MutationLog = list[tuple[str, int]]


def monolith(partition: Partition, log: MutationLog) -> GraphQLSchema:
    """One schema over the whole world; the oracle."""
    world = partition.world
    schema = build_schema(monolith_sdl(partition))
    extensions = _extensions(partition)
    for name, spec in world.objects.items():
        for item in schema.type_map[name].fields:  # type: ignore[attr-defined]
            field = schema.type_map[name].fields[item]  # type: ignore[attr-defined]
            if item in spec.fields:
                field.resolve = _true_value(world)
            else:
                field.resolve = _extended(world, extensions[item])
    _set_roots(
        world, schema, {n: q for p in partition.subgraphs.values() for n, q in p.queries.items()}
    )
    for plan in partition.subgraphs.values():
        for name, target in plan.mutations.items():
            assert schema.mutation_type is not None
            schema.mutation_type.fields[name].resolve = _mutation(world, name, target, log)
    return schema


def subgraphs(partition: Partition, log: MutationLog) -> list[LocalSubgraph]:
    """One strict server for each part of the partition."""
    return [_subgraph(partition, plan, log) for plan in partition.subgraphs.values()]


def _subgraph(partition: Partition, plan: SubgraphPlan, log: MutationLog) -> LocalSubgraph:
    world = partition.world
    resolvers: dict[str, dict[str, Any]] = {}
    references: dict[str, Any] = {}
    for name, part in plan.parts.items():
        spec = world.objects[name]
        resolvers[name] = {
            item: _part_value(world, plan, name, part, spec.fields[item])
            for item in spec.fields
            if item in {*part.own, *part.external, *part.overridden}
            or any(item in key.split() for key in part.keys)
            or (item == "id" and spec.interface in plan.abstract)
        }
        references[name] = _reference(world, name)
    for name in plan.abstract & world.interfaces.keys():
        references[name] = _reference(world, name)
    if plan.interface_object:
        name = plan.interface_object
        resolvers[name] = {"id": lambda source, _info: source[THING].id} | {
            item.name: _extended(world, item) for item in plan.extensions.values()
        }
        references[name] = _reference(world, name, typename=name)
    resolvers["Query"] = {
        name: _root(world, target, plan.interface_object)
        for name, (_, target, _) in plan.queries.items()
    }
    if plan.mutations:
        resolvers["Mutation"] = {
            name: _mutation(world, name, target, log) for name, target in plan.mutations.items()
        }
    return LocalSubgraph(
        plan.name, subgraph_sdl(partition, plan), resolvers=resolvers, references=references
    )


def _true_value(world: World) -> Any:
    def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        return _wrap(world.resolve(source[THING], info.field_name, arguments))

    return resolve


def _extended(world: World, spec: FieldSpec) -> Any:
    return lambda source, _info: world.extension(source[THING], spec)


def _part_value(
    world: World, plan: SubgraphPlan, type_name: str, part: Part, spec: FieldSpec
) -> Any:
    name = spec.name
    provides = frozenset(part.provides.get(name, ()))

    def resolve(source: Any, _info: GraphQLResolveInfo, **arguments: Any) -> Any:
        if name in part.overridden:
            raise GraphQLError(f"{plan.name} was asked for the overridden {type_name}.{name}")
        if name in part.external and name not in source.get(PROVIDED, ()):
            raise GraphQLError(f"{plan.name} was asked for the external {type_name}.{name}")
        if spec.requires:
            given = [_given(source, text) for text in spec.requires]
            return world.derived(spec, given)
        return _wrap(world.value(source[THING], spec, arguments), provides)

    return resolve


def _given(source: Mapping[str, Any], selection: str) -> Any:
    """What a representation gave for a required field set."""
    name, _, below = selection.partition(" ")
    value = source[name]
    inner = below.strip("{} ")
    if not below or value is None:
        return value
    if isinstance(value, list):
        return _given_items(value, inner)
    return _given(value, inner)


def _given_items(value: Any, inner: str) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [_given_items(item, inner) for item in value]
    return _given(value, inner)


def _reference(world: World, name: str, typename: str | None = None) -> Any:
    everything = {thing.id: thing for item in world.concrete(name) for thing in world.things(item)}
    codes = {
        world.resolve(thing, "code", {}): thing
        for thing in everything.values()
        if "code" in world.objects[thing.type].fields
    }

    def find(representation: Mapping[str, Any]) -> Any:
        thing = everything.get(representation.get("id", ""))
        if thing is None:
            thing = codes.get(representation.get("code"))
        if thing is None:
            return None
        return {"__typename": typename or thing.type, THING: thing}

    return find


def _root(world: World, target: str, interface_object: str | None) -> Any:
    def resolve(_source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        rows = [
            {
                "__typename": interface_object if target == interface_object else thing.type,
                THING: thing,
            }
            for thing in world.things(target)
        ]
        if "id" in arguments:
            return next((row for row in rows if row[THING].id == arguments["id"]), None)
        return rows

    return resolve


def _set_roots(
    world: World, schema: GraphQLSchema, queries: Mapping[str, tuple[str, str, bool]]
) -> None:
    assert schema.query_type is not None
    for name, (_, target, _) in queries.items():
        schema.query_type.fields[name].resolve = _root(world, target, None)


def _mutation(world: World, name: str, target: str, log: MutationLog) -> Any:
    def resolve(_source: Any, _info: GraphQLResolveInfo, n: int) -> Any:
        log.append((name, n))
        things = world.things(target)
        return _wrap(things[n % len(things)])

    return resolve


def _extensions(partition: Partition) -> dict[str, FieldSpec]:
    return {
        name: item
        for plan in partition.subgraphs.values()
        for name, item in plan.extensions.items()
    }


def _wrap(value: Any, provided: frozenset[str] = frozenset()) -> Any:
    if isinstance(value, Thing):
        return {"__typename": value.type, THING: value, PROVIDED: provided}
    if isinstance(value, list):
        return [_wrap(item, provided) for item in value]
    return value
