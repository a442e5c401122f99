"""Arguments within field sets: from their text to constants."""

from __future__ import annotations

from graphql import GraphQLError, parse
from graphql.language import ast

from gateway.composition.fieldset import FieldSetError
from gateway.composition.syntax import NestingError, Reader
from gateway.supergraph.definitions import Value

_NESTING = 40


def field_arguments(text: str) -> dict[str, Value]:
    """Read `(a: 1, b: {c: 2})`; raises `FieldSetError` unless these are constants."""
    wrong = FieldSetError(f'the arguments "{text}" are not written correctly')
    try:
        document = parse(f"{{ f{text} }}", no_location=True)
    except (GraphQLError, RecursionError):
        raise wrong from None
    operation = document.definitions[0]
    if not isinstance(operation, ast.OperationDefinitionNode):
        raise wrong
    field = operation.selection_set.selections[0]
    if not isinstance(field, ast.FieldNode):
        raise wrong
    reader = Reader("", None, _NESTING)
    result: dict[str, Value] = {}
    for node in field.arguments or ():
        if _has_variable(node.value):
            raise FieldSetError(f'the argument "{node.name.value}" may contain no variable')
        try:
            result[node.name.value] = reader.value(node.value)
        except NestingError:
            raise wrong from None
    return result


def _has_variable(node: ast.ValueNode) -> bool:
    stack: list[ast.Node] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, ast.VariableNode):
            return True
        if isinstance(current, ast.ListValueNode):
            stack += current.values
        elif isinstance(current, ast.ObjectValueNode):
            stack += [field.value for field in current.fields]
    return False
