"""Deferred parts of the answer: which fetches each waits for, and where the client finds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.plan.conditions import both, either
from gateway.plan.fetch_graph import FetchNode
from gateway.plan.nodes import Condition, Deferred, Each, Key, Path
from gateway.plan.output import OutputBuilder
from gateway.plan.positions import DeferredPart, Position
from gateway.plan.visit import EmittedPart
from gateway.plan.wires import WirePath


def deferred_parts(
    position: Position,
    emitted: Sequence[EmittedPart],
    groups: Sequence[Sequence[FetchNode]],
    outputs: OutputBuilder,
) -> tuple[Deferred, ...]:
    """The plan's deferred parts, outer ones before those inside them."""
    if not emitted:
        return ()
    found: list[Deferred] = []
    _collect(position, (), (), None, None, emitted, groups, outputs, found)
    return tuple(found)


def _collect(
    position: Position,
    wire_path: WirePath,
    response_path: Path,
    reached: Condition | None,
    parent: int | None,
    emitted: Sequence[EmittedPart],
    groups: Sequence[Sequence[FetchNode]],
    outputs: OutputBuilder,
    found: list[Deferred],
) -> None:
    for part in position.deferred:
        here = both(reached, part.reached)
        for index, each in enumerate(emitted):
            if each.source != part.source or each.wire_path != wire_path:
                continue
            made = _deferred(part, each, index, wire_path, response_path, parent, groups, outputs)
            found.append(replace(made, reached=here))
            inner = len(found) - 1
            _collect(
                part.content,
                wire_path,
                response_path,
                here,
                inner,
                emitted,
                groups,
                outputs,
                found,
            )
    for child, wires, responses, when in _children(position, wire_path, response_path, outputs):
        below = both(reached, when)
        _collect(child, wires, responses, below, parent, emitted, groups, outputs, found)


def _deferred(
    part: DeferredPart,
    each: EmittedPart,
    index: int,
    wire_path: WirePath,
    response_path: Path,
    parent: int | None,
    groups: Sequence[Sequence[FetchNode]],
    outputs: OutputBuilder,
) -> Deferred:
    return Deferred(
        label=part.label,
        path=each.path,
        response_path=response_path,
        output=outputs.output(part.content, wire_path),
        fetches=tuple(number for number, group in enumerate(groups) if group[0].defer == index),
        when=part.when,
        parent=parent,
    )


def _children(
    position: Position, wire_path: WirePath, response_path: Path, outputs: OutputBuilder
) -> Iterator[tuple[Position, WirePath, Path, Condition | None]]:
    """The places below a position, each once, and the condition under which the client sees it."""
    found: dict[tuple[int, WirePath, str], tuple[Position, WirePath, Path, Condition | None]] = {}
    for each in position.classes:
        for selected in each.selected:
            if selected.child is None:
                continue
            reference = outputs.schema.field_type(each.types[0], selected.field)
            lists = (Each(),) * reference.list_depth
            for key in outputs.source(position, selected, wire_path):
                wires = (*wire_path, key)
                identity = (id(selected.child), wires, selected.response_key)
                known = found.get(identity)
                when = selected.when if known is None else either(known[-1], selected.when)
                path = (*response_path, Key(selected.response_key), *lists)
                found[identity] = (selected.child, wires, path, when)
    yield from found.values()
