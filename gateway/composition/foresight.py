"""Errors that will show next: found beyond the stage that has already failed.

Each stage of composition builds on what the one before it found to be sound, so a stage that fails
ends composition. Yet some of what the next stages would find is certain already, and whoever mends
the subgraphs wants to see it at once.

While some subgraphs are broken by themselves, the others are merged. What contradicts among them
stands if no further subgraph could take it away: the rules say whether one could at all
(`Standing`), and here it is seen whether one of the broken subgraphs may, by the names in its text,
whatever that is. After merging has failed, the public schema and its queries are checked, if only
such rules are broken as leave untouched who resolves which field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.composition.codes import Standing
from gateway.composition.diagnostics import CompositionError
from gateway.composition.merge.context import Merge
from gateway.composition.source import Limits, SubgraphSource
from gateway.supergraph.definitions import ROOT_NAMES, Location, TypeDef, find, named_type

_NAME: Final = re.compile(r"[_A-Za-z]\w*", re.ASCII)
_ROOTS: Final = frozenset(ROOT_NAMES.values())


@dataclass(frozen=True, slots=True)
class Element:
    """A type, or a member of it: a field, an input field or a value."""

    type_name: str
    member: str = ""


@dataclass(slots=True)
class LeftOut:
    """The subgraphs that are left out, as far as anything can be known of them."""

    names: frozenset[str]
    words: list[frozenset[str]] = field(default_factory=list)
    """The names in each of their texts."""
    unknown: bool = False
    """Whether one of the texts is too large to be looked into."""

    @classmethod
    def of(
        cls, sources: Iterable[SubgraphSource], names: frozenset[str], limits: Limits
    ) -> LeftOut:
        """What the sources of these names may declare."""
        found = cls(names)
        for source in sources:
            if source.name not in names:
                continue
            if len(source.sdl) > limits.source_bytes:
                found.unknown = True
                continue
            sdl = source.sdl
            text = sdl.decode("utf-8", "replace") if isinstance(sdl, bytes) else sdl
            # A root may have another name there.
            found.words.append(_ROOTS.union(_NAME.findall(text)))
        return found

    def may_declare(self, element: Element) -> bool:
        """Whether one of them may declare the element."""
        wanted = {element.type_name, element.member} - {""}
        return self.unknown or any(wanted <= words for words in self.words)

    def may_relate(self, types: frozenset[str]) -> bool:
        """Whether one of them may place one of the types below another."""
        return self.unknown or any(len(types & words) > 1 for words in self.words)


def standing_errors(merge: Merge, left_out: LeftOut) -> list[CompositionError]:
    """The errors of merging some subgraphs that the ones left out cannot take away."""
    elements = _Elements.of(merge)
    return [each for each in merge.report.errors if _stands(each, elements, left_out)]


def _stands(problem: CompositionError, elements: _Elements, left_out: LeftOut) -> bool:
    match problem.rule.standing:
        case Standing.OPEN:
            return False
        case Standing.SETTLED:
            return True
        case Standing.UNLESS_DECLARED:
            found = elements.at(problem.locations)
            return bool(found) and not any(
                left_out.may_declare(each)
                or left_out.may_relate(elements.types_of(each))
                or elements.overridden_from(each) & left_out.names
                for each in found
            )


def apart_from(
    problems: Iterable[CompositionError],
    failed: Sequence[CompositionError],
    merge: Merge,
    *,
    by_type: bool,
) -> list[CompositionError]:
    """The errors about other elements than those that could not be merged, or other types."""
    elements = _Elements.of(merge)

    def about(problem: CompositionError) -> set[Element]:
        found = elements.at(problem.locations)
        return {Element(each.type_name) for each in found} if by_type else found

    spoilt = {each for problem in failed for each in about(problem)}
    return [problem for problem in problems if spoilt.isdisjoint(about(problem))]


@dataclass(frozen=True, slots=True)
class _Elements:
    """The elements of the subgraphs that are merged, by the places where they are written."""

    merge: Merge
    places: Mapping[Location, Element]

    @classmethod
    def of(cls, merge: Merge) -> _Elements:
        places: dict[Location, Element] = {}
        for subgraph in merge.subgraphs:
            for definition in subgraph.types.values():
                _index(definition, places.setdefault)
        return cls(merge, places)

    def at(self, locations: Iterable[Location]) -> set[Element]:
        return {self.places[each] for each in locations if each in self.places}

    def types_of(self, element: Element) -> frozenset[str]:
        """The types that the subgraphs give a field, without lists and nullability."""
        return frozenset(
            named_type(item.type)
            for _, owner in self.merge.types.get(element.type_name, ())
            if (item := owner.fields.get(element.member)) is not None
        )

    def overridden_from(self, element: Element) -> set[object]:
        """The subgraphs from which others take a field over."""
        return {
            applied.args.get("from")
            for _, owner in self.merge.types.get(element.type_name, ())
            if (item := owner.fields.get(element.member)) is not None
            and (applied := find(item.directives, "override")) is not None
        }


def _index(definition: TypeDef, add: Callable[[Location, Element], Element]) -> None:
    for place in definition.locations:
        add(place, Element(definition.name))
    for item in definition.fields.values():
        inner = [item.location, *(arg.location for arg in item.args.values())]
        for where in inner:
            if where is not None:
                add(where, Element(definition.name, item.name))
    for group in (definition.inputs, definition.values):
        for member in group.values():
            if member.location is not None:
                add(member.location, Element(definition.name, member.name))
