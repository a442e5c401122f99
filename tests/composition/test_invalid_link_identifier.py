"""INVALID_LINK_IDENTIFIER: The URL of a `@link` does not name a feature and a version."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.INVALID_LINK_IDENTIFIER,
        '"https://specs.apollo.dev/federation" does not end in a feature name and a version '
        'such as "/name/v1.0".',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation")
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_LINK_IDENTIFIER,
        '"https://specs.apollo.dev/federation/2.3" does not end in a feature name and a '
        'version such as "/name/v1.0".',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/2.3")
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_LINK_IDENTIFIER,
        '"https://specs.apollo.dev/federation/v2.9/" does not end in a feature name and a '
        'version such as "/name/v1.0".',
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9/")
            type Query {
              q: Int
            }
        """,
    ),
    *(
        raises(
            Code.INVALID_LINK_IDENTIFIER,
            f'"{url}" does not end in a feature name and a version such as "/name/v1.0".',
            at="a:1:15",
            a=f'extend schema @link(url: "{url}")\ntype Query {{ q: Int }}',
        )
        for url in (
            "x.org/foo/v1.0",  # no scheme
            "https://x.org/v1.0",  # no name
            "https://[/foo/v1.0",  # no host
            "https://x.org/foo/v1.0.0",
            "https://x.org/foo/v1.9999999999999",
        )
    ),
    *(
        composes(a=f'extend schema @link(url: "{url}")\ntype Query {{ q: Int }}')
        for url in (
            "https://x.org/foo/v01.00",
            "https://u:p@x.org/foo/v1.0?x=1#y",
            "https://x.org/foo-bar/v1.0",
        )
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.3") @link(url: "https://x.org/foo/v1.0")
            type Query {
              q: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
