"""Building and checking manifests of trusted documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, print_ast

from gateway.document.limits import check_limits
from gateway.document.operation import fragments_of, read_operation, reduced
from gateway.document.parse import parse_document
from gateway.document.persisted import MANIFEST_FORMAT, Manifest, TrustedDocument
from gateway.document.validate import ValidationOptions, validate_document
from gateway.errors import ClientError, DocumentError
from gateway.settings.serving import Limits


@dataclass(frozen=True, slots=True)
class DocumentProblem:
    """Why a document cannot be trusted. `source` is its file or its id; `line` counts from 1, 0
    where none is known."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        return (
            f"{self.source}:{self.line}: {self.message}"
            if self.line
            else (f"{self.source}: {self.message}")
        )


def build_manifest(
    schema: GraphQLSchema, sources: Mapping[str, str], limits: Limits
) -> tuple[Manifest, tuple[DocumentProblem, ...]]:
    """Make one document of every named operation in the sources (text by file name).

    Fragments are shared by all sources. Each document holds its operation and the fragments that it
    reaches, printed in a normal form; its id is the SHA-256 of that text.
    """
    problems: list[DocumentProblem] = []
    parsed: dict[str, DocumentNode] = {}
    for source, text in sources.items():
        try:
            parsed[source] = parse_document(text, limits)
        except ClientError as error:
            problems += _problems(source, error)
    fragments = {
        name: fragment
        for document in parsed.values()
        for name, fragment in fragments_of(document).items()
    }
    problems += _duplicates(parsed)
    documents: dict[str, TrustedDocument] = {}
    for source, document in parsed.items():
        for node in document.definitions:
            if not isinstance(node, OperationDefinitionNode):
                continue
            if node.name is None:
                problems.append(DocumentProblem(source, 0, "an operation has no name"))
                continue
            whole = DocumentNode(definitions=(node, *fragments.values()))
            try:
                trusted = _trusted(schema, whole, node, limits)
            except ClientError as error:
                problems += _problems(source, error, keep_lines=False)
            else:
                documents[trusted.id] = trusted
    return Manifest(documents), tuple(problems)


def check_manifest(
    schema: GraphQLSchema, manifest: Manifest, limits: Limits
) -> tuple[DocumentProblem, ...]:
    """What of a manifest a gateway with this schema and these limits would refuse."""
    problems: list[DocumentProblem] = []
    for document in manifest.documents.values():
        source = f"{document.name} ({document.id})" if document.name else document.id
        try:
            parsed = parse_document(document.body, limits)
            validate_document(schema, parsed, ValidationOptions(introspection=True))
            for node in parsed.definitions:
                if isinstance(node, OperationDefinitionNode):
                    check_limits(node, fragments_of(parsed), limits)
        except ClientError as error:
            problems += _problems(source, error)
    return tuple(problems)


def merged(published: Manifest, following: Manifest) -> Manifest:
    """All documents of both: clients of an earlier build keep working."""
    return Manifest({**published.documents, **following.documents})


def print_manifest(manifest: Manifest) -> str:
    """The manifest as text, its documents sorted by name and id."""
    documents = sorted(manifest.documents.values(), key=lambda each: (each.name, each.id))
    return (
        json.dumps(
            {
                "format": MANIFEST_FORMAT,
                "version": 1,
                "operations": [
                    {"id": each.id, "name": each.name, "type": each.kind, "body": each.body}
                    for each in documents
                ],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def _trusted(
    schema: GraphQLSchema, whole: DocumentNode, node: OperationDefinitionNode, limits: Limits
) -> TrustedDocument:
    measure = check_limits(node, fragments_of(whole), limits)
    own = reduced(whole, node)
    validate_document(schema, own, ValidationOptions(introspection=True))
    operation = read_operation(schema, own, node, measure)
    identifier = hashlib.sha256(operation.text.encode()).hexdigest()
    return TrustedDocument(identifier, operation.name or "", str(operation.kind), operation.text)


def _duplicates(parsed: Mapping[str, DocumentNode]) -> list[DocumentProblem]:
    """Operations and fragments must have names of their own, unless they are the same."""
    seen: dict[tuple[str, str], str] = {}
    problems: list[DocumentProblem] = []
    for source, document in parsed.items():
        for node in document.definitions:
            name = getattr(node, "name", None)
            if name is None:
                continue
            text = print_ast(node)
            if seen.setdefault((node.kind, name.value), text) != text:
                problems.append(
                    DocumentProblem(
                        source,
                        name.loc.start_token.line if name.loc else 0,
                        f"another definition has the name '{name.value}'",
                    )
                )
    return problems


def _problems(source: str, error: ClientError, *, keep_lines: bool = True) -> list[DocumentProblem]:
    if not isinstance(error, DocumentError):
        return [DocumentProblem(source, 0, error.message)]
    return [
        DocumentProblem(source, places[0][0] if places and keep_lines else 0, message)
        for message, places in error.found
    ]
