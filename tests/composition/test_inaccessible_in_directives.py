"""Arguments of executable directives are as public as those of fields."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

_CASES = [
    raises(
        Code.DEFAULT_VALUE_USES_INACCESSIBLE,
        '"@lang(code:)" is visible, but its default uses "Code.EN", which is @inaccessible.',
        at="a:3:29",
        a="""
            directive @lang(code: Code = EN) on FIELD
            enum Code { EN @inaccessible DE }
            type Query { a: Int }
        """,
    ),
    raises(
        Code.REFERENCED_INACCESSIBLE,
        '"@lang(code:)" is visible, but its type "Code" is @inaccessible.',
        at="a:3:29, a:4:13",
        a="""
            directive @lang(code: Code) on FIELD
            enum Code @inaccessible { EN DE }
            type Query { a: Int }
        """,
    ),
    composes(
        a="""
            directive @lang(code: Code = DE, other: Code = EN @inaccessible) on FIELD
            enum Code { EN @inaccessible DE }
            type Query { a: Int }
        """
    ),
]


@pytest.mark.parametrize("case", _CASES)
def test_case(case: Case) -> None:
    check(case)
