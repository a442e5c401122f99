"""Objects that a fetch has to leave out because they cannot be represented.

A representation needs its key and everything that the fetch's fields require. Where an error left
a part of that undone, the object is not asked for, and all that the fetch would have brought stays
null: also what needs the key alone. Looked for only when something has gone wrong already.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.execute.conditions import holds
from gateway.execute.interpreter.collect import lacks
from gateway.execute.positions import Step, walk
from gateway.execute.program import State, Tree
from gateway.plan.nodes import EntityCall, Fetch


def left_out(fetch: Fetch, state: State) -> Iterator[tuple[tuple[Step, ...], list[str]]]:
    """Each object that a fetch leaves out: its position in wire keys, and the keys that stay null.

    Objects of which the client would see nothing new are passed over.
    """
    for call in fetch.entities:
        if not holds(call.when, state.variables):
            continue
        for path in call.targets:
            for position, target in walk(state.root, path):
                if lacks(target, call.representations):
                    keys = _unfilled(call, target)
                    if keys:
                        yield position, keys


def _unfilled(call: EntityCall, target: Tree) -> list[str]:
    typename = target.get("__typename")
    return [
        wire.key
        for wire in call.selection
        if not wire.internal
        and (wire.on is None or typename is None or typename in wire.on)
        and (wire.children or target.get(wire.key) is None)
    ]
