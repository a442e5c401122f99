"""Whether a subgraph can answer a valid operation: Federation's rules beyond those of GraphQL.

A field that the subgraph declares may still be one that it cannot resolve there.
"""

from __future__ import annotations

from graphql import (
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    visit,
)

from tests.kit.subgraph_sdl import EntityRules

Provided = tuple[SelectionSetNode, ...]


def obstacle(document: str, schema: GraphQLSchema, rules: EntityRules) -> str | None:
    """The first field of an operation that the subgraph cannot resolve, and why; None if it can.

    - a field with `@requires` anywhere but directly on an entity: nothing could be sent for it;
    - an `@external` field where no `@provides` on the way brings it;
    - a field without the argument that it takes from a context.
    """
    types = TypeInfo(schema)
    finder = _Finder(types, rules)
    visit(parse(document), TypeInfoVisitor(types, finder))
    return finder.found


class _Finder(Visitor):
    def __init__(self, types: TypeInfo, rules: EntityRules) -> None:
        super().__init__()
        self.types = types
        self.rules = rules
        self.path: list[str] = []
        self.provided: list[Provided] = [()]
        self.found: str | None = None

    def enter_field(self, node: FieldNode, *_args: object) -> None:
        parent = self.types.get_parent_type()
        type_name = parent.name if parent is not None else ""
        name = node.name.value
        below = _below(self.provided[-1], type_name, name)
        self.found = self.found or self._obstacle(type_name, node, provided=below is not None)
        own = self.rules.provides.get((type_name, name))
        self.provided.append(((own.selections,) if own is not None else ()) + (below or ()))
        self.path.append(name)

    def leave_field(self, _node: FieldNode, *_args: object) -> None:
        self.path.pop()
        self.provided.pop()

    def _keyed(self, type_name: str) -> set[str]:
        """Fields of keys; Federation 1 has them external although they are resolved."""
        keys = self.rules.all_keys.get(type_name, ())
        nodes = [node for key in keys for node in key.selections.selections]
        return {node.name.value for node in nodes if isinstance(node, FieldNode)}

    def _obstacle(self, type_name: str, node: FieldNode, *, provided: bool) -> str | None:
        name = node.name.value
        field = (type_name, name)
        if field in self.rules.requires and self.path != ["_entities"]:
            return f"nothing is sent for what {type_name}.{name} requires"
        external = name in self.rules.external.get(type_name, ())
        if external and not provided and name not in self._keyed(type_name):
            return f"{type_name}.{name} is external there"
        arguments = {each.name.value for each in node.arguments or ()}
        if not self.rules.contextual.get(field, frozenset()) <= arguments:
            return f"{type_name}.{name} lacks what it takes from a context"
        return None


def _below(provided: Provided, type_name: str, name: str) -> Provided | None:
    """What is provided below a field that is provided itself; None for one that is not."""
    pending = list(provided)
    found: list[SelectionSetNode] = []
    known = False
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                if condition is None or condition.name.value == type_name:
                    pending.append(node.selection_set)
            elif isinstance(node, FieldNode) and node.name.value == name:
                known = True
                if node.selection_set is not None:
                    found.append(node.selection_set)
    return tuple(found) if known else None
