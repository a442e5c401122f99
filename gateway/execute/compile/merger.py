"""Generating the code that writes answers into the merged tree.

Where the plan proves that nobody else writes the same keys an entity is poured over its objects;
where only leaves coincide the first value stays; where objects have to be merged within each other,
and where one answer lands at places that later differ, the interpreter's merge does it.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import Final

from gateway.execute.compile.analysis import ROOT_CALL, Analysis, Origin, Place, untyped
from gateway.execute.compile.source import Source
from gateway.execute.interpreter.merge import merge_object
from gateway.plan.nodes import EntityCall, Fetch, Path, RootCall, TypeKind, WireField

RUNTIME: Final = {"merge_object": merge_object}
_LEAVES: Final = (TypeKind.SCALAR, TypeKind.ENUM)


class Way(Enum):
    """How an answer's object gets into an object of the tree."""

    POUR = "update"
    KEEP = "first value stays"
    MERGE = "merge"


class Mergers:
    """Generates the mergers of one plan."""

    def __init__(self, source: Source, analysis: Analysis, abstract: Collection[str]) -> None:
        self.exclusive: set[Origin] = set()
        """Calls none of whose objects may end up at two places of the tree."""
        self._source = source
        self._analysis = analysis
        self._abstract = source.bind("abstract", abstract)

    def entities(self, fetch: Fetch) -> str:
        """The function that merges a fetch's entities: `(owners, data) -> misfits`."""
        source = self._source
        name = source.fresh("merge_")
        with source.block(f"def {name}(owners, data):"):
            source.line("unfit = []")
            for index, call in enumerate(fetch.entities):
                source.line(f"found = owners[{index}]")
                with source.block("if found is not None:"):
                    self._call((fetch.id, index), call)
            source.line("return unfit")
        return name

    def _call(self, origin: Origin, call: EntityCall) -> None:
        source = self._source
        source.line(f"entities = data.get({call.alias!r})")
        with source.block("if entities.__class__ is not list:"):
            source.line(f"unfit.append({origin[1]})")
        with source.block("else:"):
            with source.block("if len(entities) != len(found):"):
                source.line(f"unfit.append({origin[1]})")
            ways = [self._way(origin, path, call.selection) for path in call.targets]
            way = max(ways, key=list(Way).index)
            if way is not Way.MERGE and not self._may_share(origin, call):
                way = Way.MERGE
            leaves = all(wire.type.kind in _LEAVES for wire in call.selection)
            with (
                source.block("for entity, objects in zip(entities, found):"),
                source.block("if entity.__class__ is dict:"),
            ):
                if leaves or origin not in self.exclusive:
                    with source.block("for o in objects:"):
                        self._into("o", "entity", way, call.selection)
                    return
                self._into("objects[0]", "entity", way, call.selection)
                with source.block("if len(objects) > 1:"), source.block("for o in objects[1:]:"):
                    self._into("o", "entity", Way.MERGE, call.selection)

    def _into(self, target: str, value: str, way: Way, selection: tuple[WireField, ...]) -> None:
        source = self._source
        if way is Way.POUR:
            source.line(f"{target}.update({value})")
        elif way is Way.KEEP:
            loop = source.block(f"for key, item in {value}.items():")
            with loop, source.block(f"if {target}.get(key) is None:"):
                source.line(f"{target}[key] = item")
        else:
            fields = source.bind("selection", selection)
            source.line(f"merge_object({target}, {value}, {fields}, {self._abstract})")

    def root(self, fetch: int, call: RootCall) -> str:
        """The function that merges a fetch's root fields: `(roots, data)`."""
        source = self._source
        name = source.fresh("merge_")
        way = self._way((fetch, ROOT_CALL), call.target, call.selection)
        with source.block(f"def {name}(roots, data):"):
            if way is not Way.MERGE:
                with source.block("if len(roots) == 1:"):
                    source.line("o = roots[0]")
                    self._into("o", "data", way, call.selection)
                    source.line("return")
            with source.block("for o in roots:"):
                self._into("o", "data", Way.MERGE, call.selection)
        return name

    def _way(self, origin: Origin, path: Path, selection: tuple[WireField, ...]) -> Way:
        place = self._analysis.place(path)
        if place is None:
            return Way.MERGE
        way = Way.POUR
        for wire in selection:
            slot = place.slots[wire.key]
            if all(writer == origin for writer, _ in slot.writers):
                continue
            if wire.key == "__typename":
                if not self._one_type(path):
                    return Way.MERGE
            elif any(other.type.kind not in _LEAVES for _, other in slot.writers):
                return Way.MERGE
            way = Way.KEEP
        return way

    def _one_type(self, path: Path) -> bool:
        slots = [slot for _, slot in self._analysis.along(path)]
        return not slots or all(wire.type.kind is TypeKind.OBJECT for _, wire in slots[-1].writers)

    def _may_share(self, origin: Origin, call: EntityCall) -> bool:
        """Whether one entity's values may stand at several places at once.

        They may if nobody else writes below them, or if all that write below them do so for all
        places alike: for one path without dependence on where on it an object stands.
        """
        analysis = self._analysis
        if all(wire.type.kind in _LEAVES for wire in call.selection):
            return True
        contested = False
        for path in call.targets:
            place = analysis.place(path)
            slots = [] if place is None else [place.slots[wire.key] for wire in call.selection]
            below = [slot.below for slot in slots if slot.below is not None]
            contested = contested or any(_contested(item, origin) for item in below)
        if not contested:
            return True
        contexts = any(
            other.contexts for fetch in analysis.plan.fetches for other in fetch.entities
        )
        return not contexts and len({untyped(path) for path in call.targets}) == 1


def _contested(place: Place, origin: Origin) -> bool:
    pending = [place]
    while pending:
        current = pending.pop()
        for slot in current.slots.values():
            if any(writer != origin for writer, _ in slot.writers):
                return True
            if slot.below is not None:
                pending.append(slot.below)
    return False
