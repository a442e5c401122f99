"""Generated code: what may get into it, and that it can be read."""

from __future__ import annotations

import ast
import builtins
import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.execute.port import ExecutionContext
from gateway.plan.nodes import Each, Key, Literal, Output, TypeKind
from tests.execute.plans import Script, by, call, entities, key, of, out, plan, prepare, root, wire
from tests.execute.plans import typename as type_name
from tests.execute.random_plans import random_plan

NASTY = [
    "'",
    '"',
    "\\",
    "\n",
    "'); import os; ('",
    '{__import__("os")}',
    "%s{0}",
    "x' + y + '",
    "\u2028",
    "\x00",
    "#",
    '"""',
    "__typename ",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(NASTY) | st.text(min_size=1, max_size=8), min_size=7, max_size=7))
async def test_names_are_data_whatever_they_are(names: list[str]) -> None:
    """Names of a plan come from checked documents, but nothing depends on that."""
    a, b, alias, kind, variable, field, colour = (f"{name}{i}" for i, name in enumerate(names))
    when = ((Literal(variable, True),),)
    limited = out(alias, source=field, on=(kind,), when=when)
    shown = out(colour, "Colour", kind=TypeKind.ENUM)
    below = Output(kind, (kind, "Other"), (limited, shown))
    listed = wire(a, "[T]", type_name(), wire(b, "ID!"), kind=TypeKind.ABSTRACT)
    enum = wire(colour, "Colour", kind=TypeKind.ENUM)
    hop = call("", by(kind, key(b)), wire(field), enum, variable=alias)
    hop = replace(hop, targets=((Key(a), Each()),))
    query = plan(
        of("Query", out(alias, "[T]", below, source=a, kind=TypeKind.ABSTRACT)),
        root(0, "s", listed, variables=(variable,)),
        entities(1, "s", hop, after=[0]),
        enums={"Colour": frozenset({colour})},
    )
    script = Script(
        {
            "fetch 0": {"data": {a: [{"__typename": kind, b: "1"}]}},
            "fetch 1": {"data": {"_entities": [{field: "x", colour: colour}]}},
        }
    )
    prepared = prepare(query, script)
    result = await prepared.run(ExecutionContext({variable: True}))
    assert prepared.source is not None
    assert json.loads(result.data) == {alias: [{alias: "x", colour: colour}]}, result.errors


@given(st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_source_holds_nothing_but_functions_over_its_own_names(seed: int) -> None:
    query = random_plan(seed)
    prepared = prepare(query, Script({}))
    assert prepared.source is not None
    tree = ast.parse(prepared.source)
    assert all(isinstance(node, ast.FunctionDef) for node in tree.body)
    assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    allowed = {"enumerate", "len", "zip", "list", "dict", "str", "int"}
    assert not (used & set(dir(builtins))) - allowed


def test_equal_plans_give_equal_source() -> None:
    for seed in range(20):
        sources = {prepare(random_plan(seed), Script({})).source for _ in range(2)}
        assert len(sources) == 1
