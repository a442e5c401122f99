"""Random operations on the scenarios' graphs: plans hold statically and give the right answer."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)

from gateway.errors import GatewayError
from gateway.execute.executor import Executor
from gateway.execute.port import ErrorPolicy, ExecutionContext, ExecutorOptions
from gateway.supergraph.public import public_schema
from tests.kit.plan_checker import check_plan
from tests.plan.test_determinism import NAMES
from tests.plan.test_golden import case_of, planner_of
from tests.plan.world import Operation
from tests.plan.world_subgraph import WorldSubgraph, WorldTransport

# The world cannot tell these: arguments from context, fields that have no plan by design, answers
# that depend on which of several candidates is asked, hidden enum values, and fields that fail.
SKIPPED = {
    "conditions_across",
    "contexts",
    "enum_intersection",
    "inputs",
    "intersections",
    "keys_mashup",
    "no_runtime_types",
    "partial_union",
    "simple_inaccessible",
    "skip_include_defaults",
    "union_intersection_keys",
}
TOLD = [name for name in NAMES if name not in SKIPPED and not case_of(name).contradicts]
"""The scenarios whose shared world tells the answer to any operation."""

OPERATIONS = 6


class Generator:
    """Writes a random operation for a schema."""

    def __init__(self, schema: GraphQLSchema, random: Random) -> None:
        self.schema = schema
        self.random = random
        self.budget = 40

    def operation(self) -> str:
        query = self.schema.query_type
        assert query is not None
        body = self.selections(query, 5)
        used = ", ".join(f"${name}: Boolean!" for name in ("yes", "no") if f"${name})" in body)
        return f"query ({used}) {body}" if used else body

    def selections(self, parent: Any, depth: int) -> str:
        parts: list[str] = []
        for _ in range(self.random.randint(1, 4)):
            if self.random.random() < 0.25 and depth > 0:
                parts.append(self.fragment(parent, depth - 1))
            else:
                parts.append(self.field(parent, depth))
        found = [part for part in parts if part]
        return "{ " + " ".join(found or ["__typename"]) + " }"

    def fragment(self, parent: Any, depth: int) -> str:
        if isinstance(parent, GraphQLInterfaceType | GraphQLUnionType):
            possible = self.schema.get_possible_types(parent)
            if not possible:
                return ""
            inner: Any = self.random.choice(list(possible))
            if self.random.random() < 0.3 and inner.interfaces:
                inner = self.random.choice(list(inner.interfaces))
        else:
            inner = parent
        return f"... on {inner.name} {self.condition()}{self.selections(inner, depth)}"

    def field(self, parent: Any, depth: int) -> str:
        if isinstance(parent, GraphQLUnionType):
            return self.random.choice(("__typename", self.fragment(parent, depth)))
        self.budget -= 1
        fields = [
            (name, each)
            for name, each in parent.fields.items()
            if (depth > 0 and self.budget > 0) or not is_composite_type(get_named_type(each.type))
        ]
        if not fields or self.random.random() < 0.1:
            return self.random.choice(("__typename", "t: __typename"))
        name, each = self.random.choice(fields)
        text = name + self.arguments(each)
        if self.random.random() < 0.2:
            text = f"{self.random.choice(('x', 'y', 'id', 'name'))}: {text}"
        text += " " + self.condition()
        named = get_named_type(each.type)
        if is_composite_type(named):
            text += self.selections(named, depth - 1)
        return text

    def arguments(self, each: GraphQLField) -> str:
        given = [
            f"{name}: {self.value(argument.type)}"
            for name, argument in each.args.items()
            if is_non_null_type(argument.type) or self.random.random() < 0.4
        ]
        return f"({', '.join(given)})" if given else ""

    def value(self, of: GraphQLInputType) -> str:
        of = get_nullable_type(of)
        if is_list_type(of):
            return f"[{self.value(of.of_type)}]"
        if isinstance(of, GraphQLEnumType):
            return self.random.choice(list(of.values))
        return {"Int": "1", "Boolean": "true", "Float": "1.5"}.get(of.name, '"a"')

    def condition(self) -> str:
        chosen = self.random.random()
        if chosen < 0.08:
            return "@include(if: $yes) "
        if chosen < 0.14:
            return "@skip(if: $yes) "
        if chosen < 0.18:
            return "@include(if: $no) "
        return ""


def unordered(value: Any) -> Any:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize("name", TOLD)
async def test_random_operations(name: str) -> None:
    case, planner = case_of(name), planner_of(name)
    schema = public_schema(planner.supergraph)
    case.possible = dict(planner.supergraph.possible_types)
    subgraphs = {each: WorldSubgraph(each, sdl, case) for each, sdl in case.subgraphs.items()}
    transport = WorldTransport(subgraphs)
    executors = [
        Executor(planner.supergraph.urls(), transport, schema, ExecutorOptions(compiled=compiled))
        for compiled in (False, True)
    ]
    variables = {"yes": True, "no": False}
    for seed in range(OPERATIONS):
        text = Generator(schema, Random(seed)).operation()
        document = parse(text)
        if validate(schema, document):
            continue  # two fields under one key that cannot merge
        plan = planner.plan(document)
        check_plan(plan, {each: one.schema for each, one in subgraphs.items()})
        expected, _session = case.monolith(schema, Operation(name, text, variables))
        assert not expected.errors, text
        for executor in executors:
            context = ExecutionContext(variables=variables, errors=ErrorPolicy(all=True))
            try:
                result = await executor.prepare(plan).run(context)
            except GatewayError as error:
                raise AssertionError(text) from error
            violations = [each for one in subgraphs.values() for each in one.violations]
            assert not violations, (text, violations)
            assert not result.errors, (text, result.errors)
            assert unordered(orjson.loads(result.data)) == unordered(expected.data), text
