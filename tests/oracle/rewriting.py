"""Other ways to write an operation that ask for the same."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

Rewriting = Callable[[DocumentNode, GraphQLSchema, Random], DocumentNode]


def shuffled(document: DocumentNode, _schema: GraphQLSchema, random: Random) -> DocumentNode:
    """Every selection set in another order, but for the fields of a mutation, which have one."""

    class Shuffle(Visitor):
        def enter_selection_set(
            self, node: SelectionSetNode, _key: Any, parent: Any, *_args: Any
        ) -> SelectionSetNode:
            if _is_mutation(parent):
                return node
            selections = list(node.selections)
            random.shuffle(selections)
            return SelectionSetNode(selections=tuple(selections))

    return _visited(document, Shuffle())


def in_fragments(document: DocumentNode, schema: GraphQLSchema, random: Random) -> DocumentNode:
    """A part of many selection sets in a fragment: without a type, on the same type, or named."""
    named: list[FragmentDefinitionNode] = []
    types = TypeInfo(schema)

    class Split(Visitor):
        def leave_selection_set(self, node: SelectionSetNode, *_args: Any) -> SelectionSetNode:
            parent = types.get_parent_type()
            at = random.randrange(len(node.selections) + 1)
            before, within = node.selections[:at], node.selections[at:]
            if parent is None or not within or random.random() < 0.3:
                return node
            on = NamedTypeNode(name=NameNode(value=parent.name))
            part: SelectionNode
            if random.random() < 0.4:
                name = NameNode(value=f"Part{len(named)}")
                inner = SelectionSetNode(selections=within)
                named.append(
                    FragmentDefinitionNode(
                        name=name, type_condition=on, selection_set=inner, directives=()
                    )
                )
                part = FragmentSpreadNode(name=name, directives=())
            else:
                part = InlineFragmentNode(
                    type_condition=on if random.random() < 0.6 else None,
                    directives=(),
                    selection_set=SelectionSetNode(selections=within),
                )
            return SelectionSetNode(selections=(*before, part))

    split = _visited(document, TypeInfoVisitor(types, Split()))
    return DocumentNode(definitions=(*split.definitions, *named))


def renamed(document: DocumentNode, _schema: GraphQLSchema, random: Random) -> DocumentNode:
    """Every response key another one: those that were alike still are."""
    suffix = random.choice(["_", "z", "_1"])

    class Rename(Visitor):
        def leave_field(self, node: FieldNode, *_args: Any) -> FieldNode:
            key = node.alias.value if node.alias else node.name.value
            return FieldNode(
                alias=NameNode(value=f"{key}{suffix}".lstrip("_")),
                name=node.name,
                arguments=node.arguments,
                directives=node.directives,
                selection_set=node.selection_set,
            )

    return _visited(document, Rename())


REWRITINGS: tuple[Rewriting, ...] = (shuffled, in_fragments, renamed)


def _is_mutation(node: Any) -> bool:
    return isinstance(node, OperationDefinitionNode) and node.operation is OperationType.MUTATION


def _visited(document: DocumentNode, visitor: Visitor) -> DocumentNode:
    result = visit(deepcopy(document), visitor)
    assert isinstance(result, DocumentNode)
    return result
