"""The monolith and the strict subgraphs, all resolving from one world."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
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
from tests.oracle.model import FieldSpec, Thing, World, field_set, selected, top_names
from tests.oracle.parts import Part, Partition, SubgraphPlan
from tests.oracle.render import NAMESPACE, monolith_sdl, subgraph_sdl

THING = "__thing"
PROVIDED = "__provided"
SETTER = "__setter"
"""The nearest ancestor that sets the context."""

MutationLog = list[tuple[str, int]]


def monolith(partition: Partition, log: MutationLog) -> GraphQLSchema:
    """One schema over the whole world; the oracle."""
    world = partition.world
    schema = build_schema(monolith_sdl(partition), assume_valid_sdl=True)
    extensions = _extensions(partition)
    setters = {name for plan in partition.subgraphs.values() for name in plan.contexts}
    for name, spec in world.objects.items():
        for item in schema.type_map[name].fields:  # type: ignore[attr-defined]
            field = schema.type_map[name].fields[item]  # type: ignore[attr-defined]
            if item in spec.fields:
                field.resolve = _true_value(world, setters)
            else:
                field.resolve = _extended(world, extensions[item], extensions)
    roots = {n: q[1] for p in partition.subgraphs.values() for n, q in p.queries.items()}
    for type_name, fields in _root_resolvers(partition, roots, None).items():
        for name, resolve in fields.items():
            schema.type_map[type_name].fields[name].resolve = resolve  # type: ignore[attr-defined]
    for plan in partition.subgraphs.values():
        for name, target in plan.subscriptions.items():
            assert schema.subscription_type is not None
            schema.subscription_type.fields[name].subscribe = _events(world, target)
        for name in plan.mutations:
            assert schema.mutation_type is not None
            schema.mutation_type.fields[name].resolve = _mutation(world, plan, name, log)
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
            if item in part.declared
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
    roots = {name: target for name, (_, target, _) in plan.queries.items()}
    resolvers |= _root_resolvers(partition, roots, plan.interface_object)
    if plan.mutations:
        resolvers["Mutation"] = {name: _mutation(world, plan, name, log) for name in plan.mutations}
    if plan.subscriptions:
        resolvers["Subscription"] = {
            name: _events(world, target) for name, target in plan.subscriptions.items()
        }
    return LocalSubgraph(
        plan.name, subgraph_sdl(partition, plan), resolvers=resolvers, references=references
    )


def _true_value(world: World, setters: Collection[str]) -> Any:
    def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        thing = source[THING]
        setter = thing if thing.type in setters else source.get(SETTER)
        spec = world.objects[thing.type].fields[info.field_name]
        if spec.context:
            given = world.context_value(setter, spec)
            return world.contextual(thing, spec, given, arguments.get("x"))
        return _wrap(world.resolve(thing, info.field_name, arguments), setter=setter)

    return resolve


def _extended(world: World, spec: FieldSpec, extensions: Mapping[str, FieldSpec]) -> Any:
    def resolve(source: Any, _info: GraphQLResolveInfo) -> Any:
        thing = source[THING]
        if spec.requires:
            given = [
                [world.extension(thing, extensions[name])]
                if name in extensions
                else world.required(thing, name)
                for name in spec.requires
            ]
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
    provides = [field_set(" ".join(part.provides[name]))] if name in part.provides else []

    def resolve(source: Any, _info: GraphQLResolveInfo, **arguments: Any) -> Any:
        label = part.labels.get(name)
        gone = name in part.overridden
        if label is not None:
            # Of a field with a label, the old subgraph has it while the label is off.
            gone = partition.on.get(label, False) is gone
        if gone:
            raise GraphQLError(f"{plan.name} was asked for the overridden {type_name}.{name}")
        given_here = _provided_nodes(source, name)
        if name in part.external and not given_here:
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
        if spec.context:
            thing = source[THING]
            return world.contextual(thing, spec, arguments.get("given"), arguments.get("x"))
        below = [node.selection_set for node in given_here if node.selection_set is not None]
        return _wrap(world.value(source[THING], spec, arguments), [*provides, *below])

    return resolve


def _provided_nodes(source: Mapping[str, Any], name: str) -> list[FieldNode]:
    """What is provided of a field of an object by the path on which it was reached."""
    pending = list(source.get(PROVIDED) or ())
    found = []
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, InlineFragmentNode):
                assert node.type_condition is not None
                if node.type_condition.name.value == source["__typename"]:
                    pending.append(node.selection_set)
            elif isinstance(node, FieldNode) and node.name.value == name:
                found.append(node)
    return found


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
        if thing is None and "ka" in representation:
            thing = everything.get(representation["ka"].removeprefix("ka-"))
            assert thing is None or representation["kb"] == _second(world, thing)
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


def _second(world: World, thing: Thing) -> Any:
    """The second part of a key whose parts come from two subgraphs, as representations hold it."""
    value = world.resolve(thing, "kb", {})
    return {"no": f"no-{thing.id}"} if isinstance(value, Thing) else value


def _root_resolvers(
    partition: Partition, roots: Mapping[str, str], interface_object: str | None
) -> dict[str, dict[str, Any]]:
    """Resolvers of `Query` and of the namespace in it, by type and field."""
    resolvers: dict[str, dict[str, Any]] = {"Query": {}}
    for name, target in roots.items():
        resolve = _root(partition.world, target, interface_object)
        if name in partition.namespaced:
            resolvers["Query"]["space"] = _anything
            resolvers.setdefault(NAMESPACE, {"inner": _anything})[name] = resolve
        else:
            resolvers["Query"][name] = resolve
    return resolvers


def _anything(_source: Any, _info: GraphQLResolveInfo) -> dict[str, Any]:
    """An object that is the same everywhere, as the root and a namespace are."""
    return {}


def _mutation(world: World, plan: SubgraphPlan, name: str, log: MutationLog) -> Any:
    def resolve(_source: Any, _info: GraphQLResolveInfo, n: int) -> Any:
        log.append((name, n))
        things = world.things(plan.mutations[name])
        item = _wrap(things[n % len(things)])
        return {"item": item, "query": {}} if name in plan.payloads else item

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


def _wrap(
    value: Any, provided: Sequence[SelectionSetNode] = (), setter: Thing | None = None
) -> Any:
    if isinstance(value, Thing):
        return {"__typename": value.type, THING: value, PROVIDED: provided, SETTER: setter}
    if isinstance(value, list):
        return [_wrap(item, provided, setter) for item in value]
    return value
