"""A system of record fails: the others' data still arrives, and the error says what to expect."""

from __future__ import annotations

from typing import Any

import pytest

from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.faults import FaultKind
from tests.kit.sandbox import RunningSandbox
from tests.kit.subgraph_host import Graph
from tests.subgraphs.callers import GROUP

CONTRACTS = """{ contracts(first: 3, filter: {kinds: [SOW], states: [ACTIVE]}) { nodes {
    id title customer { name } amendments { id } } } }"""
PROJECTS = "{ projects(first: 3) { nodes { id name plan { progress } } } }"


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer["errors"]}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.DOWN, "SYSTEM_UNAVAILABLE"),
        (FaultKind.DROP, "SYSTEM_UNAVAILABLE"),
        (FaultKind.THROTTLE, "SYSTEM_THROTTLED"),
    ],
)
def test_without_the_crm_contracts_come_without_customers(
    own_graph: Graph, sandbox: RunningSandbox, kind: FaultKind, code: str
) -> None:
    sandbox.fail(System.CRM, kind, times=None)
    answer = own_graph.ask("contract", CONTRACTS, GROUP)
    found = answer["data"]["contracts"]["nodes"]
    assert len(found) == 3
    for index, contract in enumerate(found):
        assert contract["title"] and contract["customer"] is None
        error = next(e for e in answer["errors"] if e["path"][2] == index)
        assert error["path"] == ["contracts", "nodes", index, "customer"]
        assert error["extensions"]["system"] == "CRM"
        assert error["extensions"]["retryable"] is True
    assert codes(answer) == {code}
    sandbox.heal()
    healed = own_graph.data("contract", CONTRACTS, GROUP)["contracts"]["nodes"]
    assert all(contract["customer"]["name"] for contract in healed)


def test_without_the_psa_projects_come_without_plans(
    own_graph: Graph, sandbox: RunningSandbox
) -> None:
    sandbox.fail(System.PSA, FaultKind.MALFORMED, times=None)
    answer = own_graph.ask("project", PROJECTS, GROUP)
    found = answer["data"]["projects"]["nodes"]
    assert [project["plan"] for project in found] == [None, None, None]
    assert all(project["name"] for project in found)
    assert all(error["extensions"]["system"] == "PSA" for error in answer["errors"])


def test_a_slow_system_is_waited_for_until_patience_ends(
    own_graph: Graph, sandbox: RunningSandbox
) -> None:
    sandbox.fail(System.CRM, FaultKind.SLOW, times=1, seconds=0.3)
    own_graph.data("contract", CONTRACTS, GROUP)
    sandbox.fail(System.CRM, FaultKind.SLOW, times=None, seconds=30)
    answer = own_graph.ask("contract", CONTRACTS, GROUP)
    assert codes(answer) == {"SYSTEM_UNAVAILABLE"}
    assert all(contract["title"] for contract in answer["data"]["contracts"]["nodes"])
    sandbox.heal()


def test_a_passing_failure_is_not_noticed(own_graph: Graph, sandbox: RunningSandbox) -> None:
    for system in (System.CRM, System.CLM):
        sandbox.fail(system, FaultKind.DOWN, times=1)
        sandbox.fail(system, FaultKind.EXPIRED_TOKEN, times=1)
    own_graph.data("contract", CONTRACTS, GROUP)


def test_when_the_owner_of_a_list_is_down_the_list_is_an_error(
    own_graph: Graph, sandbox: RunningSandbox
) -> None:
    sandbox.fail(System.CLM, FaultKind.DOWN, times=None)
    query = """{ customer(id: "none") { name } contract(id: "x") { id }
        contracts { nodes { id } } customers(first: 1) { nodes { name contracts { id } } } }"""
    answer = own_graph.ask("contract", query, GROUP)
    assert codes(answer) == {"SYSTEM_UNAVAILABLE"}
    data = answer["data"]
    assert (data["customer"], data["contract"], data["contracts"]) == (None, None, None)
    (customer,) = data["customers"]["nodes"]
    assert customer["name"] and customer["contracts"] is None
    assert {tuple(error["path"]) for error in answer["errors"]} == {
        ("contract",),
        ("contracts",),
        ("customers", "nodes", 0, "contracts"),
    }


def test_one_table_that_fails_costs_its_own_field_only(
    own_graph: Graph, sandbox: RunningSandbox
) -> None:
    sandbox.fail(System.ERP, FaultKind.DOWN, times=None, path="Disputes")
    query = "{ invoices(first: 5) { nodes { number disputes { id } creditNotes { id } } } }"
    answer = own_graph.ask("billing", query, GROUP)
    found = answer["data"]["invoices"]["nodes"]
    assert len(found) == 5
    for invoice in found:
        assert invoice["number"] and invoice["disputes"] is None
        assert isinstance(invoice["creditNotes"], list)
    assert [error["path"][-1] for error in answer["errors"]] == ["disputes"] * 5


def test_the_correlation_id_reaches_the_system_of_record(
    own_graph: Graph, sandbox: RunningSandbox
) -> None:
    seen: list[str] = []
    shell = sandbox.sandbox.shells[System.CRM]
    inner = shell._app

    async def listening(scope: Any, receive: Any, send: Any) -> None:
        seen.append(dict(scope["headers"]).get(b"x-correlation-id", b"").decode())
        await inner(scope, receive, send)

    shell._app = listening
    own_graph.ask("contract", CONTRACTS, GROUP, headers={"x-correlation-id": "journey-42"})
    assert set(seen) == {"journey-42"}


def test_lineage_names_every_source_once(own_graph: Graph) -> None:
    answer = own_graph.ask("contract", CONTRACTS, GROUP, headers={"x-c2c-lineage": "1"})
    lineage = answer["extensions"]["lineage"]
    keys = [(entry["type"], entry["externalId"]) for entry in lineage]
    assert len(keys) == len(set(keys))
    for entry in lineage:
        for path in entry["paths"]:
            found = answer["data"]
            for step in path:
                found = found[step]
            assert found.get("id", entry["externalId"]) == entry["externalId"], path
    systems = {entry["type"]: entry["system"] for entry in lineage}
    assert systems["Contract"] == "CLM" and systems["Customer"] == "CRM"
    assert all(entry["version"] and entry["fetchedAt"] for entry in lineage)
