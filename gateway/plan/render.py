"""Print selections in a subgraph's own terms, and say the same as plan data.

A subgraph never sees a type it does not have. Fields wanted of all concrete types that the subgraph
knows at a place are printed on its abstract type when that has the field, else once for each type.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphql import print_ast

from gateway.plan.conditions import either, variables_of
from gateway.plan.fetch_graph import CONCRETE, FieldUse, Selection
from gateway.plan.nodes import Condition, Literal, WireField
from gateway.plan.operation import variables_in
from gateway.plan.schema import PlannerSchema, SubgraphType
from gateway.plan.shapes import TYPENAME, field_shape, shape_of

FILLER = "_"
"""The key of the field that stands where something must be selected and nothing is wanted."""


class SelectionPrinter:
    """Prints the selections of one fetch and collects the client variables that they use."""

    def __init__(self, schema: PlannerSchema, graph: str) -> None:
        self._schema = schema
        self._types = schema.subgraphs[graph]
        self.variables: dict[str, None] = {}
        self.given: dict[str, str] = {}
        """Variables that the plan itself gives, with their types."""
        self._printed: dict[int, tuple[str, tuple[WireField, ...]]] = {}

    def print(
        self, selection: Selection, fetch_when: Condition | None, concrete: Sequence[str] = ()
    ) -> tuple[str, tuple[WireField, ...]]:
        """The text between the braces, and its fields as plan data.

        `fetch_when` is the condition of the whole fetch, which its fields need not repeat.
        `concrete` are the types of an entity selection on concrete types.
        """
        uses = self._coalesced(selection.uses)
        if selection.type_name == CONCRETE:
            text, fields = self._by_type(uses, concrete, fetch_when)
            return text, _united(fields)
        own = self._types[selection.type_name]
        parts: list[str] = []
        fields = []
        if selection.typename and selection.trusted:
            parts.append("__typename")
            fields.append(_typename(selection.typename_internal))
        direct = [use for use in uses if self._is_direct(own, use)]
        others = [use for use in uses if not self._is_direct(own, use)]
        for use in direct:
            text, wire = self._field(own, use, fetch_when, None)
            parts.append(text)
            fields.append(wire)
        if others:
            text, below = self._by_type(others, sorted(own.runtime), fetch_when)
            parts.append(text)
            fields += below
        if not parts:
            parts.append(self._filler(own))
            if own.interface_object:
                fields.append(WireField(FILLER, "__typename", TYPENAME, internal=True))
            else:
                fields.append(_typename(True))
        return " ".join(part for part in parts if part), _united(fields)

    def _coalesced(self, uses: Iterable[FieldUse]) -> list[FieldUse]:
        """Uses that say the same for different types, as one use for all of them."""
        merged: dict[tuple[object, ...], FieldUse] = {}
        for use in uses:
            content = self._below(use.child)[0] if use.child is not None else ""
            identity = (use.key, use.name, use.argument_text, use.when, use.variables, content)
            known = merged.get(identity)
            if known is None:
                merged[identity] = use
            else:
                merged[identity] = replace(
                    known,
                    types=tuple(dict.fromkeys((*known.types, *use.types))),
                    internal=known.internal and use.internal,
                )
        return list(merged.values())

    def _below(self, child: Selection) -> tuple[str, tuple[WireField, ...]]:
        known = self._printed.get(id(child))
        if known is None:
            known = self._printed[id(child)] = self.print(child, None)
        return known

    def _by_type(
        self, uses: Iterable[FieldUse], types: Sequence[str], fetch_when: Condition | None
    ) -> tuple[str, list[WireField]]:
        """Fragments on concrete types, types with equal fields side by side in table order."""
        known = [name for name in types if name in self._types]
        texts: dict[str, list[str]] = {name: [] for name in known}
        fields: list[WireField] = []
        for use in uses:
            names = tuple(name for name in use.types if name in texts)
            wire: WireField | None = None
            for name in names:
                text, wire = self._field(self._types[name], use, fetch_when, names)
                texts[name].append(text)
            if wire is not None:
                fields.append(wire)
        parts = [f"... on {name} {{ {' '.join(lines)} }}" for name, lines in texts.items() if lines]
        if not parts and known:
            parts = [f"... on {name} {{ __typename }}" for name in known]
            fields.append(_typename(True))
        return " ".join(parts), fields

    def _is_direct(self, own: SubgraphType, use: FieldUse) -> bool:
        """Whether the place's own type has the field, so that no concrete one need be named."""
        if use.name not in own.fields:
            return False
        if own.interface_object or own.name in own.runtime:
            return True
        return own.runtime <= set(use.types) and self._fits(own, use)

    def _fits(self, own: SubgraphType, use: FieldUse) -> bool:
        """Whether what is printed below a field of concrete types can stand below own's field.

        Implementations may return a narrower type, with fields which the interface's type lacks.
        """
        if use.child is None or use.child.type_name == CONCRETE:
            return True
        declared = shape_of(self._schema, own.fields[use.name].type).named
        if use.child.type_name == declared:
            return True
        wider, narrower = self._types[declared], self._types[use.child.type_name]
        return all(
            each.name in wider.fields and self._fits(wider, each)
            for each in self._coalesced(use.child.uses)
            if self._is_direct(narrower, each)
        )

    def _field(
        self,
        own: SubgraphType,
        use: FieldUse,
        fetch_when: Condition | None,
        on: tuple[str, ...] | None,
    ) -> tuple[str, WireField]:
        declared = own.fields[use.name]
        head = use.name if use.key == use.name else f"{use.key}: {use.name}"
        given = {name: variable for name, variable, _type in use.variables}
        self.given |= {variable: text for _name, variable, text in use.variables}
        arguments = [print_ast(each) for each in use.arguments]
        arguments += [f"{name}: ${variable}" for name, variable in given.items()]
        if arguments:
            head += f"({', '.join(arguments)})"
            self.variables |= dict.fromkeys(variables_in(use.arguments))
        body = ""
        children: tuple[WireField, ...] = ()
        if use.child is not None:
            inner, children = self._below(use.child)
            body = f" {{ {inner} }}"
        when = None if use.when == fetch_when else use.when
        shape = field_shape(self._schema, use.types[0], use.name)
        own_shape = shape_of(self._schema, declared.type)
        self.variables |= dict.fromkeys(sorted(variables_of(when)))
        wire = WireField(
            key=use.key,
            name=use.name,
            type=shape,
            children=children,
            on=on,
            when=when,
            internal=use.internal,
            subgraph_type=own_shape if own_shape != shape else None,
        )
        return _conditional(head, body, when), wire

    @staticmethod
    def _filler(own: SubgraphType) -> str:
        return f"{FILLER}: __typename" if own.interface_object else "__typename"


