"""The monolith and the strict subgraphs, all resolving from one world."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    build_schema,
)

from tests.kit.local_subgraph import LocalSubgraph
from tests.oracle.partition import Part, Partition, SubgraphPlan
from tests.oracle.render import monolith_sdl, subgraph_sdl
from tests.oracle.world import FieldSpec, Thing, World, field_set, selected, top_names

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
                field.resolve = _extended(world, extensions[item], extensions)
    _set_roots(
        world, schema, {n: q for p in partition.subgraphs.values() for n, q in p.queries.items()}
    )
    for plan in partition.subgraphs.values():
        for name, target in plan.subscriptions.items():
            assert schema.subscription_type is not None
            schema.subscription_type.fields[name].subscribe = _events(world, target)
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
            item: _part_value(partition, plan, name, part, spec.fields[item])
            for item in spec.fields
            if item in {*part.own, *part.external, *part.overridden}
            or item in top_names(part.keys)
            or (item == "id" and spec.interface in plan.abstract)
        }
        references[name] = _reference(world, name)
    for name in plan.abstract & world.interfaces.keys():
        references[name] = _reference(world, name)
    if plan.interface_object:
        name = plan.interface_object
        resolvers[name] = {"id": lambda source, _info: source[THING].id} | {
            item.name: _extension(world, item) for item in plan.extensions.values()
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
    if plan.subscriptions:
        resolvers["Subscription"] = {
            name: _events(world, target) for name, target in plan.subscriptions.items()
        }
    return LocalSubgraph(
        plan.name, subgraph_sdl(partition, plan), resolvers=resolvers, references=references
    )


def _true_value(world: World) -> Any:
    def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        return _wrap(world.resolve(source[THING], info.field_name, arguments))

    return resolve


def _extended(world: World, spec: FieldSpec, extensions: Mapping[str, FieldSpec]) -> Any:
    def resolve(source: Any, _info: GraphQLResolveInfo) -> Any:
        thing = source[THING]
        if spec.requires:
            given = [[world.extension(thing, extensions[name])] for name in spec.requires]
            return world.derived(spec, given)
        return world.extension(thing, spec)

    return resolve


def _extension(world: World, spec: FieldSpec) -> Any:
    def resolve(source: Any, _info: GraphQLResolveInfo) -> Any:
        if spec.requires:
            return world.derived(spec, [[source[name]] for name in spec.requires])
        return world.extension(source[THING], spec)

    return resolve


def _part_value(
    partition: Partition, plan: SubgraphPlan, type_name: str, part: Part, spec: FieldSpec
) -> Any:
    name, world = spec.name, partition.world
    provides = field_set(" ".join(part.provides[name])) if name in part.provides else None

    def resolve(source: Any, _info: GraphQLResolveInfo, **arguments: Any) -> Any:
        label = part.labels.get(name)
        gone = name in part.overridden
        if label is not None:
            # Of a field with a label, the old subgraph has it while the label is off.
            gone = partition.on.get(label, False) is gone
        if gone:
            raise GraphQLError(f"{plan.name} was asked for the overridden {type_name}.{name}")
        if name in part.external and not _is_provided(source, name):
            raise GraphQLError(f"{plan.name} was asked for the external {type_name}.{name}")
        if spec.requires:
            given = [
                selected(
                    field_set(text),
                    source,
                    lambda each: each["__typename"],
                    lambda each, node: each[node.name.value],
                )
                for text in spec.requires
            ]
            return world.derived(spec, given)
        return _wrap(world.value(source[THING], spec, arguments), provides)

    return resolve


def _is_provided(source: Mapping[str, Any], name: str) -> bool:
    pending = [source.get(PROVIDED)]
    while pending:
        for node in (pending.pop() or SelectionSetNode(selections=())).selections:
            if isinstance(node, InlineFragmentNode):
                assert node.type_condition is not None
                if node.type_condition.name.value == source["__typename"]:
                    pending.append(node.selection_set)
            elif isinstance(node, FieldNode) and node.name.value == name:
                return True
    return False


def _reference(world: World, name: str, typename: str | None = None) -> Any:
    everything = {thing.id: thing for item in world.concrete(name) for thing in world.things(item)}
    codes = {
        world.resolve(thing, "code", {}): thing
        for thing in everything.values()
        if "code" in world.objects[thing.type].fields
    }

    def find(representation: Mapping[str, Any]) -> Any:
        thing = everything.get(representation.get("id", ""))
        if thing is None and "ref" in representation:
            thing = everything.get(representation["ref"]["no"].removeprefix("no-"))
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


def _events(world: World, target: str) -> Any:
    async def events(_source: Any, info: GraphQLResolveInfo) -> AsyncIterator[Any]:
        for thing in world.things(target):
            yield {info.field_name: _wrap(thing)}
        yield {info.field_name: None}

    return events


def _extensions(partition: Partition) -> dict[str, FieldSpec]:
    return {
        name: item
        for plan in partition.subgraphs.values()
        for name, item in plan.extensions.items()
    }


def _wrap(value: Any, provided: SelectionSetNode | None = None) -> Any:
    if isinstance(value, Thing):
        return {"__typename": value.type, THING: value, PROVIDED: provided}
    if isinstance(value, list):
        return [_wrap(item, provided) for item in value]
    return value
