"""What the README promises to whoever pastes its operations."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from gateway.cli.config import app as config
from subgraphs.demo.operations import demo_operations
from tests.kit.demo import Demo

README = (Path(__file__).parents[2] / "README.md").read_text()
PRINTED = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)

CONFIGURATION = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def test_the_readmes_configuration_is_valid(tmp_path: Path) -> None:
    (text,) = CONFIGURATION
    (tmp_path / "gateway.yaml").write_text(text)
    result = CliRunner().invoke(config, ["validate", str(tmp_path / "gateway.yaml")])
    assert result.exit_code == 0, result.output


def test_the_readme_prints_the_demos_operations() -> None:
    assert [text.strip() for text in PRINTED] == [each.text for each in demo_operations()]


CALLERS = ["delivery-lead", "finance-approver", "integration-operations", "portal-service"]
FURTHER_APPROVERS = ["executive", "procurement"]


def test_the_demo_prints_addresses_tokens_and_operations(demo: Demo) -> None:
    said = demo.output.read_text()
    assert demo.url in said
    callers, approvers = said.split("Further approvers", 1)
    for name, part in (
        *((name, callers) for name in CALLERS),
        *((name, approvers) for name in FURTHER_APPROVERS),
    ):
        token = demo.headers(name)["Authorization"].removeprefix("Bearer ")
        assert f"\n{name}:\n{token}\n" in part
        assert said.count(f"\n{name}:\n") == 1
    for operation in demo_operations():
        assert operation.text in said


def test_graphiql_offers_the_printed_callers_and_the_readme_names_them(demo: Demo) -> None:
    address = demo.url.removesuffix("/graphql") + "/graphiql/configuration"
    presets = httpx.get(address).json()["presets"]
    assert list(presets) == CALLERS + FURTHER_APPROVERS
    for name, headers in presets.items():
        assert headers == demo.headers(name)
        assert f"`{name}`" in README


def answer(demo: Demo, name: str) -> Any:
    text = next(text for text in PRINTED if re.search(rf"\b(query|mutation) {name} ", text))
    return demo.data_of(text)


def test_an_engagement_is_joined_from_four_systems(demo: Demo) -> None:
    engagement = answer(demo, "Engagement")["engagement"]
    assert engagement["contract"]["customer"]["name"]
    assert engagement["contract"]["billingTerms"]["__typename"] == "TimeAndMaterialsTerms"
    assert engagement["project"]["plan"]["actualHours"]
    assert engagement["billing"]["totals"]["invoiced"]["amount"]
    assert engagement["backlog"]["currency"] == "EUR"
    assert engagement["margin"]["planned"]["amount"]
    assert engagement["staffing"]["assignments"][0]["resource"]["name"]


def test_the_portfolio_is_paged_and_ordered(demo: Demo) -> None:
    page = answer(demo, "Portfolio")["engagements"]
    assert page["pageInfo"]["hasNextPage"] is True
    assert len(page["nodes"]) == 5
    assert page["totalCount"] > 5


@pytest.mark.parametrize("caller", ["delivery-lead", "portal-service"])
def test_a_preview_shows_every_change_and_writes_nothing(demo: Demo, caller: str) -> None:
    text = next(text for text in PRINTED if "query Preview" in text)
    before = demo.data_of(text, caller)["previewProvisioning"]
    assert {change["system"] for change in before["changes"]} >= {"ERP", "PSA", "CLM"}
    assert demo.data_of(text, caller)["previewProvisioning"]["changes"] == before["changes"]


def test_an_approved_contract_becomes_a_billable_project(demo: Demo) -> None:
    preview = answer(demo, "Preview")["previewProvisioning"]
    assert preview["decision"]["verdict"] == "ALLOW"
    run = answer(demo, "Provision")["provisionEngagement"]
    assert answer(demo, "Provision")["provisionEngagement"]["id"] == run["id"]
    done = settled(demo, run["id"])
    assert done["state"] == "SUCCEEDED"
    assert {step["state"] for step in done["steps"]} <= {"DONE", "SKIPPED"}
    engagement = demo.data_of(
        '{ engagement(id: "CTR-000022") { status project { state } billing { rule { id } } } }'
    )["engagement"]
    assert engagement["status"] == "ACTIVE"
    assert engagement["project"] is not None
    assert engagement["billing"]["rule"] is not None


def test_an_amendment_is_followed_by_the_systems(demo: Demo) -> None:
    query = """{ contract(id: "CTR-000053") { version totalValue { amount }
        amendments { id state deltas { ... on ValueDelta { change { amount } } } } } }"""
    before = demo.data_of(query)["contract"]
    change = next(
        each["deltas"][0]["change"] for each in before["amendments"] if each["id"] == "AMD-000001"
    )
    run = answer(demo, "Amend")["applyAmendment"]
    assert settled(demo, run["id"])["state"] == "SUCCEEDED"
    contract = demo.data_of(query)["contract"]
    assert (before["version"], contract["version"]) == (1, 2)
    values = [Decimal(each["totalValue"]["amount"]) for each in (before, contract)]
    assert values[1] == values[0] + Decimal(change["amount"])
    stale = demo.ask(
        'mutation { applyAmendment(input: {amendmentId: "AMD-000001", baseVersion: 7, '
        'idempotencyKey: "stale"}) { id } }'
    )
    assert stale["errors"][0]["extensions"]["currentVersion"] in (2, "2")


def test_procurement_approves_what_passes_subcontractors_cost_through(demo: Demo) -> None:
    asked = (
        'mutation { provisionEngagement(input: {contractId: "CTR-000012", contractVersion: 1, '
        'idempotencyKey: "pass-through"}) { id state awaitedRoles } }'
    )
    run = demo.data_of(asked)["provisionEngagement"]
    assert (run["state"], run["awaitedRoles"]) == ("WAITING", ["procurement"])
    approval = "mutation($id: ID!) { approveRun(input: {runId: $id}) { state } }"
    refused = demo.ask(approval, "finance-approver", id=run["id"])
    assert refused["errors"][0]["extensions"]["code"] == "POLICY_DENIED"
    demo.data_of(approval, "procurement", id=run["id"])
    assert settled(demo, run["id"])["state"] == "SUCCEEDED"


def test_graphiql_is_served_at_the_printed_address(demo: Demo) -> None:
    page = httpx.get(demo.url, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


def settled(demo: Demo, run_id: str) -> Any:
    """The run once it is in a final state."""
    query = "query($id: ID!) { run(id: $id) { state steps { name state attempts } } }"
    for _ in range(600):
        run = demo.data_of(query, id=run_id)["run"]
        if run["state"] not in {"RUNNING", "DELAYED"}:
            return run
    raise AssertionError(run)
