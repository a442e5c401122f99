"""Whatever stands in a representation: the answer is data or the client's fault, never ours."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLUnionType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subgraphs.registry import subgraph
from tests.kit.subgraph_host import Graph
from tests.subgraphs.callers import GROUP
from tests.subgraphs.conftest import DOMAINS

TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ["", "'", "' OR '1'='1", "CTR-000001", "../../x", "a/b?c=d&e#f", "%00", "\x00", "\r\nx: y"]
    ),
    st.sampled_from(["$", "x" * 5_000, "x" * 200, "[Customer]", "') or startswith(id,'"]),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXT),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=4,
)
CONTRACT = st.one_of(
    JSON,
    st.fixed_dictionaries({"id": TEXT}),
    st.fixed_dictionaries({"totalValue": JSON}),
    st.fixed_dictionaries(
        {"totalValue": st.fixed_dictionaries({"amount": JSON, "currency": JSON})}
    ),
)
FIELDS = {
    ("project", "Engagement"): "project { id } margin { planned { amount } }",
    ("billing", "Engagement"): "backlog { amount } billing { totals { invoiceCount } }",
    ("billing", "Milestone"): "billing { id }",
    ("billing", "Customer"): "taxProfiles { id } accounts { id }",
    ("project", "Milestone"): "acceptance { id }",
    ("staffing", "Engagement"): "staffing { time { hours } }",
}


def entity_types(name: str) -> list[str]:
    union = subgraph(name).schema._schema.get_type("_Entity")
    assert isinstance(union, GraphQLUnionType)
    return sorted(each.name for each in union.types)


@pytest.mark.parametrize("name", DOMAINS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_representations(graph: Graph, name: str, data: st.DataObject) -> None:
    kinds = entity_types(name)
    keys: list[dict[str, Any]] = []
    for kind in data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4)):
        key = {"__typename": kind, "id": data.draw(st.one_of(TEXT, JSON))}
        keys.append(key | {"contract": data.draw(CONTRACT), "region": data.draw(JSON)})
    selections = " ".join(
        f"... on {kind} {{ id {FIELDS.get((name, kind), '')} }}".replace(
            "billing", f"{kind}Billing: billing"
        )
        for kind in kinds
    )
    query = f"query($r: [_Any!]!) {{ _entities(representations: $r) {{ {selections} }} }}"
    answer = graph.ask(name, query, GROUP, r=keys)
    codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
    assert codes <= {"BAD_USER_INPUT", "FORBIDDEN", "SYSTEMS_DISAGREE"}, (keys, answer["errors"])
    assert len(answer["data"]["_entities"]) == len(keys)
