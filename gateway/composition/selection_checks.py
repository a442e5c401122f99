"""What the rules about keys, provides and requires have in common."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership, implementations_of
from gateway.composition.selection_soundness import (
    has_unkeyable_field,
    is_sound,
    on_leaf,
    problems_of,
)
from gateway.composition.selections import Role, Selection, Step, walk
from gateway.composition.specs import Version
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import Kind, find
from gateway.supergraph.write import write_value

_INTERFACE_KEYS_SINCE = Version(2, 3)


def not_text(
    rule: Rule, role: Role, subgraph: Subgraph, facts: Ownership
) -> Iterator[CompositionError]:
    """Every selection whose argument is no string."""
    for selection in _of(role, subgraph, facts):
        if selection.text is None:
            given = write_value(selection.applied.args.get("fields"))
            yield error(
                rule,
                f'{selection.where} in subgraph "{subgraph.name}": "fields" has to be a string, '
                f"not {given}.",
                selection.location,
            )


def not_there(
    rule: Rule, role: Role, subgraph: Subgraph, facts: Ownership
) -> Iterator[CompositionError]:
    """Every selection that does not parse, or does not fit the types of its subgraph."""
    for selection in _of(role, subgraph, facts):
        for problem in problems_of(subgraph, selection):
            message = f'{selection.where} in subgraph "{subgraph.name}" is invalid: {problem}.'
            yield error(rule, message, selection.location)


def with_directives(
    rule: Rule, role: Role, subgraph: Subgraph, facts: Ownership
) -> Iterator[CompositionError]:
    """Every selection in which a directive is applied."""
    for selection in _of(role, subgraph, facts):
        if selection.directives and is_sound(subgraph, selection):
            yield error(
                rule,
                f'{selection.where} in subgraph "{subgraph.name}" may contain no directives, but '
                f"@{selection.directives[0]} is applied in it.",
                selection.location,
            )


def with_arguments(
    rule: Rule, role: Role, subgraph: Subgraph, facts: Ownership
) -> Iterator[CompositionError]:
    """Every selection of a field that takes arguments."""
    for selection in _of(role, subgraph, facts):
        if selection.tree is None or not is_sound(subgraph, selection):
            continue
        if role is Role.KEY and has_unkeyable_field(subgraph, selection):
            continue
        for step in walk(subgraph.types, selection.target, selection.tree):
            field = subgraph.field(step.coordinate)
            if field is not None and field.args:
                owner, name = step.coordinate
                yield error(
                    rule,
                    f'{selection.where} in subgraph "{subgraph.name}" selects "{owner}.{name}", '
                    "which takes arguments.",
                    selection.location,
                    field.location,
                )


def not_external(
    rule: Rule, role: Role, subgraph: Subgraph, facts: Ownership
) -> Iterator[CompositionError]:
    """Every selected leaf that neither is external nor lies below something external."""
    marked = _Marked(subgraph, facts)
    for selection in _of(role, subgraph, facts):
        if selection.tree is None or not is_sound(subgraph, selection):
            continue
        for step in walk(subgraph.types, selection.target, selection.tree):
            if not step.leaf or marked.covers(step):
                continue
            field = subgraph.field(step.coordinate)
            if field is None and step.node.name != "__typename":
                continue
            owner, name = step.coordinate
            yield error(
                rule,
                f'{selection.where} in subgraph "{subgraph.name}" selects "{owner}.{name}", which '
                "is not marked @external there.",
                selection.location,
                field.location if field is not None else None,
            )


def on_interface(
    rule: Rule, role: Role, subgraph: Subgraph, facts: Ownership
) -> Iterator[CompositionError]:
    """Every application on an interface or its fields; keys may be there since federation 2.3."""
    if role is Role.KEY and subgraph.version >= _INTERFACE_KEYS_SINCE:
        return
    for selection in _of(role, subgraph, facts):
        if selection.owner.kind is Kind.INTERFACE:
            yield error(
                rule,
                f'{selection.where} in subgraph "{subgraph.name}": @{role} is not supported on '
                "interfaces" + (" before federation 2.3." if role is Role.KEY else "."),
                selection.location,
            )


def _of(role: Role, subgraph: Subgraph, facts: Ownership) -> Iterator[Selection]:
    """The selections of a role, without those on leaves: that is said once, by its own rule."""
    return (
        selection
        for selection in facts.selections
        if selection.role is role and not (role is Role.PROVIDES and on_leaf(subgraph, selection))
    )


class _Marked:
    """Which fields count as external where others have to be asked for them."""

    def __init__(self, subgraph: Subgraph, facts: Ownership) -> None:
        self._subgraph = subgraph
        self._facts = facts
        self._implementations = implementations_of(subgraph.types)

    def covers(self, step: Step) -> bool:
        return self._external(step.coordinate) or any(
            self._external(item) or self._external_somewhere(item) for item in step.above
        )

    def _external_somewhere(self, coordinate: Coordinate) -> bool:
        # A field of an interface cannot be marked itself: its implementations speak for it.
        owner, name = coordinate
        return any(self._external((each, name)) for each in self._implementations.get(owner, ()))

    def _external(self, coordinate: Coordinate) -> bool:
        return coordinate in self._facts.external or self._written(coordinate)

    def _written(self, coordinate: Coordinate) -> bool:
        # A key field of an extension is owned in spite of its mark, yet may be required.
        field = self._subgraph.field(coordinate)
        return field is not None and find(field.directives, "external") is not None
