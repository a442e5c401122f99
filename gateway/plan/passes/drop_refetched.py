"""Ask no subgraph for what the fetches before it have brought.

Each place is solved for itself, so a field may be placed where it costs no request although another
use of it, such as a key on the way there, has brought it already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gateway.plan.fetch_graph import FetchGraph, FetchNode, FieldUse, Selection
from gateway.plan.nodes import Key, OfType
from gateway.plan.wires import WirePath

Levels = tuple[frozenset[str], ...]
"""For each wire key of a path, the concrete types of the objects that it is read from."""

Reached = Mapping[WirePath, frozenset[str]]
"""For each path, the types of which any fetch asks for its last key."""

Brought = dict[WirePath, list[Levels]]


def drop_refetched(graph: FetchGraph) -> None:
    """Take out what an earlier fetch brings anyway, and the fetches of which nothing is left."""
    for gone in _drop(graph.nodes, graph.ancestors()):
        node = graph.nodes[gone]
        if node.defer is not None:
            continue
        del graph.nodes[gone]
        for other in graph.nodes.values():
            for waits in (other.depends_on, other.inputs):
                if gone in waits:
                    waits.remove(gone)
                    waits |= node.depends_on


def drop_refetched_by_requests(groups: Sequence[Sequence[FetchNode]]) -> None:
    """The same once fetches are grouped: each then comes after all that its request waits for."""
    number_of = {node.id: number for number, group in enumerate(groups) for node in group}
    before: list[set[int]] = []
    ancestors: dict[int, set[int]] = {}
    for number, group in enumerate(groups):
        waits = {number_of[other] for node in group for other in node.depends_on} - {number}
        before.append(waits.union(*(before[other] for other in waits)))
        ancestors |= {
            node.id: {each.id for other in before[number] for each in groups[other]}
            for node in group
        }
    _drop({node.id: node for group in groups for node in group}, ancestors)


def _drop(nodes: Mapping[int, FetchNode], ancestors: Mapping[int, set[int]]) -> list[int]:
    """Take leaves out of selections; returns the fetches that have nothing left and keep it.

    A fetch that asks for the same as another one of its subgraph keeps it all: those two are
    printed once.
    """
    if not _overlap(nodes):
        return []
    reached = _reached(nodes)
    brought = {number: _brought(node, reached) for number, node in nodes.items()}
    shapes = Counter(_shape(node) for node in nodes.values())
    emptied = []
    for number, node in nodes.items():
        known: Brought = {}
        for other in ancestors[number]:
            for path, levels in brought[other].items():
                known.setdefault(path, []).extend(levels)
        if not known:
            continue
        above = _levels(node, reached)
        kept = {
            name: _without(each, node.wire_path, above, known)
            for name, each in node.selections.items()
        }
        if not any(each.uses or each.typename for each in kept.values()):
            emptied.append(number)
        elif shapes[_shape(node)] == 1:
            node.selections = kept
    return emptied


def _overlap(nodes: Mapping[int, FetchNode]) -> bool:
    """Whether two fetches bring a leaf of the same path; few plans have such a leaf."""
    leaves: set[WirePath] = set()

    def visit(selection: Selection, path: WirePath, own: set[WirePath]) -> bool:
        for use in selection.uses:
            below = (*path, use.key)
            if use.child is not None:
                if visit(use.child, below, own):
                    return True
            elif below in leaves:
                return True
            else:
                own.add(below)
        return False

    for node in nodes.values():
        own: set[WirePath] = set()
        if any(visit(each, node.wire_path, own) for each in node.selections.values()):
            return True
        leaves |= own
    return False


def _reached(nodes: Mapping[int, FetchNode]) -> Reached:
    found: dict[WirePath, set[str]] = {}
    for node in nodes.values():
        for selection in node.selections.values():
            for path, use in _uses(selection, node.wire_path):
                found.setdefault(path, set()).update(use.types)
    return {path: frozenset(types) for path, types in found.items()}


def _uses(selection: Selection, path: WirePath) -> Iterator[tuple[WirePath, FieldUse]]:
    for use in selection.uses:
        below = (*path, use.key)
        yield below, use
        if use.child is not None:
            yield from _uses(use.child, below)


def _levels(node: FetchNode, reached: Reached) -> Levels:
    """The types along the path to a fetch's objects."""
    levels: list[frozenset[str]] = []
    limited: frozenset[str] | None = None
    path: WirePath = ()
    for step in node.path:
        if isinstance(step, OfType):
            limited = frozenset(step.types)
        elif isinstance(step, Key):
            path = (*path, step.name)
            levels.append(reached[path] if limited is None else limited)
            limited = None
    return tuple(levels)


def _brought(node: FetchNode, reached: Reached) -> Brought:
    """The leaves that a fetch brings whatever the client's variables are."""
    found: Brought = {}
    if node.when is not None:
        return found

    def visit(selection: Selection, path: WirePath, levels: Levels) -> None:
        for use in selection.uses:
            if use.when is not None or use.variables:
                continue
            below, types = (*path, use.key), (*levels, frozenset(use.types))
            if use.child is None:
                found.setdefault(below, []).append(types)
            else:
                visit(use.child, below, types)

    for selection in node.selections.values():
        visit(selection, node.wire_path, _levels(node, reached))
    return found


def _without(selection: Selection, path: WirePath, above: Levels, known: Brought) -> Selection:
    """What is left of a selection without the known leaves."""
    kept: list[FieldUse] = []
    for use in selection.uses:
        below, levels = (*path, use.key), (*above, frozenset(use.types))
        if use.child is None:
            if use.variables or not _covered(levels, known.get(below, ())):
                kept.append(use)
            continue
        child = _without(use.child, below, levels, known)
        if child.uses or child.typename or not use.child.uses:
            kept.append(replace(use, child=child))
    return replace(selection, uses=kept)


def _covered(levels: Levels, known: Sequence[Levels]) -> bool:
    """Whether known leaves, together, are brought for all the types on the way and in the end."""
    fitting = (
        each
        for each in known
        if all(other <= one for one, other in zip(each[:-1], levels[:-1], strict=True))
    )
    return levels[-1] <= frozenset().union(*(each[-1] for each in fitting))


def _shape(node: FetchNode) -> tuple[object, ...]:
    def of(selection: Selection) -> tuple[object, ...]:
        uses = (
            (use.key, use.argument_text, use.types, use.when, use.child and of(use.child))
            for use in selection.uses
        )
        return (selection.type_name, selection.typename, *uses)

    return (node.graph, node.types, *(of(each) for each in node.selections.values()))
