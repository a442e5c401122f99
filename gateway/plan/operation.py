"""Normalise an operation (or a field set) to a position tree.

Fragments are expanded, literal `@skip`/`@include` resolved and variable ones kept as conditions,
selections of one field merged. Concrete types for which the same applies are treated as one class,
so that an interface with many implementations costs little.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    print_ast,
)

from gateway.plan.budget import Spending
from gateway.plan.conditions import ALWAYS, Conjunction, conjoin, disjoin
from gateway.plan.fragments import Fragment, defer_of, is_deferred, limited_to, without_defer
from gateway.plan.nodes import Literal
from gateway.plan.positions import (
    DeferredPart,
    Demand,
    Position,
    Selected,
    TypeClass,
    structure,
)
from gateway.plan.schema import PlannerSchema

Part = tuple[SelectionSetNode, Conjunction]
"""Selections of a position, and the condition under which they are wanted there."""

INTROSPECTION = ("__schema", "__type")

DENIED = "@denied"
"""Stands for the arguments, and as the wire key, of a field that authorisation has denied.

Authorisation marks such fields with a directive of this name. No subgraph is asked for them, and no
wire key can be equal to it, so that the answer has null there.
"""


@dataclass(frozen=True, slots=True)
class _Use:
    """One field node that applies to a concrete type."""

    node: FieldNode
    when: Conjunction
    abstract: bool


class PositionBuilder:
    """Builds positions for one operation; equal places become the same `Position`.

    `hidden` says whether types that clients do not see are dealt with (they are in requirements).
    With `defer`, fragments under `@defer` become deferred parts, except those whose ids are in
    `at_once`.
    """

    def __init__(
        self,
        schema: PlannerSchema,
        spending: Spending,
        fragments: Mapping[str, FragmentDefinitionNode] | None = None,
        *,
        hidden: bool = False,
        defer: bool = False,
        at_once: Collection[int] = (),
    ) -> None:
        self._schema = schema
        self._spending = spending
        self._fragments = fragments or {}
        self._hidden = hidden
        self._defer = defer
        self._at_once = frozenset(at_once)
        self._bare: dict[int, SelectionSetNode] = {}
        self._known: dict[tuple[object, ...], Position] = {}
        self._equal: dict[tuple[object, ...], Position] = {}
        self._keep: list[SelectionSetNode] = []

    def root(
        self, type_name: str, selections: SelectionSetNode, *, serial: bool = False
    ) -> Position:
        """The position of an operation's root object, or of the object a field set is about."""
        return self._position(type_name, ((selections, ALWAYS),), serial)

    def _position(
        self,
        type_name: str,
        parts: Sequence[Part],
        serial: bool = False,
        given: Conjunction = ALWAYS,
    ) -> Position:
        """`given` holds wherever the position is reached."""
        key = (type_name, serial, given, tuple((id(part[0]), part[1]) for part in parts))
        known = self._known.get(key)
        if known is None:
            self._keep += [part[0] for part in parts]
            built = self._build(type_name, parts, serial, given)
            known = self._known[key] = self._equal.setdefault(structure(built), built)
        return known

    def _build(
        self, type_name: str, parts: Sequence[Part], serial: bool, given: Conjunction
    ) -> Position:
        schema = self._schema
        types = schema.possible(type_name)
        if not self._hidden:
            seen = schema.supergraph.public_types(type_name)
            types = seen or (() if types != (type_name,) else types)
        conditions: dict[str, frozenset[str]] = {}
        for part in parts:
            self._type_conditions(part[0], conditions, set())
        groups: dict[tuple[object, ...], list[str]] = {}
        for name in types:
            signature = tuple(name in possible for possible in conditions.values())
            groups.setdefault(signature, []).append(name)
        split: dict[tuple[object, ...], tuple[list[str], dict[str, list[_Use]]]] = {}
        deferred: dict[tuple[int, Conjunction], tuple[Fragment, list[str]]] = {}
        for number, group in enumerate(groups.values()):
            uses: dict[str, list[_Use]] = {}
            abstract = schema.is_abstract(type_name)
            later: list[tuple[Fragment, Conjunction]] = []
            for selections, when in parts:
                self._collect(group[0], selections, when, given, abstract, uses, later)
            for node, when in later:
                deferred.setdefault((id(node), when), (node, []))[1].extend(group)
            fields = {use.node.name.value for each in uses.values() for use in each}
            for name in group:
                declared = schema.supergraph.types[name].fields
                shapes = tuple(
                    (field, declared[field].type) for field in sorted(fields) if field in declared
                )
                split.setdefault((number, shapes), ([], uses))[0].append(name)
        classes = [
            self._type_class(tuple(names), uses, serial, given) for names, uses in split.values()
        ]
        if any(len(names) < len(types) for _, names in deferred.values()):
            # Which objects a deferred part is for must be known before it comes.
            classes = [replace(each, wants_typename=True) for each in classes]
        return Position(
            type_name,
            tuple(classes),
            tuple(
                self._deferred_part(type_name, node, when, names, given)
                for (_number, when), (node, names) in deferred.items()
            ),
        )

    def _deferred_part(
        self,
        type_name: str,
        node: Fragment,
        when: Conjunction,
        names: list[str],
        given: Conjunction,
    ) -> DeferredPart:
        """What a fragment under `@defer` selects, for the types that it was reached for."""
        bare = self._bare.get(id(node))
        if bare is None:
            bare = self._bare[id(node)] = SelectionSetNode(selections=(without_defer(node),))
        label, condition = defer_of(node)
        whole = self._position(type_name, ((bare, when),), given=given)
        classes = tuple(
            replace(each, types=kept)
            for each in whole.classes
            if (kept := tuple(name for name in each.types if name in names))
            and (each.selected or whole.deferred)
        )
        inner = tuple(
            limited for part in whole.deferred if (limited := limited_to(names, part)) is not None
        )
        content = Position(type_name, classes, inner)
        return DeferredPart(id(node), label, condition, disjoin((when,)), content)

    def _type_conditions(
        self, selections: SelectionSetNode, found: dict[str, frozenset[str]], spread: set[str]
    ) -> None:
        for node in selections.selections:
            if isinstance(node, InlineFragmentNode):
                condition, inner = node.type_condition, node.selection_set
            elif isinstance(node, FragmentSpreadNode):
                if node.name.value in spread:
                    continue
                spread.add(node.name.value)
                fragment = self._fragments[node.name.value]
                condition, inner = fragment.type_condition, fragment.selection_set
            else:
                continue
            if condition is not None and condition.name.value not in found:
                name = condition.name.value
                found[name] = frozenset(self._schema.possible(name))
            self._type_conditions(inner, found, spread)

    def _collect(
        self,
        type_name: str,
        selections: SelectionSetNode,
        when: Conjunction,
        given: Conjunction,
        abstract: bool,
        uses: dict[str, list[_Use]],
        later: list[tuple[Fragment, Conjunction]],
    ) -> None:
        """CollectFields of the GraphQL specification, with conditions kept instead of decided."""
        self._spending.select(len(selections.selections))
        for node in selections.selections:
            condition = _condition(node, when, given)
            if condition is None:
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                uses.setdefault(key, []).append(_Use(node, condition, abstract))
                continue
            if isinstance(node, InlineFragmentNode):
                on, inner = node.type_condition, node.selection_set
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                on, inner = fragment.type_condition, fragment.selection_set
            else:
                continue
            specific = False
            if on is not None:
                if type_name not in self._schema.possible(on.name.value):
                    continue
                specific = not self._schema.is_abstract(on.name.value)
            if self._defer and id(node) not in self._at_once and is_deferred(node):
                later.append((node, condition))
                continue
            within = abstract and not specific
            self._collect(type_name, inner, condition, given, within, uses, later)

    def _type_class(
        self,
        types: tuple[str, ...],
        uses: Mapping[str, list[_Use]],
        serial: bool,
        given: Conjunction,
    ) -> TypeClass:
        selected: list[Selected] = []
        wanted: dict[tuple[str, str], list[_Use]] = {}
        wants_typename = False
        for response_key, same in _alike(uses):
            node = same[0].node
            name = node.name.value
            arguments = canonical_arguments(node)
            when = disjoin(use.when for use in same)
            if name == "__typename":
                wants_typename = True
                selected.append(Selected(response_key, name, "", when, None))
                continue
            if name in INTROSPECTION:
                selected.append(Selected(response_key, name, arguments, when, None))
                continue
            if _is_denied(node):
                # The object's existence still has to be known: beside a denied field it may be all
                # that the client gets.
                wants_typename = True
                selected.append(Selected(response_key, name, DENIED, when, None))
                continue
            if serial:
                arguments = f"{response_key}({arguments})"
            child = self._child(types[0], name, same, given)
            selected.append(Selected(response_key, name, arguments, when, child))
            wanted.setdefault((name, arguments), []).extend(same)
        demands = [
            Demand(
                field=name,
                arguments=arguments,
                argument_nodes=tuple(same[0].node.arguments or ()),
                when=disjoin(use.when for use in same),
                abstract=any(use.abstract for use in same),
                child=self._child(types[0], name, same, given),
            )
            for (name, arguments), same in wanted.items()
        ]
        return TypeClass(types, tuple(demands), tuple(selected), wants_typename)

    def _child(
        self, parent: str, name: str, uses: Sequence[_Use], given: Conjunction
    ) -> Position | None:
        named = self._schema.field_type(parent, name).named
        if not self._schema.is_composite(named):
            return None
        same = len({use.when for use in uses}) == 1
        parts: dict[tuple[int, Conjunction], Part] = {}
        for use in uses:
            selections = use.node.selection_set
            if selections is not None:
                when = ALWAYS if same else use.when
                parts[(id(selections), when)] = (selections, when)
        if same:
            given = conjoin(given, uses[0].when) or ALWAYS
        return self._position(named, tuple(parts.values()), given=given)


