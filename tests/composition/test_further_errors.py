"""Errors of later stages that stand already are told along with those that end composition."""

from __future__ import annotations

import pytest

from gateway.composition.compose import Composition, compose
from tests.composition.harness import Federation1, source

_QUERY = "type Query { x: Int }\n"
_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
_BROKEN = 'type Broken @key(fields: "nope") { id: ID }\n'


def _compose(**graphs: str) -> Composition:
    return compose([source(name, sdl) for name, sdl in graphs.items()])


def _codes(result: Composition) -> tuple[list[str], list[str]]:
    """The codes of the errors and of the further errors."""
    return (
        [problem.code.name for problem in result.errors],
        [problem.code.name for problem in result.further_errors],
    )


CONTRADICTIONS = {
    "kinds": ("TYPE_KIND_MISMATCH", "type T { x: Int }", "input T { x: Int }"),
    "field types": (
        "FIELD_TYPE_MISMATCH",
        "type T { x: Int @shareable }",
        "type T { x: String @shareable }",
    ),
    "argument types": (
        "FIELD_ARGUMENT_TYPE_MISMATCH",
        "type T { x(a: Int): Int @shareable }",
        "type T { x(a: ID): Int @shareable }",
    ),
    "argument defaults": (
        "FIELD_ARGUMENT_DEFAULT_MISMATCH",
        "type T { x(a: Int = 1): Int @shareable }",
        "type T { x(a: Int = 2): Int @shareable }",
    ),
    "a required argument": (
        "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
        "type T { x(a: Int!): Int @shareable }",
        "type T { x: Int @shareable }",
    ),
    "input fields": ("FIELD_TYPE_MISMATCH", "input I { x: Int }", "input I { x: ID }"),
    "input defaults": (
        "INPUT_FIELD_DEFAULT_MISMATCH",
        "input I { x: Int = 1 }",
        "input I { x: Int = 2 }",
    ),
    "a required input field": (
        "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
        "input I { x: Int y: Int! }",
        "input I { x: Int }",
    ),
    "an input without common fields": (
        "EMPTY_MERGED_INPUT_TYPE",
        "input I { x: Int }",
        "input I { y: Int }",
    ),
    "an enum used both ways": (
        "ENUM_VALUE_MISMATCH",
        "enum E { ONE } type T { e(a: E): E }",
        "enum E { ONE TWO }",
    ),
    "sharing": ("INVALID_FIELD_SHARING", "type T { x: Int }", "type T { x: Int }"),
    "an override from itself": (
        "OVERRIDE_FROM_SELF_ERROR",
        'type T { x: Int @override(from: "a") }',
        "type U { x: Int }",
    ),
    "names of imports": (
        "LINK_IMPORT_NAME_MISMATCH",
        f'{_LINK}import: [{{name: "@tag", as: "@label"}}]) type T {{ x: Int @label(name: "l") }}',
        'type U { x: Int @tag(name: "l") }',
    ),
}


