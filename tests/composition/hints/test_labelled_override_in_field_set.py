"""LABELLED_OVERRIDE_IN_FIELD_SET.

A key or a requirement depends on a field that an override label moves between subgraphs.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

_MESSAGE = (
    'A @key or @requires depends on "{}", which an override label moves between subgraphs. It can '
    "be had in either state of the label, so the subgraphs compose here; @apollo/composition takes "
    "the field for absent meanwhile, and refuses them with SATISFIABILITY_ERROR."
)
_OWNER = """
    type Query {
      e: E
    }
    type E @key(fields: "id") {
      id: ID!
      x: Int
    }
"""
_MOVER = """
    type E @key(fields: "id") {
      id: ID!
      x: Int @override(from: "a", label: "percent(5)")
    }
"""
CASES = {
    "a requirement": hints(
        HintCode.LABELLED_OVERRIDE_IN_FIELD_SET,
        _MESSAGE.format("E.x"),
        at="a:8:7, b:5:7, c:5:15",
        a=_OWNER,
        b=_MOVER,
        c="""
            type E @key(fields: "id") {
              id: ID!
              x: Int @external
              y: Int @requires(fields: "x")
            }
        """,
    ),
    "a key": hints(
        HintCode.LABELLED_OVERRIDE_IN_FIELD_SET,
        _MESSAGE.format("E.id"),
        at="a:7:7, b:4:7, c:3:7",
        a=_OWNER.replace('"id"', '"x"'),
        b='type E @key(fields: "x") @key(fields: "id") {\n'
        'x: Int @shareable\n      id: ID! @override(from: "a", label: "on")\n}',
        c='type E @key(fields: "id") {\n      id: ID!\n y: Int }',
    ),
    "without the label": gives_none(
        HintCode.LABELLED_OVERRIDE_IN_FIELD_SET,
        a=_OWNER,
        b=_MOVER.replace(', label: "percent(5)"', ""),
        c='type E @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }',
    ),
    "nothing depends on the field": gives_none(
        HintCode.LABELLED_OVERRIDE_IN_FIELD_SET,
        a=_OWNER,
        b=_MOVER,
        c='type E @key(fields: "id") { id: ID! y: Int }',
    ),
    "a third subgraph has the field as well": gives_none(
        HintCode.LABELLED_OVERRIDE_IN_FIELD_SET,
        a=_OWNER.replace("x: Int", "x: Int @shareable"),
        b=_MOVER.replace("x: Int", "x: Int @shareable"),
        c='type E @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }',
        d='type E @key(fields: "id") { id: ID! x: Int @shareable }',
    ),
    "another key does as well": gives_none(
        HintCode.LABELLED_OVERRIDE_IN_FIELD_SET,
        a='type Query { e: E } type E @key(fields: "id") { id: ID! x: Int }',
        b=_MOVER,
        c='type E @key(fields: "id") @key(fields: "x") { id: ID! x: Int @external y: Int }',
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
