"""Demand, where a context is set, what fields further down take from it (`@fromContext`)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from graphql import SelectionSetNode, print_ast

from gateway.plan.contexts import context_field
from gateway.plan.operation import PositionBuilder
from gateway.plan.positions import Demand, Position, TypeClass
from gateway.plan.schema import PlannerSchema


def demand_contexts(
    schema: PlannerSchema, position: Position, requirements: PositionBuilder
) -> Position:
    """The root position with an internal demand at each ancestor that a field below reads from.

    Such demands come first, so that they are placed before anything that depends on them.
    """
    if not schema.contextual:
        return position
    return _visit(schema, requirements, position, [])


@dataclass(slots=True)
class _Frame:
    """A place on the way down, and what is to be demanded there, by concrete type."""

    position: Position
    extra: dict[str, dict[str, SelectionSetNode]] = field(default_factory=dict)


def _visit(
    schema: PlannerSchema, requirements: PositionBuilder, position: Position, above: list[_Frame]
) -> Position:
    frame = _Frame(position)
    classes: list[TypeClass] = []
    for each in position.classes:
        demands: list[Demand] = []
        for demand in each.demands:
            for name in each.types:
                _note(schema, above, name, demand.field)
            child = demand.child
            if child is not None:
                child = _visit(schema, requirements, child, [*above, frame])
            demands.append(replace(demand, child=child))
        classes.append(replace(each, demands=tuple(demands)))
    if frame.extra:
        classes = [part for each in classes for part in _extended(requirements, each, frame)]
        if _differs(schema, frame):
            classes = [replace(each, wants_typename=True) for each in classes]
    deferred = tuple(
        replace(part, content=_visit(schema, requirements, part.content, above))
        for part in position.deferred
    )
    return Position(position.type_name, tuple(classes), deferred)


def _note(schema: PlannerSchema, above: list[_Frame], type_name: str, name: str) -> None:
    for argument in schema.contextual.get((type_name, name), ()):
        for frame in reversed(above):
            setters = [
                each
                for each in frame.position.types
                if argument.context in schema.contexts_of(each)
            ]
            for each in setters:
                wanted = frame.extra.setdefault(each, {})
                wanted[argument.selection.text] = argument.selection.selections
            if len(setters) == len(frame.position.types):
                break


def _differs(schema: PlannerSchema, frame: _Frame) -> bool:
    """Whether it depends on an object's type what is taken from it."""
    taken = {
        tuple(
            (text, print_ast(found))
            for text, selections in frame.extra.get(name, {}).items()
            if (found := context_field(schema, selections, name)) is not None
        )
        for name in frame.position.types
    }
    return len(taken) > 1


def _extended(requirements: PositionBuilder, each: TypeClass, frame: _Frame) -> list[TypeClass]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in each.types:
        groups.setdefault(tuple(frame.extra.get(name, ())), []).append(name)
    parts = []
    for texts, names in groups.items():
        extra = [
            replace(demand, internal=True)
            for text in texts
            for demand in requirements.root(names[0], frame.extra[names[0]][text])
            .of(names[0])
            .demands
        ]
        parts.append(replace(each, types=tuple(names), demands=(*extra, *each.demands)))
    return parts
