"""Conditions are Boolean algebra: simplification never changes when they hold."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from gateway.plan.conditions import Conjunction, both, conjoin, disjoin, either
from gateway.plan.nodes import Condition, Literal

NAMES = ("a", "b", "c")
LITERALS = st.builds(Literal, st.sampled_from(NAMES), st.booleans())


@st.composite
def conjunctions(draw: st.DrawFn) -> Conjunction:
    chosen = draw(st.dictionaries(st.sampled_from(NAMES), st.booleans(), max_size=3))
    return tuple(sorted(Literal(name, value) for name, value in chosen.items()))


def holds(condition: Condition | None, values: dict[str, bool]) -> bool:
    if condition is None:
        return True
    return any(all(values[one.variable] == one.value for one in term) for term in condition)


def worlds() -> list[dict[str, bool]]:
    return [dict(zip(NAMES, values, strict=True)) for values in product((False, True), repeat=3)]


@given(st.lists(conjunctions(), max_size=5))
def test_a_disjunction_holds_when_one_of_its_terms_does(terms: list[Conjunction]) -> None:
    simplified = disjoin(terms)
    for values in worlds():
        assert holds(simplified, values) == any(holds((term,), values) for term in terms)


@given(conjunctions(), conjunctions())
def test_a_conjunction_holds_when_both_do(left: Conjunction, right: Conjunction) -> None:
    joined = conjoin(left, right)
    for values in worlds():
        expected = holds((left,), values) and holds((right,), values)
        assert (joined is not None and holds((joined,), values)) == expected


@given(st.lists(conjunctions(), min_size=1, max_size=3), st.lists(conjunctions(), max_size=3))
def test_conditions_combine(left: list[Conjunction], right: list[Conjunction]) -> None:
    one, other = disjoin(left), disjoin(right)
    for values in worlds():
        assert holds(either(one, other), values) == (holds(one, values) or holds(other, values))
        assert holds(both(one, other), values) == (holds(one, values) and holds(other, values))


@given(st.lists(conjunctions(), max_size=5))
def test_the_order_of_terms_does_not_matter(terms: list[Conjunction]) -> None:
    assert disjoin(terms) == disjoin(terms[::-1])
