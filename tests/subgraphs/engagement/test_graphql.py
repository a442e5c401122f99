"""The engagement subgraph as the gateway sees it: over HTTP, by its schema."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auth.caller import Caller
from subgraphs.engagement.app import SUBGRAPH
from subgraphs.engagement.wiring import engagement_backends
from tests.kit.sandbox import RunningSandbox
from tests.kit.subgraph_host import Graph, hosted
from tests.workflows.office import FINANCE, LEAD, OPERATIONS, OUTSIDER, READY

PROVISION = """mutation($input: ProvisionEngagementInput!) {
  provisionEngagement(input: $input) { id state contract { id } }
}"""
AMEND = """mutation($input: ApplyAmendmentInput!) {
  applyAmendment(input: $input) { id state awaitedRoles amendment { id } }
}"""
RUN = """query($id: ID!) { run(id: $id) {
  id kind state contractVersion idempotencyKey correlationId requestedBy createdAt finishedAt
  durationMs awaitedRoles
  contract { id } amendment { id }
  steps { name system state attempts startedAt finishedAt durationMs failure { code message }
          changes { objectType externalKey operation objectId fields { path old new } } }
  decision { action verdict approvers reasons { rule code message facts { name value } } }
  decisions { verdict } approvals { approver role approved comment at } exception { code }
} }"""


@pytest.fixture
def graph(sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Graph]:
    def backends(environment: Any) -> Any:
        return engagement_backends({**environment, "C2C_DATA_DIR": str(tmp_path / "data")})

    with hosted([replace(SUBGRAPH, backends=backends)], sandbox.systems_file) as made:
        yield made


def provision(graph: Graph, contract_id: str, caller: Caller = LEAD, **changed: Any) -> Any:
    given = {"contractId": contract_id, "contractVersion": 1, "idempotencyKey": contract_id}
    return graph.ask("engagement", PROVISION, caller, input=given | changed)


def settled(graph: Graph, run_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        run: dict[str, Any] = graph.data("engagement", RUN, OPERATIONS, id=run_id)["run"]
        if run["state"] not in ("RUNNING", "DELAYED", "COMPENSATING"):
            return run
        time.sleep(0.02)
    raise AssertionError("the run does not come to an end")


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in answer["errors"]]


def test_a_contract_is_provisioned_and_its_run_tells_everything(graph: Graph):
    answer = provision(graph, READY["MILESTONE"])
    assert "errors" not in answer
    run = settled(graph, answer["data"]["provisionEngagement"]["id"])
    assert run["state"] == "SUCCEEDED"
    assert run["exception"] is None
    assert {step["state"] for step in run["steps"]} == {"DONE"}
    assert all(step["attempts"] == 1 and step["durationMs"] >= 0 for step in run["steps"])
    reasons = run["decision"]["reasons"]
    assert run["decision"]["verdict"] == "ALLOW"
    assert {"region-scope", "legal-entity-scope", "credit-hold", "role-grant"} <= {
        reason["rule"] for reason in reasons
    }
    facts = {f["name"]: f["value"] for reason in reasons for f in reason["facts"]}
    assert facts["creditHold"] == "false"
    written = [c for step in run["steps"] for c in step["changes"] if c["operation"] == "CREATE"]
    assert all(change["objectId"] for change in written)

    again = provision(graph, READY["MILESTONE"])
    assert again["data"]["provisionEngagement"]["id"] == run["id"]

    seen = graph.data(
        "engagement",
        """query($id: ID!) { engagement(id: $id) {
             id status health { level concerns } runs { id state }
             contract { id number title state version totalValue { amount currency } }
             reconciliation { agrees drifts { path } } } }""",
        LEAD,
        id=READY["MILESTONE"],
    )["engagement"]
    assert seen["status"] == "ACTIVE"
    assert seen["health"] == {"level": "GREEN", "concerns": []}
    assert seen["runs"] == [{"id": run["id"], "state": "SUCCEEDED"}]
    assert seen["contract"]["state"] == "ACTIVE"
    assert seen["reconciliation"] == {"agrees": True, "drifts": []}


def test_refusals_are_coded_errors_with_their_facts(graph: Graph):
    contract_id = READY["RETAINER"]
    stale = provision(graph, contract_id, contractVersion=5)
    assert codes(stale) == ["STALE_VERSION"]
    assert stale["errors"][0]["extensions"]["currentVersion"] == 1
    assert stale["errors"][0]["path"] == ["provisionEngagement"]

    denied = provision(graph, contract_id, OUTSIDER)
    assert codes(denied) == ["POLICY_DENIED"]
    decision = denied["errors"][0]["extensions"]["decision"]
    assert [reason["rule"] for reason in decision["reasons"]] == ["region-scope"]

    run = settled(graph, provision(graph, contract_id)["data"]["provisionEngagement"]["id"])
    assert run["state"] == "SUCCEEDED"
    reused = provision(graph, READY["FIXED_FEE"], idempotencyKey=contract_id)
    assert codes(reused) == ["IDEMPOTENCY_KEY_REUSED"]
    done = provision(graph, contract_id, idempotencyKey="another")
    assert codes(done) == ["NOT_APPLICABLE"]
    assert done["errors"][0]["extensions"]["state"] == "ACTIVE"
    assert codes(provision(graph, "CTR-404404")) == ["NOT_FOUND"]


@pytest.mark.parametrize("key", ["", "x" * 129, "schlüssel", "line\nbreak"])
def test_unusable_idempotency_keys_are_refused(graph: Graph, key: str):
    assert codes(provision(graph, READY["RETAINER"], idempotencyKey=key)) == ["BAD_USER_INPUT"]


def test_previews_write_nothing_and_hide_costs_from_whoever_may_not_see_them(
    graph: Graph, sandbox: RunningSandbox
):
    query = """query($id: ID!) { previewProvisioning(input: {contractId: $id}) {
        contract { id } contractVersion decision { verdict approvers } obstacles { code }
        changes { step system objectType operation fields { path old new } } } }"""
    sandbox.reset_calls()
    shown = graph.data("engagement", query, LEAD, id=READY["MILESTONE"])["previewProvisioning"]
    assert shown["decision"]["verdict"] == "ALLOW"
    assert shown["obstacles"] == []
    assert {change["system"] for change in shown["changes"]} == {"CLM", "ERP", "PSA", None}

    def paths(preview: dict[str, Any]) -> set[str]:
        return {field["path"] for change in preview["changes"] for field in change["fields"]}

    assert not any("budget" in path for path in paths(shown))
    full = graph.data("engagement", query, FINANCE, id=READY["MILESTONE"])["previewProvisioning"]
    assert "budget" in paths(full)


def test_an_amendment_waits_and_is_approved(graph: Graph):
    given = {"amendmentId": "AMD-000003", "baseVersion": 1, "idempotencyKey": "amend"}
    asked = graph.data("engagement", AMEND, LEAD, input=given)["applyAmendment"]
    assert (asked["state"], asked["awaitedRoles"]) == ("WAITING", ["finance_approver"])
    approve = """mutation($id: ID!) { approveRun(input: {runId: $id, comment: "fine"}) {
        state approvals { approver role comment } } }"""
    assert codes(graph.ask("engagement", approve, LEAD, id=asked["id"])) == ["POLICY_DENIED"]
    approved = graph.data("engagement", approve, FINANCE, id=asked["id"])["approveRun"]
    assert approved["approvals"] == [
        {"approver": "fritz", "role": "finance_approver", "comment": "fine"}
    ]
    assert settled(graph, asked["id"])["state"] == "SUCCEEDED"
    assert codes(graph.ask("engagement", approve, FINANCE, id=asked["id"])) == ["NOT_APPLICABLE"]


def test_lists_of_runs_are_paged_filtered_and_bounded_by_the_claims(graph: Graph):
    ids = [
        provision(graph, contract_id)["data"]["provisionEngagement"]["id"]
        for contract_id in (READY["RETAINER"], READY["FIXED_FEE"], "CTR-000048")
    ]
    for run_id in ids:
        settled(graph, run_id)
    query = """query($after: String, $filter: RunFilter) {
        runs(first: 2, after: $after, filter: $filter) {
          nodes { id state } totalCount pageInfo { hasNextPage endCursor } } }"""
    first = graph.data("engagement", query, OPERATIONS)["runs"]
    assert [node["id"] for node in first["nodes"]] == ids[:0:-1]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    after = first["pageInfo"]["endCursor"]
    rest = graph.data("engagement", query, OPERATIONS, after=after)["runs"]
    assert [node["id"] for node in rest["nodes"]] == ids[:1]
    assert rest["pageInfo"]["hasNextPage"] is False
    parked = graph.data("engagement", query, OPERATIONS, filter={"states": ["EXCEPTION"]})["runs"]
    assert [node["id"] for node in parked["nodes"]] == ids[2:]
    hidden = graph.data("engagement", query, OUTSIDER)["runs"]
    assert (hidden["nodes"], hidden["totalCount"]) == ([], 0)
    assert graph.data("engagement", RUN, OUTSIDER, id=ids[0])["run"] is None


def test_engagements_are_listed_and_resolved_as_entities(graph: Graph, sandbox: RunningSandbox):
    query = """{ engagements(first: 50, orderBy: {field: NUMBER, direction: DESC}) {
        nodes { id status health { level } runs { id }
                contract { number totalValue { amount currency } } } } }"""
    sandbox.reset_calls()
    nodes = graph.data("engagement", query, LEAD)["engagements"]["nodes"]
    numbers = [node["contract"]["number"] for node in nodes]
    assert len(nodes) == 50
    assert numbers == sorted(numbers, reverse=True)
    # Bounded by the systems' page size, whatever the number of engagements.
    assert max(sandbox.calls().values()) <= 4

    found = graph.entities(
        "engagement",
        "{ id status contract { title } }",
        LEAD,
        {"__typename": "Engagement", "id": READY["RETAINER"]},
        {"__typename": "Engagement", "id": "CTR-404404"},
        {"__typename": "Engagement", "id": "CTR-000001"},
    )["data"]["_entities"]
    assert found[0]["status"] == "READY_TO_PROVISION"
    assert found[1:] == [None, None]


def test_a_parked_run_is_operated_on(graph: Graph):
    run_id = provision(graph, "CTR-000048")["data"]["provisionEngagement"]["id"]
    run = settled(graph, run_id)
    assert (run["state"], run["exception"]["code"]) == ("EXCEPTION", "VALIDATION_FAILED")
    health = graph.data(
        "engagement", '{ engagement(id: "CTR-000048") { health { level concerns } } }', LEAD
    )
    assert health["engagement"]["health"] == {"level": "RED", "concerns": ["RUN_PARKED"]}

    def operate(name: str, arguments: str) -> dict[str, Any]:
        query = f"mutation($id: ID!) {{ {name}(input: {{runId: $id{arguments}}}) {{ state }} }}"
        return graph.ask("engagement", query, OPERATIONS, id=run_id)

    assert codes(operate("resolveException", ', reason: "by hand"')) == ["NOT_APPLICABLE"]
    assert codes(operate("resolveException", ', reason: " "')) == ["BAD_USER_INPUT"]
    assert operate("replayRun", "")["data"]["replayRun"]["state"] == "RUNNING"
    assert settled(graph, run_id)["state"] == "EXCEPTION"
    operate("cancelRun", ', reason: "no tax profile in sight"')
    assert settled(graph, run_id)["state"] == "CANCELLED"