def _alike(uses: Mapping[str, list[_Use]]) -> Iterator[tuple[str, list[_Use]]]:
    """The uses of each response key, those of one field with equal arguments together.

    Two parents that the client gave different aliases are one field here, and below them one
    response key may stand for different things.
    """
    for response_key, same in uses.items():
        groups: dict[tuple[str, str], list[_Use]] = {}
        for use in same:
            key = (use.node.name.value, canonical_arguments(use.node))
            groups.setdefault(key, []).append(use)
        for group in groups.values():
            yield response_key, group


def canonical_arguments(node: FieldNode) -> str:
    """A field's arguments as text that is equal whenever the arguments are."""
    arguments = node.arguments or ()
    if not arguments:
        return ""
    return ", ".join(sorted(print_ast(argument) for argument in arguments))


def _is_denied(node: FieldNode) -> bool:
    return any(f"@{each.name.value}" == DENIED for each in node.directives or ())


def _condition(node: SelectionNode, when: Conjunction, given: Conjunction) -> Conjunction | None:
    """The condition of a selection inside others under `when`; None if it never applies.

    `given` holds in any case, so that what contradicts it never applies.
    """
    result: Conjunction | None = when
    for directive in node.directives or ():
        literal = _literal(directive)
        if literal is None:
            continue
        if isinstance(literal, bool):
            if not literal:
                return None
            continue
        if result is None or conjoin(given, (literal,)) is None:
            return None
        result = conjoin(result, (literal,))
    return result


def _literal(directive: DirectiveNode) -> Literal | bool | None:
    """What `@skip` or `@include` asks for: a literal, a constant, or None for other directives."""
    if directive.name.value not in ("skip", "include"):
        return None
    wanted = directive.name.value == "include"
    for argument in directive.arguments or ():
        if argument.name.value == "if":
            if isinstance(argument.value, VariableNode):
                return Literal(argument.value.name.value, wanted)
            if isinstance(argument.value, BooleanValueNode):
                return argument.value.value is wanted
    return None


def variables_in(nodes: Iterable[object]) -> list[str]:
    """The names of the variables in argument values, in the order of their first use."""
    found: dict[str, None] = {}
    pending = list(nodes)[::-1]
    while pending:
        node = pending.pop()
        if isinstance(node, VariableNode):
            found[node.name.value] = None
            continue
        for attribute in ("value", "values", "fields"):
            below = getattr(node, attribute, None)
            if isinstance(below, tuple | list):
                pending += list(below)[::-1]
            elif below is not None and not isinstance(below, str | bool):
                pending.append(below)
    return list(found)
