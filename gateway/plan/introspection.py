"""The part of an operation that the gateway answers from its public schema."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    print_ast,
)
from graphql.language import Visitor, visit
from graphql.language.ast import VariableNode

from gateway.plan.operation import INTROSPECTION


def introspection_part(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> str | None:
    """The operation with nothing but its introspection fields, or None if it has none.

    Fragments that they use come along, and only the variables that they use are declared.
    """
    if operation.operation is not OperationType.QUERY:
        return None
    kept = _kept(operation.selection_set, fragments)
    if not kept:
        return None
    body = SelectionSetNode(selections=tuple(kept))
    used = _fragments_in(body, fragments)
    uses = _Variables()
    for node in (body, *used):
        visit(node, uses)
    trimmed = OperationDefinitionNode(
        operation=OperationType.QUERY,
        name=None,
        variable_definitions=tuple(
            each
            for each in operation.variable_definitions or ()
            if each.variable.name.value in uses.names
        ),
        directives=(),
        selection_set=body,
    )
    return print_ast(DocumentNode(definitions=(trimmed, *used)))


def _kept(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> list[SelectionNode]:
    kept: list[SelectionNode] = []
    for node in selections.selections:
        if isinstance(node, FieldNode):
            if node.name.value in INTROSPECTION:
                kept.append(node)
            continue
        if isinstance(node, InlineFragmentNode):
            inner, condition = node.selection_set, node.type_condition
        elif isinstance(node, FragmentSpreadNode):
            fragment = fragments[node.name.value]
            inner, condition = fragment.selection_set, fragment.type_condition
        else:
            continue
        below = _kept(inner, fragments)
        if below:
            kept.append(
                InlineFragmentNode(
                    type_condition=condition,
                    directives=tuple(
                        each
                        for each in node.directives or ()
                        if each.name.value in ("skip", "include")
                    ),
                    selection_set=SelectionSetNode(selections=tuple(below)),
                )
            )
    return kept


def _fragments_in(
    body: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> list[FragmentDefinitionNode]:
    found: dict[str, FragmentDefinitionNode] = {}
    pending: list[SelectionSetNode] = [body]
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FragmentSpreadNode):
                if node.name.value not in found:
                    fragment = found[node.name.value] = fragments[node.name.value]
                    pending.append(fragment.selection_set)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                pending.append(node.selection_set)
    return list(found.values())


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_args: object) -> None:
        self.names.add(node.name.value)
