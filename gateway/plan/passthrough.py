"""Operations that one subgraph answers as they stand, so that its bytes are the client's answer.

Nothing about such an answer may need the gateway: no rename, nothing internal, no value or type
that clients must not see, no type that is laxer in the subgraph than in the public schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    print_ast,
)

from gateway.plan.nodes import Fetch
from gateway.plan.schema import PlannerSchema, SubgraphType
from gateway.supergraph.model import Kind

_PLAIN_DIRECTIVES = frozenset({"skip", "include"})


def passthrough_document(
    schema: PlannerSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    fetches: Sequence[Fetch],
    graph: str | None,
) -> str | None:
    """The client's operation, printed, if a plan's only fetch may send it as it stands."""
    if len(fetches) != 1 or graph is None or fetches[0].root is None or fetches[0].when:
        return None
    root = schema.supergraph.root(operation.operation.value)
    own = schema.subgraphs[graph].get(root or "")
    check = _Check(schema, graph, fragments)
    if own is None or operation.directives or not check.selections(operation.selection_set, own):
        return None
    used = tuple(node for name, node in fragments.items() if name in check.spread)
    return print_ast(DocumentNode(definitions=(operation, *used)))


class _Check:
    def __init__(
        self,
        schema: PlannerSchema,
        graph: str,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self._schema = schema
        self._types = schema.subgraphs[graph]
        self._fragments = fragments
        self._known: dict[tuple[int, str], bool] = {}
        self.spread: set[str] = set()

    def selections(self, selections: SelectionSetNode, own: SubgraphType) -> bool:
        """Whether the subgraph knows all of this, and answers it just as the client expects."""
        key = (id(selections), own.name)
        if key not in self._known:
            self._known[key] = True  # fragments cannot be cyclic: the document is valid
            self._known[key] = all(self._one(node, own) for node in selections.selections)
        return self._known[key]

    def _one(self, node: object, own: SubgraphType) -> bool:
        directives = getattr(node, "directives", None) or ()
        if any(each.name.value not in _PLAIN_DIRECTIVES for each in directives):
            return False
        if isinstance(node, FieldNode):
            return self._field(node, own)
        if isinstance(node, FragmentSpreadNode):
            fragment = self._fragments[node.name.value]
            self.spread.add(node.name.value)
            inner = self._types.get(fragment.type_condition.name.value)
            return (
                not fragment.directives
                and inner is not None
                and not inner.runtime.isdisjoint(own.runtime)
                and self.selections(fragment.selection_set, inner)
            )
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            narrowed = own if condition is None else self._types.get(condition.name.value)
            return (
                narrowed is not None
                and not narrowed.runtime.isdisjoint(own.runtime)
                and self.selections(node.selection_set, narrowed)
            )
        return False

    def _field(self, node: FieldNode, own: SubgraphType) -> bool:
        name = node.name.value
        if name == "__typename":
            return not own.interface_object and own.name not in self._schema.roots
        declared = own.fields.get(name)
        if declared is None or declared.requires is not None or declared.contexts:
            return False
        if declared.type != self._schema.field_type(own.name, name):
            return False
        definition = self._schema.supergraph.types[declared.type.named]
        if definition.kind is Kind.ENUM:
            return not any(value.inaccessible for value in definition.values.values())
        if node.selection_set is None:
            return True
        below = self._types.get(declared.type.named)
        if below is None:
            return False
        public = set(self._schema.supergraph.public_types(below.name))
        seen = below.runtime <= public or below.interface_object
        return seen and self.selections(node.selection_set, below)
