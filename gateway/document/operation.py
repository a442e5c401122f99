"""One operation of a valid document, with everything that is known before variables come."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from gateway.document.limits import Measure
from gateway.document.variables import VariableDefinition, compile_variables
from gateway.errors import ClientError, Code
from gateway.plan.nodes import OperationKind


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """A selected operation.

    `document` holds it and the fragments that it reaches, and nothing else. `text` is that document
    printed, fragments sorted by name: operations that differ in layout, or in what else stood in
    their document, share it, and with it their plan. `hash` is the SHA-256 of `text`, in
    hexadecimal.
    """

    kind: OperationKind
    name: str | None
    definition: OperationDefinitionNode
    document: DocumentNode
    text: str
    hash: str
    variables: tuple[VariableDefinition, ...]
    measure: Measure
    deferred: bool


def bytes_of(text: str) -> int:
    """About how much memory an operation of this text takes.

    Measured: a syntax tree takes about fifty bytes for each character.
    """
    return 64 * len(text) + 2_000


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """A document's fragments by name."""
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def select_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation to run (GraphQL specification, section 6.1, GetOperation).

    Raises `ClientError` (`OPERATION_RESOLUTION_FAILURE`).
    """
    operations = [
        definition
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
    ]
    if not name:
        if len(operations) == 1:
            return operations[0]
        message = (
            "The document holds several operations, and `operationName` chooses none of them."
            if operations
            else "The document holds no operation."
        )
        raise ClientError(message, Code.OPERATION_RESOLUTION_FAILURE)
    for operation in operations:
        if operation.name is not None and operation.name.value == name:
            return operation
    raise ClientError(
        f"The document holds no operation named '{name[:100]}'.", Code.OPERATION_RESOLUTION_FAILURE
    )


def read_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    definition: OperationDefinitionNode,
    measure: Measure,
) -> Operation:
    """Gather what is known of one operation of a validated document."""
    text = print_ast(reduced(document, definition))
    # What is kept for long is parsed without places: the client's tokens would double its size.
    own = parse(text, no_location=True)
    definition = next(node for node in own.definitions if isinstance(node, OperationDefinitionNode))
    return Operation(
        kind=OperationKind(definition.operation.value),
        name=definition.name.value if definition.name else None,
        definition=definition,
        document=own,
        text=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        variables=compile_variables(schema, definition),
        measure=measure,
        deferred="@defer" in text and any(_defers(each.selection_set) for each in own.definitions),  # type: ignore[attr-defined]
    )


def reduced(document: DocumentNode, definition: OperationDefinitionNode) -> DocumentNode:
    """One operation with the fragments that it reaches, sorted by name."""
    fragments = fragments_of(document)
    reached = _reachable(definition, fragments)
    return DocumentNode(
        definitions=(definition, *(fragments[name] for name in sorted(reached))),
    )


def rewritten(operation: Operation, document: DocumentNode) -> Operation:
    """The operation with another document in place of its own: what authorisation left of it.

    Its text and hash are the new document's, so that plans are cached apart.
    """
    definition = next(
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    )
    text = print_ast(document)
    return replace(
        operation,
        definition=definition,
        document=document,
        text=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def _reachable(
    definition: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> set[str]:
    reached: set[str] = set()
    pending = [definition.selection_set]
    while pending:
        for selection in pending.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name not in reached and name in fragments:
                    reached.add(name)
                    pending.append(fragments[name].selection_set)
            elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                pending.append(selection.selection_set)
    return reached


def _defers(selection_set: SelectionSetNode) -> bool:
    pending = [selection_set]
    while pending:
        for selection in pending.pop().selections:
            if not isinstance(selection, FieldNode) and any(
                directive.name.value == "defer" for directive in selection.directives or ()
            ):
                return True
            if isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                pending.append(selection.selection_set)
    return False
