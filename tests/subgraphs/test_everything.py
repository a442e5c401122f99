"""Every field of every type of every subgraph, asked for at once: nothing fails, nothing is dead."""

from __future__ import annotations

from typing import Any

import pytest

from auth.caller import ANONYMOUS
from subgraphs.registry import subgraph
from tests.kit.selections import Everything, typenames
from tests.kit.subgraph_host import Graph
from tests.subgraphs.callers import GROUP

DEPTH = 4
SIZE = {"contract": 8, "project": 30, "billing": 30, "staffing": 15}
LISTS = {
    "contract": ("contracts", "amendments", "customers", "opportunities"),
    "project": ("projects",),
    "billing": ("invoices", "disputes"),
    "staffing": ("resources", "assignments", "timesheetEntries", "expenses"),
}
OTHERS = {
    "contract": (),
    "project": (),
    "billing": ("legalEntities", 'fxRates(quote: "EUR", on: "2026-01-15")'),
    "staffing": ("skills", "me"),
}
ARGUMENTS = {
    "utilisation": '(start: "2026-01-01", end: "2026-12-31")',
    "forecast": '(start: "2020-01-01")',
}


def everything(name: str) -> Everything:
    return Everything.of(subgraph(name).schema.as_str(), ARGUMENTS)


def return_type(name: str, field: str) -> str:
    query = subgraph(name).schema._schema.query_type
    assert query is not None
    return str(query.fields[field.partition("(")[0]].type).strip("[]!")


def engagement_keys(graph: Graph) -> list[dict[str, Any]]:
    """Representations of active engagements with what the others require of their contract."""
    query = """{ contracts(first: 40, filter: {kinds: [SOW], states: [ACTIVE]}) { nodes {
        id totalValue { amount currency } milestones { id } } } }"""
    found = graph.data("contract", query, GROUP)["contracts"]["nodes"]
    keys: list[dict[str, Any]] = [
        {
            "__typename": "Engagement",
            "id": each["id"],
            "contract": {"totalValue": each["totalValue"]},
        }
        for each in found
    ]
    return keys


def milestone_keys(graph: Graph) -> list[dict[str, Any]]:
    query = """{ contracts(first: 100, filter: {states: [ACTIVE], engagement_types: [MILESTONE]})
        { nodes { id milestones { id } } } }""".replace("engagement_types", "engagementTypes")
    found = graph.data("contract", query, GROUP)["contracts"]["nodes"]
    return [
        {"__typename": "Milestone", "id": milestone["id"], "contract": {"id": contract["id"]}}
        for contract in found
        for milestone in contract["milestones"]
    ]


@pytest.mark.parametrize("name", LISTS)
def test_a_subgraph_tells_its_schema(graph: Graph, name: str) -> None:
    served = graph.data(name, "{ _service { sdl } }", ANONYMOUS)["_service"]["sdl"]
    assert served == subgraph(name).schema.as_str()


@pytest.mark.parametrize("name", LISTS)
def test_every_type_can_be_read_to_its_last_field(graph: Graph, name: str) -> None:
    selections, seen = everything(name), set[str]()
    for field in LISTS[name]:
        selected = selections.select(return_type(name, field), DEPTH + 1)
        seen |= typenames(graph.data(name, f"{{ {field}(first: {SIZE[name]}) {selected} }}", GROUP))
    for field in OTHERS[name]:
        selected = selections.select(return_type(name, field), DEPTH)
        seen |= typenames(graph.data(name, f"{{ {field} {selected} }}", GROUP))
    if name != "contract":
        keys = engagement_keys(graph)
        answer = graph.entities(name, selections.select("Engagement", DEPTH + 1), GROUP, *keys)
        assert "errors" not in answer
        assert all(answer["data"]["_entities"])
        seen |= typenames(answer)
    if name in ("project", "billing"):
        answer = graph.entities(
            name, selections.select("Milestone", DEPTH), GROUP, *milestone_keys(graph)
        )
        assert "errors" not in answer
        seen |= typenames(answer)
    assert selections.object_types() - seen == set()


@pytest.mark.parametrize("name", LISTS)
def test_every_list_pages_without_repetition_in_every_order(graph: Graph, name: str) -> None:
    schema = subgraph(name).schema._schema
    assert schema.query_type is not None
    for field in LISTS[name]:
        orders = str(schema.query_type.fields[field].args["orderBy"].type).strip("!")
        names = list(schema.get_type(f"{orders}Field").values)  # type: ignore[union-attr]
        for index, order in enumerate(names):
            direction = "DESC" if index % 2 else "ASC"
            assert_pages(graph, name, field, f"orderBy: {{field: {order}, direction: {direction}}}")


def assert_pages(graph: Graph, name: str, field: str, order: str) -> None:
    def page(first: int, after: str | None) -> dict[str, Any]:
        query = f"""query($after: String) {{ {field}(first: {first}, after: $after, {order}) {{
            totalCount edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
        read: dict[str, Any] = graph.data(name, query, GROUP, after=after)[field]
        return read

    whole = page(8, None)
    expected = [edge["node"]["id"] for edge in whole["edges"]]
    assert whole["totalCount"] >= len(expected) == len(set(expected))
    seen: list[str] = []
    after = None
    while len(seen) < len(expected):
        part = page(5, after)
        seen += [edge["node"]["id"] for edge in part["edges"]]
        assert part["pageInfo"]["endCursor"] == part["edges"][-1]["cursor"]
        after = part["pageInfo"]["endCursor"]
        if not part["pageInfo"]["hasNextPage"]:
            break
    assert seen[: len(expected)] == expected


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_of_another_kind_is_the_clients_fault(graph: Graph, name: str) -> None:
    for field in LISTS[name]:
        for cursor in ("x", "eyJ4IjogMX0=", "é", "' OR 1=1 --", "[" * 900):
            query = f"query($after: String) {{ {field}(after: $after) {{ nodes {{ id }} }} }}"
            answer = graph.ask(name, query, GROUP, after=cursor)
            codes = {error["extensions"]["code"] for error in answer["errors"]}
            assert codes == {"BAD_USER_INPUT"}, (field, cursor)
