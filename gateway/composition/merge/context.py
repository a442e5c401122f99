"""What every merge function may look at, and where it reports.

`Sources` is the shape that half of the rules hang on: the subgraphs that have the *parent* of an
element, each with its own version of the element, or None where it lacks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeVar

from gateway.composition.codes import Rule
from gateway.composition.diagnostics import CompositionError, Hint, error, hint, in_subgraphs
from gateway.composition.hints import HintRule
from gateway.composition.merge.composed import Carried, carried_directives
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph, is_interface_object
from gateway.supergraph.definitions import (
    Applied,
    Kind,
    Location,
    TypeDef,
    TypeRef,
    is_subtype,
)


class Located(Protocol):
    """An element that knows where it was written."""

    @property
    def location(self) -> Location | None: ...

    @property
    def directives(self) -> tuple[Applied, ...]: ...

    @property
    def description(self) -> str | None: ...


T = TypeVar("T")
Sources: TypeAlias = Sequence[tuple[Subgraph, T | None]]


@dataclass(slots=True)
class Report:
    """Collects diagnostics, so that one run tells everything that is wrong."""

    errors: list[CompositionError] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)

    def error(self, rule: Rule, message: str, *places: Location | None) -> None:
        """Add an error about these places."""
        self.errors.append(error(rule, message, *places))

    def hint(self, rule: HintRule, message: str, *places: Location | None) -> None:
        """Add a hint about these places."""
        self.hints.append(hint(rule, message, *places))


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Which types stand below which in the merged schema."""

    supertypes: Mapping[str, frozenset[str]]
    """Type -> interfaces it implements and unions it belongs to, in any subgraph."""
    objects_below: Mapping[str, tuple[str, ...]]
    """Interface or union -> object types, in any subgraph, in name order."""

    def is_subtype(self, one: TypeRef, other: TypeRef) -> bool:
        """Whether every value of `one` is a value of `other`."""
        return is_subtype(one, other, self._is_below)

    def _is_below(self, one: str, other: str) -> bool:
        return other in self.supertypes.get(one, ())


@dataclass(frozen=True, slots=True)
class Merge:
    """The facts that merging works on. Everything but the report is read only."""

    subgraphs: tuple[Subgraph, ...]
    ownership: Mapping[str, Ownership]
    """By subgraph name."""
    types: Mapping[str, tuple[tuple[Subgraph, TypeDef], ...]]
    """Type name -> who declares it; subgraphs in name order."""
    hierarchy: Hierarchy
    interface_objects: Mapping[str, tuple[tuple[Subgraph, TypeDef], ...]]
    """Interface -> the subgraphs in which it is an interface object."""
    carried: Carried
    report: Report


def prepare(subgraphs: Sequence[Subgraph], ownership: Mapping[str, Ownership]) -> Merge:
    """Index the subgraphs for merging."""
    carried = carried_directives(subgraphs)
    types: dict[str, list[tuple[Subgraph, TypeDef]]] = {}
    interface_objects: dict[str, list[tuple[Subgraph, TypeDef]]] = {}
    for subgraph in subgraphs:
        for name, definition in subgraph.types.items():
            types.setdefault(name, []).append((subgraph, definition))
            if is_interface_object(definition):
                interface_objects.setdefault(name, []).append((subgraph, definition))
    return Merge(
        tuple(subgraphs),
        ownership,
        {name: tuple(found) for name, found in types.items()},
        _hierarchy(subgraphs),
        {name: tuple(found) for name, found in interface_objects.items()},
        carried,
        Report(list(carried.errors), list(carried.hints)),
    )


def _hierarchy(subgraphs: Iterable[Subgraph]) -> Hierarchy:
    supertypes: dict[str, set[str]] = {}
    below: dict[str, set[str]] = {}
    for subgraph in subgraphs:
        for name, definition in subgraph.types.items():
            for interface in definition.interfaces:
                supertypes.setdefault(name, set()).add(interface)
                if definition.kind is Kind.OBJECT:
                    below.setdefault(interface, set()).add(name)
            for member in definition.members:
                supertypes.setdefault(member, set()).add(name)
                below.setdefault(name, set()).add(member)
    return Hierarchy(
        {name: frozenset(found) for name, found in supertypes.items()},
        {name: tuple(sorted(found)) for name, found in below.items()},
    )


def present(sources: Sources[T]) -> list[tuple[Subgraph, T]]:
    """The subgraphs that have the element, with it."""
    return [(subgraph, element) for subgraph, element in sources if element is not None]


def absent(sources: Sources[T]) -> list[Subgraph]:
    """The subgraphs that lack the element."""
    return [subgraph for subgraph, element in sources if element is None]


def listed(groups: Mapping[str, Iterable[str]]) -> str:
    """Variants and who has them: `"Int" in subgraph "a" and "Int!" in subgraph "b"`."""
    parts = [f'"{variant}" in {in_subgraphs(names)}' for variant, names in groups.items()]
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def grouped(items: Iterable[tuple[Subgraph, object]]) -> dict[str, list[str]]:
    """Group subgraph names by the text of what each has."""
    groups: dict[str, list[str]] = {}
    for subgraph, item in items:
        groups.setdefault(str(item), []).append(subgraph.name)
    return groups
