"""What processes write through the graph: invisible, audited, idempotent, and really written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auth.audit.sqlite import SqliteAuditTrail
from auth.caller import CallerKind
from auth.policies.vocabulary import Action
from subgraphs.serving.backends import systems_of
from subgraphs.serving.processes import PROCESS_SCOPE
from tests.kit.sandbox import IMPATIENT, RunningSandbox
from tests.kit.subgraph_host import Graph, hosted
from tests.subgraphs.callers import GROUP
from tests.subgraphs.conftest import DOMAINS, impatient
from tests.subgraphs.test_everything import milestone_keys

PROCESS = replace(
    GROUP,
    subject="process-engine",
    kind=CallerKind.SERVICE,
    roles=frozenset(),
    scopes=frozenset({PROCESS_SCOPE, Action.READ_ENGAGEMENT.value}),
)
RELEASE = """mutation($input: ReleaseBillingMilestoneInput!) {
    releaseBillingMilestone(input: $input) { id state releasedOn milestone { id } } }"""
ACCEPT = """mutation($input: RecordMilestoneAcceptanceInput!) {
    recordMilestoneAcceptance(input: $input) { state decidedBy } }"""
INVOICED = """mutation($input: MarkTimeInvoicedInput!) {
    markTimeInvoiced(input: $input) { id state invoice { id } } }"""


@pytest.fixture
def audit_file(tmp_path: Path) -> Path:
    return tmp_path / "audit.db"


@pytest.fixture
def audited(sandbox: RunningSandbox, audit_file: Path) -> Iterator[Graph]:
    chosen = [
        replace(
            impatient(name),
            backends=lambda given: systems_of(
                {**given, "C2C_AUDIT_FILE": str(audit_file)}, IMPATIENT
            ),
        )
        for name in DOMAINS
    ]
    with hosted(chosen, sandbox.systems_file) as made:
        yield made


def pending(graph: Graph) -> tuple[str, str]:
    """A contract and a milestone of it that nobody has accepted yet."""
    keys = milestone_keys(graph)
    shown = graph.entities("billing", "{ id billing { state } }", GROUP, *keys)["data"]["_entities"]
    for key, each in zip(keys, shown, strict=True):
        if each["billing"] and each["billing"]["state"] == "PENDING":
            return key["contract"]["id"], key["id"]
    raise AssertionError("the firm has no pending milestone")


def test_a_milestone_is_accepted_and_released_once(audited: Graph, audit_file: Path) -> None:
    contract, milestone = pending(audited)
    accept = {
        "contractId": contract,
        "milestoneId": milestone,
        "state": "ACCEPTED",
        "decidedBy": "customer",
        "decidedOn": "2026-03-01",
        "evidence": "mail",
        "idempotencyKey": "run-1/accept",
    }
    made = audited.data("project", ACCEPT, PROCESS, input=accept)["recordMilestoneAcceptance"]
    assert made == {"state": "ACCEPTED", "decidedBy": "customer"}
    release = {
        "contractId": contract,
        "milestoneId": milestone,
        "releasedOn": "2026-03-01",
        "idempotencyKey": "run-1/release",
    }
    answers = [audited.data("billing", RELEASE, PROCESS, input=release) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["releaseBillingMilestone"]["state"] == "RELEASED"
    assert answers[0]["releaseBillingMilestone"]["milestone"]["id"] == milestone
    entries = [
        each.entry for each in SqliteAuditTrail(audit_file).entries(about=f"contract:{contract}")
    ]
    assert [(each.kind, each.details["operation"]) for each in entries] == [
        ("write.intended", "recordMilestoneAcceptance"),
        ("write.done", "recordMilestoneAcceptance"),
        ("write.intended", "releaseBillingMilestone"),
        ("write.done", "releaseBillingMilestone"),
    ]


def test_time_is_put_on_an_invoice_all_or_nothing(audited: Graph) -> None:
    query = """{ timesheetEntries(first: 20, filter: {states: [APPROVED], billable: true}) { nodes {
        id engagement { id } } } }"""
    found = audited.data("staffing", query, GROUP)["timesheetEntries"]["nodes"]
    contract = found[0]["engagement"]["id"]
    own = [each["id"] for each in found if each["engagement"]["id"] == contract]
    foreign = [each["id"] for each in found if each["engagement"]["id"] != contract][:1]
    given: dict[str, Any] = {
        "contractId": contract,
        "invoiceId": "INV-X",
        "entryIds": own + foreign,
        "idempotencyKey": "run-2/time",
    }
    refused = audited.ask("staffing", INVOICED, PROCESS, input=given)
    assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    given |= {"entryIds": own, "idempotencyKey": "run-2/time-again"}
    marked = audited.data("staffing", INVOICED, PROCESS, input=given)["markTimeInvoiced"]
    assert {each["id"] for each in marked} == set(own)
    assert {(each["state"], each["invoice"]["id"]) for each in marked} == {("INVOICED", "INV-X")}


def test_nobody_else_may(audited: Graph, audit_file: Path) -> None:
    contract, milestone = pending(audited)
    release = {
        "contractId": contract,
        "milestoneId": milestone,
        "releasedOn": "2026-03-01",
        "idempotencyKey": "run-1/release",
    }
    elsewhere = replace(PROCESS, all_regions=False)
    for caller in (GROUP, replace(PROCESS, scopes=frozenset()), elsewhere):
        answer = audited.ask("billing", RELEASE, caller, input=release)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert SqliteAuditTrail(audit_file).length() == 0


def test_without_an_audit_trail_nothing_is_written(graph: Graph) -> None:
    contract, milestone = pending(graph)
    release = {
        "contractId": contract,
        "milestoneId": milestone,
        "releasedOn": "2026-03-01",
        "idempotencyKey": "x",
    }
    answer = graph.ask("billing", RELEASE, PROCESS, input=release)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
