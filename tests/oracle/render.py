"""SDL of the monolith and of each subgraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tests.oracle.partition import Part, Partition, SubgraphPlan
from tests.oracle.world import FieldSpec, World, top_names

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", '
    '"@external", "@requires", "@provides", "@shareable", "@override", "@inaccessible", '
    '"@interfaceObject"])'
)


def monolith_sdl(partition: Partition) -> str:
    """One schema with everything that any subgraph has."""
    world = partition.world
    blocks = []
    for spec in world.objects.values():
        fields = {item.name: _signature(item) for item in spec.fields.values()}
        for plan in partition.subgraphs.values():
            if plan.interface_object and spec.interface == plan.interface_object:
                fields.update({n: _signature(item) for n, item in plan.extensions.items()})
        heads = f"type {spec.name}" + (f" implements {spec.interface}" if spec.interface else "")
        blocks.append(_block(heads, fields.values()))
    for name in world.interfaces:
        fields = ["id: ID!"]
        fields += [f"{common}: Int" for common in world.interface_fields.get(name, ())]
        for plan in partition.subgraphs.values():
            if plan.interface_object == name:
                fields += [_signature(item) for item in plan.extensions.values()]
        blocks.append(_block(f"interface {name}", fields))
    blocks += _unions(world.unions)
    blocks += _enums(world, world.enums)
    queries = {
        name: signature
        for plan in partition.subgraphs.values()
        for name, (signature, _, _) in plan.queries.items()
    }
    mutations = {
        name: f"{name}(n: Int!): {target}!"
        for plan in partition.subgraphs.values()
        for name, target in plan.mutations.items()
    }
    blocks.append(_block("type Query", queries.values()))
    if mutations:
        blocks.append(_block("type Mutation", mutations.values()))
    events = [line for plan in partition.subgraphs.values() for line in _events(plan)]
    if events:
        blocks.append(_block("type Subscription", events))
    return "\n".join(blocks)


def subgraph_sdl(partition: Partition, plan: SubgraphPlan) -> str:
    """The SDL of one subgraph."""
    world = partition.world
    blocks = [LINK]
    enums: set[str] = set()
    for name, part in plan.parts.items():
        blocks.append(_object(partition, plan, name, part, enums))
    for name in sorted(plan.abstract & world.interfaces.keys()):
        keys = ' @key(fields: "id")' if name in plan.interface_keys else ""
        common = _interface_fields(world, plan, name)
        blocks.append(_block(f"interface {name}{keys}", ["id: ID!", *common]))
    if plan.interface_object:
        fields = ["id: ID!"]
        for item in plan.extensions.values():
            needs = f' @requires(fields: "{" ".join(item.requires)}")' if item.requires else ""
            fields.append(_signature(item) + needs)
        fields += [
            f"{_signature(item)} @external"
            for other in partition.subgraphs.values()
            for item in other.extensions.values()
            if item.name in plan.external
        ]
        head = f'type {plan.interface_object} @key(fields: "id") @interfaceObject'
        blocks.append(_block(head, fields))
        enums |= {item.type.named for item in plan.extensions.values()}
    unions = {
        name: tuple(sorted(plan.members.get(name, world.unions[name])))
        for name in sorted(plan.abstract & world.unions.keys())
    }
    blocks += _unions(unions)
    blocks += _enums(world, sorted(enums & world.enums.keys()), " @inaccessible")
    if plan.queries:
        blocks.append(
            _block(
                "type Query",
                (
                    sig + (" @shareable" if shared else "")
                    for sig, _, shared in plan.queries.values()
                ),
            )
        )
    if plan.mutations:
        mutations = (f"{name}(n: Int!): {target}!" for name, target in plan.mutations.items())
        blocks.append(_block("type Mutation", mutations))
    if plan.subscriptions:
        blocks.append(_block("type Subscription", _events(plan)))
    return "\n".join(blocks)


def _object(
    partition: Partition, plan: SubgraphPlan, name: str, part: Part, enums: set[str]
) -> str:
    spec = partition.world.objects[name]
    head = f"type {name}"
    if spec.interface in plan.abstract:
        head += f" implements {spec.interface}"
    suffix = "" if part.resolvable else ", resolvable: false"
    head += "".join(f' @key(fields: "{key}"{suffix})' for key in part.keys)
    key_fields = top_names(part.keys)
    if spec.interface in plan.abstract:
        key_fields.add("id")
    lines = [_signature(spec.fields[item]) for item in spec.fields if item in key_fields]
    for item in spec.fields.values():
        if item.name in key_fields:
            continue
        line = _signature(item)
        if item.name in part.own:
            line += f" {part.own[item.name]}"
            if item.name in part.provides:
                line += f' @provides(fields: "{" ".join(part.provides[item.name])}")'
            if (name, item.name) in partition.hidden:
                line += " @inaccessible"
        elif item.name in part.external:
            line += " @external"
        elif item.name not in part.overridden:
            continue
        enums.add(item.type.named)
        lines.append(line)
    return _block(head, lines)


def _interface_fields(world: World, plan: SubgraphPlan, name: str) -> Iterator[str]:
    """The interface's common fields that every implementation resolves in this subgraph."""
    for common in world.interface_fields.get(name, ()):
        if all(common in plan.parts[item].own for item in world.interfaces[name]):
            yield f"{common}: Int"


def _events(plan: SubgraphPlan) -> list[str]:
    return [f"{name}: {target}" for name, target in plan.subscriptions.items()]


def _unions(unions: Mapping[str, Iterable[str]]) -> list[str]:
    return [f"union {name} = {' | '.join(members)}" for name, members in unions.items()]


def _enums(world: World, enums: Iterable[str], hidden: str = "") -> list[str]:
    """Enums, each with a value that clients do not see (and that no data has)."""
    return [
        f"enum {name} {{ {' '.join(world.enums[name])} {name}_HIDDEN{hidden} }}" for name in enums
    ]


def _signature(item: FieldSpec) -> str:
    arguments = f"(x: {item.argument})" if item.argument else ""
    return f"{item.name}{arguments}: {item.type.text}"


def _block(head: str, lines: Iterable[str]) -> str:
    return head + " {\n" + "".join(f"  {line}\n" for line in lines) + "}"
