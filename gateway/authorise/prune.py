"""Marks the fields of an operation that a caller may not see, before anything is planned.

A denied field keeps its place and its response key but loses its selection and gets the directive
`@denied`, which no client can send (validation knows no such directive): the planner asks no
subgraph for it and the answer has null there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
)

from gateway.authorise.requirements import Requirement, Requirements

DENIED = "denied"
MAX_REPORTED = 100

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Denial:
    """A field that was denied: its response path without list indexes, and every unmet demand."""

    path: Path
    coordinate: str
    unmet: tuple[Requirement, ...]


def demands_of(
    document: DocumentNode, schema: GraphQLSchema, requirements: Requirements
) -> frozenset[Requirement]:
    """Every requirement that an operation touches; cheap to evaluate for many callers."""
    found: set[Requirement] = set()

    def note(requirement: Requirement) -> bool:
        found.add(requirement)
        return False

    _Pruner(document, schema, requirements, note).run()
    return frozenset(found)


def prune(
    document: DocumentNode,
    schema: GraphQLSchema,
    requirements: Requirements,
    unmet: frozenset[Requirement],
) -> tuple[DocumentNode, tuple[Denial, ...]]:
    """The operation with denied fields marked, and what was denied (`MAX_REPORTED` at most)."""
    pruner = _Pruner(document, schema, requirements, unmet.__contains__)
    return pruner.run(), tuple(pruner.denials)


class _Pruner:
    """Walks one operation. Fragments are expanded in place: a field may be denied by where it is.

    The expansion is bounded by the limits that the document passed before.
    """

    def __init__(
        self,
        document: DocumentNode,
        schema: GraphQLSchema,
        requirements: Requirements,
        denies: Callable[[Requirement], bool],
    ) -> None:
        self._document = document
        self._schema = schema
        self._requirements = requirements
        self._denies = denies
        self._fragments: Mapping[str, FragmentDefinitionNode] = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self.denials: list[Denial] = []

    def run(self) -> DocumentNode:
        """The document of the one operation, fragments expanded."""
        operation = next(
            node for node in self._document.definitions if isinstance(node, OperationDefinitionNode)
        )
        root = self._schema.get_root_type(operation.operation)
        assert root is not None  # noqa: S101 - the document is valid
        selections = self._selections(root.name, operation.selection_set, ())
        pruned = OperationDefinitionNode(
            operation=operation.operation,
            name=operation.name,
            variable_definitions=operation.variable_definitions,
            directives=operation.directives,
            selection_set=selections,
        )
        return DocumentNode(definitions=(pruned,))

    def _selections(self, parent: str, node: SelectionSetNode, path: Path) -> SelectionSetNode:
        return SelectionSetNode(
            selections=tuple(self._selection(parent, item, path) for item in node.selections)
        )

    def _selection(self, parent: str, node: SelectionNode, path: Path) -> SelectionNode:
        if isinstance(node, FieldNode):
            return self._field(parent, node, path)
        fragment: FragmentDefinitionNode | InlineFragmentNode
        if isinstance(node, FragmentSpreadNode):
            fragment = self._fragments[node.name.value]
        else:
            assert isinstance(node, InlineFragmentNode)  # noqa: S101 - the only other kind
            fragment = node
        condition, inner = fragment.type_condition, fragment.selection_set
        target = condition.name.value if condition else parent
        return InlineFragmentNode(
            type_condition=condition,
            directives=node.directives,
            selection_set=self._selections(target, inner, path),
        )

    def _field(self, parent: str, node: FieldNode, path: Path) -> FieldNode:
        name = node.name.value
        if name.startswith("__"):
            return node
        declared = self._schema.type_map[parent].fields[name]  # type: ignore[attr-defined]
        returned = get_named_type(declared.type).name
        here = (*path, node.alias.value if node.alias else name)
        unmet = self._unmet(parent, name, returned)
        if unmet:
            if len(self.denials) < MAX_REPORTED:
                self.denials.append(Denial(here, f"{parent}.{name}", unmet))
            return _denied(node)
        if node.selection_set is None:
            return node
        return FieldNode(
            alias=node.alias,
            name=node.name,
            arguments=node.arguments,
            directives=node.directives,
            selection_set=self._selections(returned, node.selection_set, here),
        )

    def _unmet(self, parent: str, name: str, returned: str) -> tuple[Requirement, ...]:
        requirements = self._requirements
        demanded = (
            requirements.types.get(parent),
            requirements.fields.get((parent, name)),
            requirements.types.get(returned),
        )
        # Every demand is looked at, also after the first unmet one: errors name all of them.
        return tuple(dict.fromkeys(item for item in demanded if item and self._denies(item)))


def _denied(node: FieldNode) -> FieldNode:
    mark = DirectiveNode(name=NameNode(value=DENIED), arguments=())
    return FieldNode(
        alias=node.alias,
        name=node.name,
        arguments=(),
        directives=(*(node.directives or ()), mark),
        selection_set=None,
    )
