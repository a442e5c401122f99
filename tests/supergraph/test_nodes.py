"""The document made of definitions is the one that their text parses to."""

from __future__ import annotations

import pytest
from graphql import DocumentNode, SchemaDefinitionNode, parse

from gateway.composition.syntax import Reader
from gateway.supergraph.definitions import SchemaDef
from gateway.supergraph.nodes import schema_document
from gateway.supergraph.write import write_schema
from tests.composition.corpus_files import CorpusCase, corpus

_EVERY_CONSTRUCT = r'''
"""A schema."""
schema @a @b(x: 1) {
  query: Query
  mutation: M
}

directive @a on SCHEMA

"A \\ in a description"
directive @b(x: V, "of y" y: [V!]! = []) repeatable on SCHEMA | OBJECT

enum Empty

enum E {
  "One"
  A @b(x: null)
  B
}

input I {
  f: [[Int!]]! = [1, 2.5, -3, 1e6, 123456789012345678901234567890]
  """
  several

    lines
  """
  o: I = {f: [[]], s: "a \"quote\"", e: A, b: true, n: {}}
}

interface J implements K {
  f(x: Int = 1): Int
}

interface K

scalar S @specifiedBy(url: "https://example.test/\u00e9")

type M

type Query implements J & K @b(x: "text") {
  f(
    "of x"
    x: Int = 1
  ): Int @a
}

union U = M | Query

union V
'''
_CASES = {
    "every construct": _EVERY_CONSTRUCT,
    "conventional roots": "type Mutation { m: Int } type Query { q: Int }",
    **{case.name: case for case in corpus()},
}


def _definitions(document: DocumentNode) -> SchemaDef:
    reader = Reader("", None, nesting=50)
    nodes = [node for node in document.definitions if isinstance(node, SchemaDefinitionNode)]
    roots = {
        operation.operation.value: operation.type.name.value
        for node in nodes
        for operation in node.operation_types
    }
    return SchemaDef(
        reader.types(document),
        reader.directives(document),
        roots or {"query": "Query"},
        reader.applied(nodes[0].directives) if nodes else (),
        nodes[0].description.value if nodes and nodes[0].description else None,
    )


@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES)
def test_the_document_is_what_the_text_parses_to(case: CorpusCase | str) -> None:
    text = case if isinstance(case, str) else case.golden.read_text(encoding="utf-8")
    schema = _definitions(parse(text, no_location=True))
    written = write_schema(schema)
    if not isinstance(case, str):
        assert written == text
    assert schema_document(schema) == parse(written, no_location=True)
