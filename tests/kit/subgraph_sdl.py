"""What a subgraph's SDL means to a server: an executable schema and the entity rules in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    InterfaceTypeDefinitionNode,
    NameNode,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    SelectionSetNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    Visitor,
    build_ast_schema,
    parse,
    value_from_ast_untyped,
    visit,
)
from graphql.language import ast


@dataclass(frozen=True)
class FieldSet:
    """The `fields` of a federation directive."""

    text: str
    selections: SelectionSetNode

    @classmethod
    def read(cls, text: str) -> FieldSet:
        """Parse the text of a `fields` argument."""
        operation = parse("{" + text + "}", no_location=True).definitions[0]
        return cls(text, operation.selection_set)  # type: ignore[attr-defined]

    def satisfied_by(self, value: Any, *, keyed: bool = False) -> bool:
        """Whether the object holds every selected field (`keyed`: and none of them is null)."""
        return _holds(self.selections, value, keyed)

    def matches(self, row: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
        """Whether both objects agree on every selected field."""
        return _agree(self.selections, row, value)


def _holds(selections: SelectionSetNode, value: Any, keyed: bool) -> bool:
    if value is None:
        return not keyed
    if isinstance(value, list):
        return all(_holds(selections, item, keyed) for item in value)
    if not isinstance(value, Mapping):
        return False
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            applies = condition is None or value.get("__typename") == condition.name.value
            if applies and not _holds(node.selection_set, value, keyed):
                return False
        elif isinstance(node, FieldNode):
            name = node.name.value
            if name not in value or (keyed and value[name] is None):
                return False
            below = node.selection_set
            if below is not None and not _holds(below, value[name], keyed):
                return False
    return True


def _agree(selections: SelectionSetNode, left: Any, right: Any) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(_agree(selections, a, b) for a, b in pairs)
    if not isinstance(left, Mapping) or not isinstance(right, Mapping):
        return left is None and right is None
    for node in selections.selections:
        if not isinstance(node, FieldNode):
            continue
        a, b = left.get(node.name.value), right.get(node.name.value)
        if node.selection_set is not None:
            if not _agree(node.selection_set, a, b):
                return False
        elif str(a) != str(b):  # IDs may be written as numbers
            return False
    return True


@dataclass
class EntityRules:
    """What federation directives say, by type name.

    `keys` are resolvable keys, `all_keys` also the others; `requires`, `provides` and the arguments
    that come from a context are by (type, field).
    """

    keys: dict[str, list[FieldSet]] = field(default_factory=dict)
    all_keys: dict[str, list[FieldSet]] = field(default_factory=dict)
    requires: dict[tuple[str, str], FieldSet] = field(default_factory=dict)
    provides: dict[tuple[str, str], FieldSet] = field(default_factory=dict)
    contextual: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    external: dict[str, frozenset[str]] = field(default_factory=dict)
    implementations: dict[str, list[str]] = field(default_factory=dict)


_DEFINITION_OF = {
    "object_type_extension": ast.ObjectTypeDefinitionNode,
    "interface_type_extension": ast.InterfaceTypeDefinitionNode,
    "union_type_extension": ast.UnionTypeDefinitionNode,
    "enum_type_extension": ast.EnumTypeDefinitionNode,
    "input_object_type_extension": ast.InputObjectTypeDefinitionNode,
    "scalar_type_extension": ast.ScalarTypeDefinitionNode,
}
_EXECUTABLE = {"QUERY", "MUTATION", "FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"}


def read_subgraph(sdl: str) -> DocumentNode:
    """Parse a subgraph's SDL, with the directives of Federation under Federation's own names."""
    document = parse(sdl, no_location=True)
    renamed = {}
    for node in document.definitions:
        if not isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            continue
        for link in node.directives or ():
            given = {each.name.value: value_from_ast_untyped(each.value) for each in link.arguments}
            if "/federation/" not in given.get("url", ""):
                continue
            for each in given.get("import", ()):
                if isinstance(each, dict):
                    renamed[each["as"].lstrip("@")] = each["name"].lstrip("@")
            renamed[given.get("as", "federation")] = ""
    return visit(document, _OwnNames(renamed))


class _OwnNames(Visitor):
    def __init__(self, renamed: Mapping[str, str]) -> None:
        super().__init__()
        self.renamed = renamed

    def leave_directive(self, node: DirectiveNode, *_args: object) -> DirectiveNode:
        space, _, name = node.name.value.partition("__")
        if not name:
            name = self.renamed.get(space, "")
        elif space not in self.renamed:
            return node
        return DirectiveNode(name=NameNode(value=name or space), arguments=node.arguments)


def executable_schema(sdl: str) -> tuple[GraphQLSchema, EntityRules]:
    """Return the schema a subgraph server runs (with `_service`, `_entities`) and its rules."""
    document = read_subgraph(sdl)
    rules = _rules(document)
    entities = sorted(
        definition.name.value
        for definition in document.definitions
        if isinstance(definition, ObjectTypeDefinitionNode | ast.ObjectTypeExtensionNode)
        and definition.name.value in rules.keys
    )
    definitions = _definitions(document)
    names = {definition.name.value for definition in definitions if hasattr(definition, "name")}
    query = _root_name(document, "query")
    extra = "scalar _Any type _Service { sdl: String! } "
    extra += f"extend type {query} {{ _service: _Service! "
    if entities:
        extra += "_entities(representations: [_Any!]!): [_Entity]! "
    extra += "} "
    if entities:
        extra += f"union _Entity = {' | '.join(dict.fromkeys(entities))} "
    if query not in names:
        extra = extra.replace(f"extend type {query}", f"type {query}")
    definitions += parse(extra, no_location=True).definitions
    whole = DocumentNode(definitions=tuple(definitions))
    return build_ast_schema(whole, assume_valid=True, assume_valid_sdl=True), rules


def _definitions(document: DocumentNode) -> list[Any]:
    """The definitions that a server keeps; extensions without a base become definitions."""
    known = {
        node.name.value for node in document.definitions if isinstance(node, TypeDefinitionNode)
    }
    kept: list[Any] = []
    for node in document.definitions:
        if isinstance(node, DirectiveDefinitionNode):
            if any(location.value in _EXECUTABLE for location in node.locations):
                kept.append(node)
        elif isinstance(node, SchemaExtensionNode):
            continue
        elif isinstance(node, SchemaDefinitionNode):
            if node.operation_types:
                kept.append(node)
        elif isinstance(node, TypeExtensionNode) and node.name.value not in known:
            known.add(node.name.value)
            values = {key: getattr(node, key) for key in node.keys if hasattr(node, key)}
            kept.append(_DEFINITION_OF[node.kind](**values))
        else:
            kept.append(node)
    return kept


def _root_name(document: DocumentNode, operation: str) -> str:
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            for entry in node.operation_types or ():
                if entry.operation.value == operation:
                    return entry.type.name.value
    return operation.capitalize()


def _rules(document: DocumentNode) -> EntityRules:
    rules = EntityRules()
    for node in document.definitions:
        if not isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            continue
        if isinstance(node, UnionTypeDefinitionNode):
            continue
        name = node.name.value
        for directive in node.directives or ():
            if directive.name.value == "key":
                key = FieldSet.read(_text(directive, "fields"))
                rules.all_keys.setdefault(name, []).append(key)
                if _flag(directive, "resolvable"):
                    rules.keys.setdefault(name, []).append(key)
        for interface in getattr(node, "interfaces", None) or ():
            if not isinstance(node, InterfaceTypeDefinitionNode):
                rules.implementations.setdefault(interface.name.value, []).append(name)
        _field_rules(node, rules)
    return rules


def _field_rules(node: Any, rules: EntityRules) -> None:
    name = node.name.value
    external = set(rules.external.get(name, ()))
    for definition in getattr(node, "fields", None) or ():
        given = frozenset(
            each.name.value
            for each in getattr(definition, "arguments", None) or ()
            if any(one.name.value == "fromContext" for one in each.directives or ())
        )
        if given:
            rules.contextual[name, definition.name.value] = given
        for directive in definition.directives or ():
            if directive.name.value == "external":
                external.add(definition.name.value)
            elif directive.name.value == "requires":
                required = FieldSet.read(_text(directive, "fields"))
                rules.requires[name, definition.name.value] = required
            elif directive.name.value == "provides":
                provided = FieldSet.read(_text(directive, "fields"))
                rules.provides[name, definition.name.value] = provided
    rules.external[name] = frozenset(external)


def _text(directive: DirectiveNode, argument: str) -> str:
    for entry in directive.arguments or ():
        if entry.name.value == argument and isinstance(entry.value, StringValueNode):
            return entry.value.value
    raise ValueError(f"@{directive.name.value} without {argument}")


def _flag(directive: DirectiveNode, argument: str) -> bool:
    for entry in directive.arguments or ():
        if entry.name.value == argument:
            return bool(entry.value.value)  # type: ignore[attr-defined]
    return True