@pytest.mark.parametrize("broken", [_BROKEN, "type {"], ids=["invalid", "no GraphQL"])
@pytest.mark.parametrize(("code", "a", "b"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_of_sound_subgraphs_show_beside_a_broken_one(
    code: str, a: str, b: str, broken: str
) -> None:
    whole = _compose(a=a, b=b, c=_QUERY)
    result = _compose(a=a, b=b, c=_QUERY + broken)
    errors, further = _codes(result)
    assert errors
    assert code not in errors
    assert further == [code]
    # It shows once the broken one is mended, which may take part in it.
    assert any(
        problem.code.name == code
        and set(result.further_errors[0].locations) <= set(problem.locations)
        for problem in whole.errors
    )


TAKEN_AWAY = {
    "another definition of the input field may hide it": (
        "input I { x: Int y: Int! }",
        "input I { x: Int }",
        "input I { x: Int y: Int! @inaccessible }",
    ),
    "an override may take the field over": (
        "type T { x: Int }",
        "type T { x: Int }",
        'type T { x: Int @override(from: "a") }',
    ),
    "the broken one may be the source of an override": (
        'type T { x: Int @override(from: "c") }',
        "type T { x: Int }",
        "type U { y: Int }",
    ),
    "a type may be below the other": (
        "type T { x: I @shareable } interface I { y: Int }",
        "type T { x: U @shareable } type U { y: Int @shareable }",
        "interface I { y: Int } type U implements I { y: Int @shareable }",
    ),
    "the base of an extension may be there": (
        "extend type T { y: Int }",
        "type U { z: Int }",
        "type T { x: Int }",
    ),
    "a query may be there": ("type T { x: Int }", "type U { x: Int }", "type V { x: Int }"),
    "a field of an interface may be there": (
        "interface I { x: Int } type T implements I { x: Int @external }",
        "type U { x: Int }",
        "type T { x: Int }",
    ),
}


@pytest.mark.parametrize(("a", "b", "c"), TAKEN_AWAY.values(), ids=TAKEN_AWAY)
def test_what_the_broken_subgraph_may_take_away_is_not_told(a: str, b: str, c: str) -> None:
    errors, further = _codes(_compose(a=a, b=b, c=c + _BROKEN))
    assert "KEY_INVALID_FIELDS" in errors
    assert further == []


def test_a_contradiction_of_kinds_stands_whatever_the_broken_one_declares() -> None:
    result = _compose(a="type T { x: Int }", b="scalar T", c="type T { x: Int }" + _BROKEN)
    assert _codes(result) == (["KEY_INVALID_FIELDS"], ["TYPE_KIND_MISMATCH"])


def test_federation_1_subgraphs_are_upgraded_first() -> None:
    a = Federation1('type Query { x: Int } type T @key(fields: "id") { id: ID x: Int }')
    b = Federation1('extend type T @key(fields: "id") { id: ID @external x: String }')
    result = _compose(a=a, b=b, c="type U { u: Int } " + _BROKEN)
    assert _codes(result) == (["KEY_INVALID_FIELDS"], ["FIELD_TYPE_MISMATCH"])


def test_faults_of_a_subgraph_show_beside_another_that_cannot_be_upgraded() -> None:
    a = Federation1("type Query { x: Int } extend type Unknown { x: Int }")
    result = _compose(a=a, b=_BROKEN)
    assert _codes(result) == (["EXTENSION_WITH_NO_BASE"], ["KEY_INVALID_FIELDS"])


def test_one_that_cannot_be_upgraded_is_left_out() -> None:
    a = Federation1("extend type Unknown { x: Int }")
    result = _compose(a=a, b="type T { x: Int }", c="scalar T", d="type {")
    assert _codes(result) == (["INVALID_GRAPHQL"], ["TYPE_KIND_MISMATCH"])


def test_a_text_too_large_to_be_read_may_declare_anything() -> None:
    large = "#" * 8_000_001
    result = _compose(
        a="type T { x: Int }", b="type T { x: Int } scalar S", c=large, d="enum S {A}"
    )
    assert _codes(result) == (["INVALID_GRAPHQL"], ["TYPE_KIND_MISMATCH"])


_CONTRADICTION = ("input I { x: Int = 1 }", "input I { x: Int = 2 }")


def test_unanswerable_queries_show_beside_errors_that_leave_resolution_alone() -> None:
    result = _compose(
        a="type Query { t: T } type T { x: Int @shareable }" + _CONTRADICTION[0],
        b="type T { x: Int @shareable y: Int }" + _CONTRADICTION[1],
    )
    assert _codes(result) == (["INPUT_FIELD_DEFAULT_MISMATCH"], ["SATISFIABILITY_ERROR"])
    assert "t { y }" in result.further_errors[0].message


def test_hidden_elements_show_beside_errors_about_other_types() -> None:
    result = _compose(
        a="type Query { t: T } type T @inaccessible { x: Int }" + _CONTRADICTION[0],
        b=_CONTRADICTION[1],
    )
    assert _codes(result) == (["INPUT_FIELD_DEFAULT_MISMATCH"], ["REFERENCED_INACCESSIBLE"])


def test_what_dropping_a_field_brings_about_is_not_told() -> None:
    """All that is left of the input is hidden, but only until the other field is mended."""
    result = _compose(
        a="type Query { t(i: I): Int } input I { x: Int! y: Int @inaccessible }",
        b="input I { y: Int @inaccessible }",
    )
    assert _codes(result) == (["REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH"], [])


def test_nothing_is_proved_where_it_is_open_who_resolves_a_field() -> None:
    result = _compose(
        a="type Query { t: T } type T { x: Int @shareable }",
        b="type T { x: Int @shareable y: Int } scalar U",
        c="enum U { A }",
    )
    assert _codes(result) == (["TYPE_KIND_MISMATCH"], [])


def test_the_order_of_subgraphs_changes_nothing() -> None:
    graphs = {
        "a": "type T { x: Int } scalar S",
        "b": "scalar T",
        "c": "enum S { A }",
        "d": "type {",
    }
    one = _compose(**graphs)
    assert len(one.further_errors) == 2
    assert _compose(**dict(reversed(graphs.items()))) == one
