"""Validation against the public schema, as the GraphQL specification has it."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    specified_rules,
    validate,
)

from gateway.errors import Code, DocumentError

_MAX_ERRORS = 10


@dataclass(frozen=True, slots=True)
class ValidationOptions:
    """`introspection` off also keeps schema names out of the suggestions in messages."""

    introspection: bool = False


def validate_document(
    schema: GraphQLSchema, document: DocumentNode, options: ValidationOptions
) -> None:
    """Raise `DocumentError` (`GRAPHQL_VALIDATION_FAILED`, `INTROSPECTION_DISABLED`) on mistakes.

    The library bounds its own work and its recursion, and reports a document that exceeds them.
    """
    errors = validate(
        schema,
        document,
        specified_rules,
        max_errors=_MAX_ERRORS,
        hide_suggestions=not options.introspection,
    )
    if errors:
        raise DocumentError(
            [
                (error.message, [(place.line, place.column) for place in error.locations or ()])
                for error in errors
            ],
            Code.GRAPHQL_VALIDATION_FAILED,
        )
    if not options.introspection:
        _refuse_introspection(document)


def _refuse_introspection(document: DocumentNode) -> None:
    found: list[tuple[str, list[tuple[int, int]]]] = []
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            _collect(definition.selection_set, found)
    if found:
        raise DocumentError(found[:_MAX_ERRORS], Code.INTROSPECTION_DISABLED)


def _collect(
    selection_set: SelectionSetNode, found: list[tuple[str, list[tuple[int, int]]]]
) -> None:
    for selection in selection_set.selections:
        if isinstance(selection, FieldNode) and selection.name.value in ("__schema", "__type"):
            message = f"Introspection is disabled, and '{selection.name.value}' is introspection."
            found.append((message, []))
        elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
            _collect(selection.selection_set, found)
        elif isinstance(selection, FragmentSpreadNode):
            continue  # its definition is looked at on its own
