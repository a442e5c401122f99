"""KEY_UNSUPPORTED_ON_INTERFACE: `@key` on an interface needs federation 2.3."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.KEY_UNSUPPORTED_ON_INTERFACE,
        '@key(fields: "id") on "I" in subgraph "a": @key is not supported on interfaces '
        "before federation 2.3.",
        at="a:6:25",
        version="v2.2",
        a="""
            type Query {
              q: Int
            }
            interface I @key(fields: "id") {
              id: ID!
            }
        """,
    ),
    composes(
        version="v2.3",
        a="""
            type Query {
              q: Int
            }
            interface I @key(fields: "id") {
              id: ID!
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
