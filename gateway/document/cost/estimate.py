"""Costs of operations: estimated from the document, and actual from the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    value_from_ast_untyped,
)

from gateway.document.cost.weights import MUTATION_WEIGHT, ListSize, Weights
from gateway.document.operation import Operation, fragments_of
from gateway.errors import ClientError, Code
from gateway.plan.nodes import OperationKind

_INTROSPECTION = ("__schema", "__type", "__typename")


class Estimator:
    """Estimates against one schema. `list_size` is the length of lists that nothing speaks of."""

    def __init__(self, schema: GraphQLSchema, weights: Weights, list_size: int) -> None:
        self.schema = schema
        self.weights = weights
        self.list_size = list_size

    def estimate(self, operation: Operation, variables: Mapping[str, Any]) -> int:
        """The cost before execution: fragments of abstract types are added up, so that the
        estimate is an upper bound as far as the lists' lengths are.

        Raises `ClientError` (`BAD_USER_INPUT`) where `@listSize` demands one slicing argument.
        """
        walk = _Estimate(self, fragments_of(operation.document), variables)
        base = MUTATION_WEIGHT if operation.kind is OperationKind.MUTATION else 0
        return base + walk.selections(operation.definition.selection_set, self.root(operation), {})

    def actual(self, operation: Operation, variables: Mapping[str, Any], data: Any) -> int:
        """The cost of an answer, its lists counted as they came."""
        walk = _Actual(self, fragments_of(operation.document), variables)
        base = MUTATION_WEIGHT if operation.kind is OperationKind.MUTATION else 0
        return base + walk.object([operation.definition.selection_set], self.root(operation), data)

    def root(self, operation: Operation) -> Any:
        """The root type of an operation."""
        return self.schema.get_root_type(operation.definition.operation)

    def weight(self, parent: str, field: str, type_: GraphQLOutputType) -> int:
        """What one value of a field weighs, without its children."""
        own = self.weights.fields.get((parent, field))
        if own is not None:
            return own
        named = get_named_type(type_)
        given = self.weights.types.get(named.name)
        return given if given is not None else int(is_composite_type(named))


class _Walk:
    def __init__(
        self,
        estimator: Estimator,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._estimator = estimator
        self._fragments = fragments
        self._variables = variables

    def fields(
        self, selection_set: SelectionSetNode, parent: Any
    ) -> Iterator[tuple[Any, FieldNode]]:
        """The fields of a selection set, fragments expanded, each with its parent type."""
        for selection in selection_set.selections:
            if not self._included(selection.directives or ()):
                continue
            if isinstance(selection, FieldNode):
                yield parent, selection
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self._type(condition.name.value) if condition else parent
                yield from self.fields(selection.selection_set, inner)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments.get(selection.name.value)
                if fragment is not None:
                    inner = self._type(fragment.type_condition.name.value)
                    yield from self.fields(fragment.selection_set, inner)

    def definition(self, parent: Any, node: FieldNode) -> GraphQLField | None:
        if node.name.value in _INTROSPECTION:
            return None
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            found: GraphQLField | None = parent.fields.get(node.name.value)
            return found
        return None

    def arguments(self, parent: Any, node: FieldNode, definition: GraphQLField) -> int:
        total = 0
        weights = self._estimator.weights
        for argument in node.arguments or ():
            name = argument.name.value
            total += weights.arguments.get((parent.name, node.name.value, name), 0)
            if name in definition.args:
                type_ = get_named_type(definition.args[name].type)
                if isinstance(type_, GraphQLInputObjectType):
                    total += self._input(type_, self._value(argument.value))
        return total

    def _input(self, type_: GraphQLInputObjectType, value: Any) -> int:
        if isinstance(value, list):
            return sum(self._input(type_, item) for item in value)
        if not isinstance(value, dict):
            return 0
        weights = self._estimator.weights
        total = weights.types.get(type_.name, 0)
        for name, item in value.items():
            total += weights.fields.get((type_.name, name), 0)
            field = type_.fields.get(name)
            inner = get_named_type(field.type) if field else None
            if isinstance(inner, GraphQLInputObjectType):
                total += self._input(inner, item)
        return total

    def _value(self, node: ValueNode) -> Any:
        if isinstance(node, VariableNode):
            return self._variables.get(node.name.value)
        return value_from_ast_untyped(node, dict(self._variables))

    def _type(self, name: str) -> Any:
        return self._estimator.schema.get_type(name)

    def _included(self, directives: tuple[DirectiveNode, ...]) -> bool:
        for directive in directives:
            name = directive.name.value
            if name not in ("skip", "include") or not directive.arguments:
                continue
            if bool(self._value(directive.arguments[0].value)) is (name == "skip"):
                return False
        return True


class _Estimate(_Walk):
    def selections(
        self, selection_set: SelectionSetNode, parent: Any, sizes: Mapping[str, int]
    ) -> int:
        """`sizes` are lengths that the parent's `@listSize` gives to its fields."""
        return sum(
            self._field(own, node, sizes) for own, node in self.fields(selection_set, parent)
        )

    def _field(self, parent: Any, node: FieldNode, sizes: Mapping[str, int]) -> int:
        definition = self.definition(parent, node)
        if definition is None:
            return 0
        name = node.name.value
        estimator = self._estimator
        rule = estimator.weights.lists.get((parent.name, name))
        size = self._size(parent, node, rule) if rule else None
        below: dict[str, int] = {}
        if rule is not None and rule.sized_fields and size is not None:
            below = dict.fromkeys(rule.sized_fields, size)
            size = None
        count = 1
        if _is_list(definition.type):
            given = size if size is not None else sizes.get(name)
            count = estimator.list_size if given is None else given
        inner = 0
        if node.selection_set is not None:
            inner = self.selections(node.selection_set, get_named_type(definition.type), below)
        each = estimator.weight(parent.name, name, definition.type) + inner
        return self.arguments(parent, node, definition) + count * each

    def _size(self, parent: Any, node: FieldNode, rule: ListSize) -> int | None:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        definition = parent.fields[node.name.value]
        sizes: list[int] = []
        for path in rule.slicing_arguments:
            value = self._slicing(given, definition, path)
            if isinstance(value, list):
                sizes.append(len(value))
            elif isinstance(value, int) and not isinstance(value, bool):
                sizes.append(max(value, 0))
        if rule.slicing_arguments and rule.require_one_slicing_argument and len(sizes) != 1:
            raise ClientError(
                f"The field '{parent.name}.{node.name.value}' needs exactly one of the arguments "
                f"{', '.join(rule.slicing_arguments)}.",
                Code.BAD_USER_INPUT,
            )
        return max(sizes) if sizes else rule.assumed_size

    def _slicing(self, given: Mapping[str, ValueNode], definition: GraphQLField, path: str) -> Any:
        """The value of a slicing argument; a dot leads into an input object."""
        name, *rest = path.split(".")
        node = given.get(name)
        if node is not None:
            value = self._plain(node)
        else:
            argument = definition.args.get(name)
            default = argument.ast_node.default_value if argument and argument.ast_node else None
            value = self._plain(default) if default is not None else None
        for part in rest:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def _plain(self, node: ValueNode) -> Any:
        if isinstance(node, IntValueNode):
            return int(node.value)
        if isinstance(node, ListValueNode):
            return list(node.values)
        return self._value(node)


