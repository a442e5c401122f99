"""Where objects stand: walking the merged tree along a plan's path, with list indexes.

Only errors and extensions need concrete positions, so nothing is recorded while requests go well;
objects are found again by identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from gateway.execute.program import Tree
from gateway.plan.nodes import Each, Key, Output, OutputField, Path

Step = str | int


def walk(root: Tree, path: Path) -> Iterator[tuple[tuple[Step, ...], Tree]]:
    """Yield each object at a path with its position (wire keys and list indexes), in tree order."""
    stack: list[tuple[int, tuple[Step, ...], Any]] = [(0, (), root)]
    while stack:
        index, position, value = stack.pop()
        if index == len(path):
            if value.__class__ is dict:
                yield position, value
            continue
        step = path[index]
        if isinstance(step, Key):
            if value.__class__ is dict and value.get(step.name) is not None:
                stack.append((index + 1, (*position, step.name), value[step.name]))
        elif isinstance(step, Each):
            if value.__class__ is list:
                stack.extend(
                    (index + 1, (*position, i), value[i]) for i in range(len(value) - 1, -1, -1)
                )
        elif value.__class__ is dict and value.get("__typename") in step.types:
            stack.append((index + 1, position, value))


class Whereabouts:
    """The positions of the objects at some paths; the tree is walked once, when first asked."""

    __slots__ = ("_known", "_paths", "_root")

    def __init__(self, root: Tree, paths: Sequence[Path]) -> None:
        self._root = root
        self._paths = paths
        self._known: dict[int, list[tuple[int, tuple[Step, ...]]]] | None = None

    def of(self, objects: Iterable[Tree]) -> list[tuple[Step, ...]]:
        """Every position where one of the objects stands, in the order of paths and tree."""
        if self._known is None:
            self._known = {}
            places = (found for path in self._paths for found in walk(self._root, path))
            for order, (place, item) in enumerate(places):
                self._known.setdefault(id(item), []).append((order, place))
        wanted = dict.fromkeys(id(item) for item in objects)
        found = [entry for identity in wanted for entry in self._known.get(identity, ())]
        return [place for _, place in sorted(found)] if len(found) > 1 else [p for _, p in found]


def to_response(
    outputs: Sequence[Output],
    steps: Sequence[Step | None],
    active: Callable[[OutputField], bool],
) -> list[Step | None]:
    """Translate wire keys to the client's response keys; `None` stands for any list index.

    The path ends where the client did not ask for a key. Of several response keys for one wire key
    the first that leads furthest is taken.
    """
    return to_responses(outputs, steps, active)[0]


def to_responses(
    outputs: Sequence[Output],
    steps: Sequence[Step | None],
    active: Callable[[OutputField], bool],
) -> list[list[Step | None]]:
    """As `to_response`, for every response key that leads as far; never empty."""
    candidates: list[tuple[Output | None, list[Step | None]]] = [(top, []) for top in outputs]
    for step in steps:
        if not isinstance(step, str):
            for _, mapped in candidates:
                mapped.append(step)
            continue
        further = [
            (field.shape, [*mapped, field.response_key])
            for output, mapped in candidates
            if output is not None
            for field in output.fields
            if field.source == step and active(field)
        ]
        if not further:
            break
        candidates = further
    return [mapped for _, mapped in candidates] or [[]]


def as_steps(path: Path) -> list[Step | None]:
    """A plan's path as wire keys, with `None` for each list level."""
    return [
        step.name if isinstance(step, Key) else None
        for step in path
        if isinstance(step, Key | Each)
    ]


def in_place_of(path: Path, position: Sequence[Step]) -> tuple[Step, ...]:
    """A path in response keys, its list levels filled with the indexes of a position."""
    indexes = (step for step in position if isinstance(step, int))
    steps: list[Step] = []
    for step in path:
        if isinstance(step, Key):
            steps.append(step.name)
        elif isinstance(step, Each):
            steps.append(next(indexes))
    return tuple(steps)
