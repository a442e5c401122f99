"""The directives of the join specification, as they are applied in a supergraph."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Applied, EnumLiteral, InputDef, Value


def applied(name: str, /, **args: Value) -> Applied:
    """A directive application; arguments that are None are left out."""
    return Applied(name, {key: value for key, value in args.items() if value is not None})


def graph(subgraph: Subgraph) -> EnumLiteral:
    """The subgraph's value of `join__Graph`."""
    return EnumLiteral(subgraph.graph)


def join_implements(subgraph: Subgraph, interface: str) -> Applied:
    """In this subgraph, the type implements the interface."""
    return applied("join__implements", graph=graph(subgraph), interface=interface)


def join_union_member(subgraph: Subgraph, member: str) -> Applied:
    """In this subgraph, the union has the member."""
    return applied("join__unionMember", graph=graph(subgraph), member=member)


def join_enum_value(subgraph: Subgraph) -> Applied:
    """This subgraph has the value."""
    return applied("join__enumValue", graph=graph(subgraph))


def join_directive(subgraphs: Iterable[Subgraph], name: str, args: Value) -> Applied:
    """These subgraphs apply a directive that is carried through as it is."""
    graphs = tuple(graph(subgraph) for subgraph in subgraphs)
    return applied("join__directive", graphs=graphs, name=name, args=args)


def join_input_fields(
    having: Iterable[tuple[Subgraph, InputDef]], *, typed: bool
) -> tuple[Applied, ...]:
    """Which subgraphs have an input field, and with which type where types differ."""
    return tuple(
        applied("join__field", graph=graph(subgraph), type=str(item.type) if typed else None)
        for subgraph, item in having
    )
