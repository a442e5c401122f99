"""Contracts: a smaller public schema of the same graph, chosen by tags.

A contract marks elements as `@inaccessible`; the supergraph still holds everything that subgraphs
need of each other, and the gateway serves only what is left. The rules are those of the field:

- with included tags, only those fields of objects and interfaces remain that carry one of them,
  or whose type does; enums, inputs and unions are cut down in the same way if they or a member of
  theirs carry an included tag, and stay whole otherwise, as far as something visible uses them;
- whatever carries an excluded tag goes, in any case;
- what refers to something gone, and what has become empty, goes as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

from gateway.composition.accessibility import hidden
from gateway.supergraph.definitions import (
    Applied,
    EnumValueDef,
    FieldDef,
    InputDef,
    Kind,
    TypeDef,
    named_type,
)


@dataclass(frozen=True, slots=True)
class Contract:
    """Which tags to include (all, if empty) and which to exclude."""

    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)


_COMPOSITE: Final = (Kind.OBJECT, Kind.INTERFACE)


EVERYTHING: Final = Contract()


class _Tagged(Protocol):
    @property
    def directives(self) -> tuple[Applied, ...]: ...


_Member = TypeVar("_Member", FieldDef, InputDef, EnumValueDef)


def apply_contract(
    types: Mapping[str, TypeDef], contract: Contract, inaccessible: str
) -> dict[str, TypeDef]:
    """Return merged types with everything that the contract leaves out marked `@inaccessible`.

    `inaccessible` is the directive's name in the supergraph.
    """
    mark = Applied(inaccessible, {}, "inaccessible")
    return _settled({n: _filtered(item, contract, mark) for n, item in types.items()}, mark)


def _tags(element: _Tagged) -> frozenset[str]:
    return frozenset(
        name
        for applied in element.directives
        if applied.spec == "tag" and isinstance(name := applied.args.get("name"), str)
    )


def _filtered(definition: TypeDef, contract: Contract, mark: Applied) -> TypeDef:
    """Apply the tags as such: to members, then to the type."""
    tags = _tags(definition)
    whole = (
        not contract.include
        or bool(tags & contract.include)
        or (definition.kind not in _COMPOSITE and not _mentions(definition, contract.include))
    )

    def keeps(element: _Tagged) -> bool:
        own = _tags(element)
        return not own & contract.exclude and (whole or bool(own & contract.include))

    def marked(members: Mapping[str, _Member]) -> dict[str, _Member]:
        return {name: item if keeps(item) else _hide(item, mark) for name, item in members.items()}

    fields = {
        name: replace(field, args=_without_excluded(field.args, contract, mark))
        for name, field in marked(definition.fields).items()
    }
    result = replace(
        definition,
        fields=fields,
        inputs=marked(definition.inputs),
        values=marked(definition.values),
    )
    if tags & contract.exclude:
        return _hide(result, mark)
    return result


def _mentions(definition: TypeDef, tags: frozenset[str]) -> bool:
    return any(_tags(item) & tags for item in definition.inputs.values()) or any(
        _tags(value) & tags for value in definition.values.values()
    )


def _without_excluded(
    args: Mapping[str, InputDef], contract: Contract, mark: Applied
) -> dict[str, InputDef]:
    return {
        name: _hide(arg, mark) if _tags(arg) & contract.exclude else arg
        for name, arg in args.items()
    }


_Element = TypeVar("_Element", FieldDef, InputDef, EnumValueDef, TypeDef)


def _hide(element: _Element, mark: Applied) -> _Element:
    if hidden(element.directives):
        return element
    return replace(element, directives=(*element.directives, mark))


def _settled(types: dict[str, TypeDef], mark: Applied) -> dict[str, TypeDef]:
    """Hide what refers to hidden types, and types left empty, until nothing changes."""
    result = dict(types)
    gone = {name for name, item in result.items() if hidden(item.directives)}
    while True:
        before = len(gone)
        for name in sorted(result):
            definition = result[name]
            if name in gone:
                continue
            definition = _without_references(definition, gone, mark)
            if _is_empty(definition, gone):
                gone.add(name)
                definition = _hide(definition, mark)
            result[name] = definition
        if len(gone) == before:
            return _visible_interfaces(result, mark)


def _without_references(definition: TypeDef, gone: set[str], mark: Applied) -> TypeDef:
    fields = {
        name: _hide(field, mark)
        if named_type(field.type) in gone
        else replace(field, args=_hide_gone(field.args, gone, mark))
        for name, field in definition.fields.items()
    }
    # A required argument cannot be hidden alone: the field goes with it.
    fields = {
        name: _hide(field, mark)
        if any(arg.required and hidden(arg.directives) for arg in field.args.values())
        else field
        for name, field in fields.items()
    }
    return replace(definition, fields=fields, inputs=_hide_gone(definition.inputs, gone, mark))


def _hide_gone(items: Mapping[str, InputDef], gone: set[str], mark: Applied) -> dict[str, InputDef]:
    return {
        name: _hide(item, mark) if named_type(item.type) in gone else item
        for name, item in items.items()
    }


def _is_empty(definition: TypeDef, gone: set[str]) -> bool:
    match definition.kind:
        case Kind.SCALAR:
            return False
        case Kind.UNION:
            return all(name in gone for name in definition.members)
        case Kind.INPUT:
            return all(hidden(item.directives) for item in definition.inputs.values()) or any(
                item.required and hidden(item.directives) for item in definition.inputs.values()
            )
        case Kind.ENUM:
            return all(hidden(item.directives) for item in definition.values.values())
        case _:
            return all(hidden(item.directives) for item in definition.fields.values())


def _visible_interfaces(types: dict[str, TypeDef], mark: Applied) -> dict[str, TypeDef]:
    """An interface promises no more than all of its visible implementations show."""
    result = dict(types)
    for name in sorted(result):
        definition = result[name]
        if hidden(definition.directives):
            continue
        for interface in definition.interfaces:
            demanded = result.get(interface)
            if demanded is None or hidden(demanded.directives):
                continue
            fields = {
                field.name: _hide(field, mark)
                if (own := definition.fields.get(field.name)) and hidden(own.directives)
                else field
                for field in demanded.fields.values()
            }
            result[interface] = replace(demanded, fields=fields)
            if _is_empty(result[interface], set()):
                result[interface] = _hide(result[interface], mark)
    return result
