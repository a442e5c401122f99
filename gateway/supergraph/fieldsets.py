"""Field sets: the selections that keys, requirements, provisions and contexts are written in."""

from __future__ import annotations

from graphql import (
    FieldNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from gateway.supergraph.features import unusable
from gateway.supergraph.model import FieldSet

MAX_DEPTH = 32


def parse_field_set(text: str, where: str) -> FieldSet:
    """Parse the text of a field set, with or without braces around it.

    Raises:
        InternalError: it does not parse, or it holds what a field set may not: aliases, variables'
            operations, named fragments, or nesting beyond 32 levels. `where` begins the message.
    """
    stripped = text.strip()
    source = stripped if stripped.startswith("{") else "{" + stripped + "}"
    try:
        document = parse(source, no_location=True, max_tokens=5_000)
    except GraphQLError as error:
        raise unusable(f'{where}: the field set "{text}" does not parse: {error.message}') from None
    except RecursionError:
        raise unusable(f"{where}: a field set is nested too deeply.") from None
    operation = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(operation, OperationDefinitionNode):
        raise unusable(f'{where}: "{text}" is not a field set.')
    _check(operation.selection_set, where, 0)
    return FieldSet(text, operation.selection_set)


def _check(selections: SelectionSetNode, where: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise unusable(f"{where}: a field set is nested too deeply.")
    for node in selections.selections:
        if isinstance(node, FieldNode):
            if node.alias is not None:
                raise unusable(f"{where}: a field set has the alias {node.alias.value}.")
            if node.selection_set is not None:
                _check(node.selection_set, where, depth + 1)
        elif isinstance(node, InlineFragmentNode):
            _check(node.selection_set, where, depth + 1)
        else:
            raise unusable(f"{where}: a field set names a fragment.")