def _united(fields: Sequence[WireField]) -> tuple[WireField, ...]:
    """Fields as plan data, one for each key and type condition.

    Printed twice under different conditions or types, a field is still one key of the answer, whose
    object holds what either asked for.
    """
    united: dict[tuple[str, tuple[str, ...] | None], WireField] = {}
    for each in fields:
        known = united.get((each.key, each.on))
        if known is not None:
            each = replace(
                known,
                children=_united((*known.children, *each.children)),
                when=either(known.when, each.when),
                internal=known.internal and each.internal,
            )
        united[(each.key, each.on)] = each
    if len({each.key for each in united.values()}) == len(united):
        return tuple(united.values())
    return tuple(
        replace(each, children=_united(each.children + _overlapping(each, united.values())))
        for each in united.values()
    )


def _overlapping(field: WireField, others: Iterable[WireField]) -> tuple[WireField, ...]:
    """What fields of the same key ask for of objects that this one is about as well."""
    return tuple(
        child
        for other in others
        if other is not field
        and other.key == field.key
        and (field.on is None or other.on is None or set(field.on) & set(other.on))
        for child in other.children
    )


def _typename(internal: bool) -> WireField:
    return WireField("__typename", "__typename", TYPENAME, internal=internal)


def _conditional(head: str, body: str, when: Condition | None) -> str:
    """A field under a condition: once for each alternative, which GraphQL merges."""
    if when is None:
        return head + body
    texts = []
    for term in when:
        if len(term) == 1:
            texts.append(f"{head} {_directive(term[0])}{body}")
            continue
        text = head + body
        for literal in reversed(term):
            text = f"... {_directive(literal)} {{ {text} }}"
        texts.append(text)
    return " ".join(texts)


def _directive(literal: Literal) -> str:
    name = "include" if literal.value else "skip"
    return f"@{name}(if: ${literal.variable})"