class _Actual(_Walk):
    def object(self, selection_sets: list[SelectionSetNode], parent: Any, data: Any) -> int:
        """The cost of what an object of the answer holds; a response name counts once."""
        if not isinstance(data, dict):
            return 0
        found: dict[str, tuple[Any, list[FieldNode]]] = {}
        for selection_set in selection_sets:
            for own, node in self.fields(selection_set, parent):
                key = (node.alias or node.name).value
                if key in data:
                    found.setdefault(key, (own, []))[1].append(node)
        total = 0
        for key, (own, nodes) in found.items():
            definition = self.definition(own, nodes[0])
            if definition is None:
                continue
            weight = self._estimator.weight(own.name, nodes[0].name.value, definition.type)
            inner = [node.selection_set for node in nodes if node.selection_set is not None]
            total += self.arguments(own, nodes[0], definition)
            total += self._value_cost(data[key], weight, inner, get_named_type(definition.type))
        return total

    def _value_cost(
        self, value: Any, weight: int, selection_sets: list[SelectionSetNode], type_: Any
    ) -> int:
        if value is None:
            return 0
        if isinstance(value, list):
            return sum(self._value_cost(item, weight, selection_sets, type_) for item in value)
        return weight + self.object(selection_sets, type_, value)


def _is_list(type_: Any) -> bool:
    return is_list_type(type_.of_type if is_non_null_type(type_) else type_)
