"""What a connector asks, the system understands: the same condition, whatever the values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subgraphs.systems_of_record.query import formula, odata, soql
from subgraphs.systems_of_record.query.predicates import (
    And,
    Compare,
    Contains,
    In,
    Or,
    Order,
    Predicate,
    behind,
    conjunction,
)
from subgraphs.systems_of_record.sandbox.clm import formula as formula_parser
from subgraphs.systems_of_record.sandbox.crm import soql as soql_parser
from subgraphs.systems_of_record.sandbox.erp import odata as odata_parser
from subgraphs.systems_of_record.sandbox.lexing import MAX_DEPTH, QuerySyntaxError

unhurried = settings(deadline=None)  # how long an example takes says nothing about it
texts = st.text(st.characters(codec="utf-8"), max_size=12)
scalars = st.one_of(
    texts, st.booleans(), st.decimals(allow_nan=False, allow_infinity=False, places=3)
)
names = st.sampled_from(["Name", "Region__c", "Total.Amount", "In_2", "Order_1"])
operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
leaves = st.one_of(
    st.builds(Compare, names, operators, scalars),
    st.builds(In, names, st.lists(scalars, min_size=1, max_size=4).map(tuple)),
)
predicates = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@unhurried
@given(predicates)
def test_soql_says_what_is_meant(predicate: Predicate) -> None:
    order = [Order("Name", descending=True), Order("Id")]
    read = soql_parser.parse(soql.select(["Id", "Name"], "Account", predicate, order, 7))
    assert read == soql_parser.Select(("Id", "Name"), "Account", predicate, tuple(order), 7)


@unhurried
@given(predicates)
def test_odata_says_what_is_meant(predicate: Predicate) -> None:
    assert odata_parser.parse_filter(odata.filter_text(predicate)) == predicate


@unhurried
@given(predicates)
def test_formulas_say_what_is_meant(predicate: Predicate) -> None:
    assert formula_parser.parse(formula.formula(predicate)) == predicate


@unhurried
@given(texts.filter(lambda text: text == text.lower()))
def test_a_part_of_a_text_is_found_as_it_is(text: str) -> None:
    condition = Contains("Name", text)
    assert soql_parser.parse(soql.select(["Id"], "Account", condition)).where == condition
    assert odata_parser.parse_filter(odata.filter_text(condition)) == condition
    assert formula_parser.parse(formula.formula(condition)) == condition


@unhurried
@given(texts)
def test_keys_in_addresses_are_read_back(text: str) -> None:
    assert odata_parser.parse_key(odata.literal(text)) == text
    assert odata_parser.parse_key(f"ContractId={odata.literal(text)},B='x'") == {
        "ContractId": text,
        "B": "x",
    }


@unhurried
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (soql_parser.parse, odata_parser.parse_filter, formula_parser.parse):
        for given_text in (text, f"SELECT Id FROM Account WHERE {text}", f"And({text})"):  # noqa: S608
            try:
                parse(given_text)
            except QuerySyntaxError:
                continue


@pytest.mark.parametrize("name", ["a b", "a'", "", "1a", "a;", "x) or (y", "a.", "ä"])
def test_a_name_that_is_none_is_never_written(name: str) -> None:
    condition = Compare(name, "=", "x")
    for write in (soql.condition, odata.filter_text, formula.formula):
        with pytest.raises(ValueError, match="is no"):
            write(condition)


def test_nesting_is_bounded() -> None:
    deep = MAX_DEPTH + 1
    for parse, text in (
        (soql_parser.parse, "SELECT Id FROM A WHERE " + "(" * deep + "A = 1" + ")" * deep),  # noqa: S608
        (odata_parser.parse_filter, "(" * deep + "A eq 1" + ")" * deep),
        (formula_parser.parse, "And(" * deep + "Equals([a], 1)" + ")" * deep),
    ):
        with pytest.raises(QuerySyntaxError):
            parse(text)


def test_the_rest_of_a_list_stands_behind_value_and_id() -> None:
    by_value = behind(Order("Total", descending=True), Decimal(5), "Id", "B")
    assert by_value == Or(
        (
            Compare("Total", "<", Decimal(5)),
            And((Compare("Total", "=", Decimal(5)), Compare("Id", ">", "B"))),
        )
    )
    assert behind(Order("Id"), "B", "Id", "B") == Compare("Id", ">", "B")


def test_conditions_that_are_absent_demand_nothing() -> None:
    one = Compare("A", "=", "x")
    assert conjunction([None, None]) is None
    assert conjunction([None, one]) == one
    assert conjunction([one, None, one]) == And((one, one))
