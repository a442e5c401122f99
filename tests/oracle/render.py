"""SDL of the monolith and of each subgraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tests.oracle.model import FieldSpec, World, top_names
from tests.oracle.parts import Part, Partition, SubgraphPlan

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", '
    '"@external", "@requires", "@provides", "@shareable", "@override", "@inaccessible", '
    '"@interfaceObject", "@context", "@fromContext"])'
)
NAMESPACE = "Namespace"
CONTEXT = "near"


def monolith_sdl(partition: Partition) -> str:
    """One schema with everything that any subgraph has."""
    world = partition.world
    blocks = []
    for spec in world.objects.values():
        fields = {
            item.name: _signature(item, *(["z: Int"] if item.hides else []))
            for item in spec.fields.values()
        }
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
    plans = partition.subgraphs.values()
    queries = {
        name: (signature, "", False)
        for plan in plans
        for name, (signature, _, _) in plan.queries.items()
    }
    blocks += _query(partition, queries)
    mutations = {name: target for plan in plans for name, target in plan.mutations.items()}
    blocks += _mutations(mutations, {name: True for plan in plans for name in plan.payloads})
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
        common = world.interface_fields.get(plan.interface_object, ())
        fields += [f"{name}: Int @external" for name in common if name in plan.external]
        head = f'type {plan.interface_object} @key(fields: "id") @interfaceObject'
        blocks.append(_block(head, fields))
        enums |= {item.type.named for item in plan.extensions.values()}
    unions = {
        name: tuple(sorted(plan.members.get(name, world.unions[name])))
        for name in sorted(plan.abstract & world.unions.keys())
    }
    blocks += _unions(unions)
    blocks += _enums(world, sorted(enums & world.enums.keys()), " @inaccessible")
    blocks += _query(partition, plan.queries)
    blocks += _mutations(plan.mutations, dict.fromkeys(plan.payloads, bool(plan.queries)))
    if plan.subscriptions:
        blocks.append(_block("type Subscription", _events(plan)))
    return "\n".join(blocks)


def _query(partition: Partition, queries: Mapping[str, tuple[str, str, bool]]) -> Iterator[str]:
    """The type `Query`, and the namespace that some of its fields stand in."""
    lines: dict[bool, list[str]] = {False: [], True: []}
    for name, (signature, _, shared) in queries.items():
        line = signature + (" @shareable" if shared else "")
        lines[name in partition.namespaced].append(line)
    if lines[True]:
        lead = [f"{name}: {NAMESPACE}! @shareable" for name in ("space", "inner")]
        yield _block(f"type {NAMESPACE}", [*lines[True], lead[1]])
        lines[False].append(lead[0])
    if lines[False]:
        yield _block("type Query", lines[False])


def _mutations(mutations: Mapping[str, str], payloads: Mapping[str, bool]) -> Iterator[str]:
    """The type `Mutation` and its payloads; those that are true hold `Query`."""
    lines = []
    for name, target in mutations.items():
        answer = f"{target}!"
        if name in payloads:
            answer = f"Payload{name}!"
            below = ["query: Query!"] if payloads[name] else []
            yield _block(f"type Payload{name}", [f"item: {target}!", *below])
        lines.append(f"{name}(n: Int!): {answer}")
    if lines:
        yield _block("type Mutation", lines)


def _object(
    partition: Partition, plan: SubgraphPlan, name: str, part: Part, enums: set[str]
) -> str:
    spec = partition.world.objects[name]
    head = f"type {name}"
    if spec.interface in plan.abstract:
        head += f" implements {spec.interface}"
    for key in part.keys:
        entered = part.resolvable and key not in part.unresolvable
        head += f' @key(fields: "{key}"{"" if entered else ", resolvable: false"})'
    if name in plan.contexts:
        head += f' @context(name: "{CONTEXT}")'
    if name in partition.hidden_types:
        head += " @inaccessible"
    key_fields = top_names(part.keys)
    if spec.interface in plan.abstract:
        key_fields.add("id")
    lines = [_signature(spec.fields[item]) for item in spec.fields if item in key_fields]
    for item in spec.fields.values():
        if item.name in key_fields:
            continue
        line = _signature(item)
        if item.context:
            line = _contextual(partition, item)
        elif item.hides:
            hidden = " @inaccessible" if item.name in part.own else ""
            line = _signature(item, f"z: Int{hidden}")
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
    """The interface's common fields that every implementation has in this subgraph."""
    for common in world.interface_fields.get(name, ()):
        if all(common in plan.parts[item].declared for item in world.interfaces[name]):
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


def _contextual(partition: Partition, item: FieldSpec) -> str:
    """The signature of a field that takes an argument from an ancestor."""
    texts = set(item.context.values())
    selection = "".join(f" ... on {on} {{ {text} }}" for on, text in item.context.items())
    if len(texts) == 1:
        selection = f" {{ {texts.pop()} }}"
    setter, text = next(iter(item.context.items()))
    given = partition.world.objects[setter].fields[text.split(" ")[0]].type.named
    if given in partition.world.objects:
        below = text.removesuffix(" }").split(" { ")[1]
        given = partition.world.objects[given].fields[below].type.named
    return _signature(item, f'given: {given} @fromContext(field: "${CONTEXT}{selection}")')


def _signature(item: FieldSpec, *further: str) -> str:
    arguments = [*([f"x: {item.argument}"] if item.argument else []), *further]
    written = f"({', '.join(arguments)})" if arguments else ""
    return f"{item.name}{written}: {item.type.text}"


def _block(head: str, lines: Iterable[str]) -> str:
    return head + " {\n" + "".join(f"  {line}\n" for line in lines) + "}"
