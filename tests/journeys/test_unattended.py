"""What no person stands behind waits for one."""

from __future__ import annotations

from typing import Any

from tests.journeys.test_readme import settled
from tests.kit.demo import Demo

CONTRACT = "CTR-000013"
PROVISION = """
mutation($contract: ID!, $key: String!) {
  provisionEngagement(input: {contractId: $contract, contractVersion: 1, idempotencyKey: $key}) {
    id state awaitedRoles decision { verdict reasons { rule code } }
  }
}
"""
APPROVE = "mutation($id: ID!) { approveRun(input: {runId: $id}) { state } }"


def test_a_service_account_provisions_once_a_delivery_lead_approves(demo: Demo) -> None:
    asked = {"contract": CONTRACT, "key": "unattended"}
    run: Any = demo.data_of(PROVISION, "portal-service", **asked)["provisionEngagement"]
    assert (run["state"], run["awaitedRoles"]) == ("WAITING", ["delivery_lead"])
    assert run["decision"]["verdict"] == "NEEDS_APPROVAL"
    assert {"rule": "data-class", "code": "UNATTENDED_CALLER"} in run["decision"]["reasons"]
    itself = demo.ask(APPROVE, "portal-service", id=run["id"])["errors"][0]
    assert itself["extensions"]["code"] == "POLICY_DENIED"
    assert "needs a person" in itself["message"]
    demo.data_of(APPROVE, "delivery-lead", id=run["id"])
    assert settled(demo, run["id"])["state"] == "SUCCEEDED"


def test_a_scope_that_is_missing_is_named(demo: Demo) -> None:
    text = (
        'mutation { applyAmendment(input: {amendmentId: "AMD-000039", baseVersion: 1, '
        'idempotencyKey: "unattended-amendment"}) { id } }'
    )
    error = demo.ask(text, "portal-service")["errors"][0]
    assert "You lack the scope engagement:amendment:apply." in error["message"]
