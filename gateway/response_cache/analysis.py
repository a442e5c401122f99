"""Which parts of a subgraph operation can be kept on their own."""

from __future__ import annotations

from dataclasses import dataclass

from cachetools import LRUCache
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

ENTITIES = "_entities"
_KEPT_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EntityPart:
    """One `_entities` field: its alias, the variable of its representations, and what it selects.

    `text` is the selection with the fragments it reaches; `variables` are all other variables that
    the selection uses.
    """

    alias: str
    representations: str
    text: str
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A query: either only entity parts, or a root query that is kept as a whole.

    `root_fields` are the names of the root fields, for metrics and tags.
    """

    entities: tuple[EntityPart, ...]
    root_fields: tuple[str, ...]


class Analyser:
    """Analyses each operation text once."""

    def __init__(self) -> None:
        self._known: LRUCache[str, tuple[int, Analysis | None]] = LRUCache(
            _KEPT_BYTES, getsizeof=lambda value: value[0]
        )

    def analyse(self, text: str) -> Analysis | None:
        """What can be kept of an operation; `None`: nothing."""
        known = self._known.get(text)
        if known is not None:
            return known[1]
        analysis = _analyse(text)
        size = 3 * len(text) + 1_000  # the text, and what is cut out of it
        if size <= _KEPT_BYTES:
            self._known[text] = (size, analysis)
        return analysis


def _analyse(text: str) -> Analysis | None:
    try:
        document = parse(text, no_location=True)
    except (GraphQLError, RecursionError):
        return None
    operation = next(
        (node for node in document.definitions if isinstance(node, OperationDefinitionNode)), None
    )
    if operation is None or operation.operation is not OperationType.QUERY:
        return None
    fields = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    if len(fields) != len(operation.selection_set.selections):
        return None
    entities = [node for node in fields if node.name.value == ENTITIES]
    if not entities:
        return Analysis((), tuple(sorted({node.name.value for node in fields})))
    if len(entities) != len(fields):
        return None
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    parts = [_part(node, fragments) for node in entities]
    known = tuple(part for part in parts if part is not None)
    return Analysis(known, ()) if len(known) == len(parts) else None


def _part(node: FieldNode, fragments: dict[str, FragmentDefinitionNode]) -> EntityPart | None:
    argument = next((a for a in node.arguments or () if a.name.value == "representations"), None)
    if argument is None or not isinstance(argument.value, VariableNode) or node.directives:
        return None
    if node.selection_set is None:
        return None
    reached = _Reached(fragments)
    visit(node.selection_set, reached)
    texts = [print_ast(node.selection_set)]
    texts += [print_ast(fragments[name]) for name in sorted(reached.names)]
    name = argument.value.name.value
    alias = node.alias.value if node.alias else node.name.value
    return EntityPart(alias, name, "\n".join(texts), tuple(sorted(reached.variables)))


class _Reached(Visitor):
    """Fragments and variables that a selection uses, also through fragments."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        super().__init__()
        self._fragments = fragments
        self.names: set[str] = set()
        self.variables: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        name = node.name.value
        if name in self._fragments and name not in self.names:
            self.names.add(name)
            inner: Node = self._fragments[name].selection_set
            visit(inner, self)

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.variables.add(node.name.value)
