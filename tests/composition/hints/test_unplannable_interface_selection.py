"""UNPLANNABLE_INTERFACE_SELECTION.

Some selections on an interface pass composition, but cannot be planned.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.UNPLANNABLE_INTERFACE_SELECTION,
        '"Query.i" returns the interface "I", which no object type implements, so whatever is selected on it cannot be planned.',
        at="a:4:15",
        a="""
            type Query {
              i: I
            }
            interface I {
              x: Int
            }
        """,
    ),
    gives_none(
        HintCode.UNPLANNABLE_INTERFACE_SELECTION,
        a="""
            type Query {
              i: I
            }
            interface I {
              x: Int
            }
            type A implements I {
              x: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
