"""The writes that provisioning is made of: create, match, change, cancel, revive."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from subgraphs.systems_of_record import drafts
from subgraphs.systems_of_record.connect import ConnectedSystems
from subgraphs.systems_of_record.errors import Conflict, Missing, Refused
from subgraphs.systems_of_record.records import clm, erp, psa
from subgraphs.systems_of_record.records.common import EngagementType, Money, Period
from tests.kit.sandbox import RunningSandbox, running, systems

CONTRACT = "CTR-000011"
START, END = date(2026, 12, 1), date(2027, 5, 31)


@pytest.fixture(scope="module")
def served(
    seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSandbox]:
    folder = tmp_path_factory.mktemp("provisioning") / "systems"
    with running(shutil.copytree(seeded_folder, folder)) as started:
        yield started


@pytest.fixture
async def connected(served: RunningSandbox) -> AsyncIterator[ConnectedSystems]:
    async with systems(served) as found:
        yield found


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


ACCOUNT = drafts.CustomerAccountDraft("CUS-000004", "MER-SG", "A customer", "EUR", 30, None)
PROJECT = drafts.ProjectDraft(
    contract_id=CONTRACT,
    name="Shell",
    legal_entity="MER-DE",
    region="EMEA",
    customer_account_id="ACC-000001",
    engagement_type=EngagementType.TIME_AND_MATERIALS,
    state=erp.ProjectState.PLANNED,
    contract_value=euro("100000.00"),
    budget=euro("62000"),
    start_date=START,
    end_date=END,
    wbs=(erp.WbsElement("1", None, "Delivery", Decimal(400), euro("62000"), euro("0")),),
)
RULE = drafts.BillingRuleDraft(
    contract_id=CONTRACT,
    project_id="PRJ-000151",
    engagement_type=EngagementType.TIME_AND_MATERIALS,
    period=Period.MONTHLY,
    cap=euro("100000"),
    fee=None,
    retainer_amount=None,
    included_hours=None,
    rollover=False,
    rate_card_id="RAT-000011",
    payment_terms_days=30,
)
SCHEDULE = drafts.BillingScheduleDraft(
    contract_id=CONTRACT,
    project_id="PRJ-000151",
    currency="EUR",
    total=euro("100000"),
    contract_version=1,
    lines=(
        erp.BillingScheduleLine(
            "L1", START, euro("60000"), "First", erp.BillingLineState.PLANNED, "MIL-X"
        ),
        erp.BillingScheduleLine("L2", END, euro("40000"), "Last", erp.BillingLineState.PLANNED),
    ),
)
MILESTONE = drafts.BillingMilestoneDraft(
    contract_id=CONTRACT,
    project_id="PRJ-000151",
    milestone_id="MIL-X",
    name="Go-live",
    amount=euro("60000"),
    due_date=START,
    acceptance_criteria=("It runs", "It's fast"),
)
REVENUE = drafts.RevenueScheduleDraft(
    contract_id=CONTRACT,
    project_id="PRJ-000151",
    currency="EUR",
    total=euro("100000"),
    contract_version=1,
    obligations=(
        erp.PerformanceObligation(
            "O1",
            "All of it",
            erp.RecognitionMethod.STRAIGHT_LINE,
            euro("100000"),
            euro("100000"),
            Decimal(0),
        ),
    ),
    lines=(erp.RevenueLine("R1", START, euro("100000"), False, "O1"),),
)
ORDER = drafts.PurchaseOrderDraft(
    contract_id=CONTRACT,
    project_id="PRJ-000151",
    rule_id="SUB-X",
    vendor_id="VEN-000001",
    vendor_name="Nordlicht Data Services",
    legal_entity="MER-DE",
    state=erp.PurchaseOrderState.OPEN,
    limit=euro("9000"),
    pass_through=True,
    markup_percent=Decimal("7.5"),
)
CARD = drafts.PublishedRateCardDraft(
    contract_id=CONTRACT,
    rate_card_id="RAT-000011",
    rate_card_version="1",
    region="EMEA",
    currency="EUR",
    effective_from=START,
    effective_to=None,
    rates=(erp.PublishedRate("Consultant", euro("125.50")),),
)
DELIVERY = drafts.DeliveryProjectDraft(
    contract_id=CONTRACT,
    project_id="PRJ-000151",
    name="Shell",
    region="EMEA",
    legal_entity="MER-DE",
    state=psa.DeliveryState.PLANNED,
    lead="user-delivery-lead",
    start_date=START,
    end_date=END,
    planned_hours=Decimal(400),
    workstreams=(
        drafts.WorkstreamDraft("Discovery", 1, START, END, Decimal(100)),
        drafts.WorkstreamDraft("Build", 2, START, END, Decimal(300)),
    ),
)
PLAN = drafts.CapacityPlanDraft(
    contract_id=CONTRACT,
    delivery_project_id="DLV-000151",
    contract_version=1,
    lines=(psa.CapacityLine("Consultant", START, Decimal("80.5")),),
)

Put = Callable[..., Awaitable[Any]]
Cancel = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Writable:
    """An object that provisioning writes: how, and how it differs after an amendment."""

    name: str
    draft: Any
    changed: dict[str, Any]
    put: Callable[[ConnectedSystems], Put]
    cancel: Callable[[ConnectedSystems], Callable[[str], Awaitable[Any]]]


WRITABLES = (
    Writable(
        "account",
        ACCOUNT,
        {"payment_terms_days": 60},
        lambda s: s.erp.put_customer_account,
        lambda s: lambda key: s.erp.cancel_customer_account("CUS-000004", "MER-SG", key=key),
    ),
    Writable(
        "project",
        PROJECT,
        {"contract_value": euro("120000"), "end_date": date(2027, 8, 31)},
        lambda s: s.erp.put_project,
        lambda s: lambda key: s.erp.cancel_project(CONTRACT, key=key),
    ),
    Writable(
        "rule",
        RULE,
        {"cap": euro("120000")},
        lambda s: s.erp.put_billing_rule,
        lambda s: lambda key: s.erp.cancel_billing_rule(CONTRACT, key=key),
    ),
    Writable(
        "schedule",
        SCHEDULE,
        {"total": euro("60000"), "lines": SCHEDULE.lines[:1]},
        lambda s: s.erp.put_billing_schedule,
        lambda s: lambda key: s.erp.cancel_billing_schedule(CONTRACT, key=key),
    ),
    Writable(
        "milestone",
        MILESTONE,
        {"amount": euro("50000")},
        lambda s: s.erp.put_billing_milestone,
        lambda s: lambda key: s.erp.cancel_billing_milestone("MIL-X", key=key),
    ),
    Writable(
        "revenue",
        REVENUE,
        {"contract_version": 2},
        lambda s: s.erp.put_revenue_schedule,
        lambda s: lambda key: s.erp.cancel_revenue_schedule(CONTRACT, key=key),
    ),
    Writable(
        "order",
        ORDER,
        {"limit": euro("12000")},
        lambda s: s.erp.put_purchase_order,
        lambda s: lambda key: s.erp.cancel_purchase_order("SUB-X", key=key),
    ),
    Writable(
        "card-erp",
        CARD,
        {"rate_card_version": "2"},
        lambda s: s.erp.publish_rate_card,
        lambda s: lambda key: s.erp.withdraw_rate_card("RAT-000011", key=key),
    ),
    Writable(
        "delivery",
        DELIVERY,
        {"planned_hours": Decimal(500)},
        lambda s: s.psa.put_delivery_project,
        lambda s: lambda key: s.psa.cancel_delivery_project(CONTRACT, key=key),
    ),
    Writable(
        "plan",
        PLAN,
        {"contract_version": 2},
        lambda s: s.psa.put_capacity_plan,
        lambda s: lambda key: s.psa.cancel_capacity_plan(CONTRACT, key=key),
    ),
    Writable(
        "card-psa",
        CARD,
        {"rate_card_version": "2"},
        lambda s: s.psa.publish_rate_card,
        lambda s: lambda key: s.psa.withdraw_rate_card("RAT-000011", key=key),
    ),
)


def cancelled(record: Any) -> bool:
    return not record.active if hasattr(record, "active") else record.state == "CANCELLED"


@pytest.mark.parametrize("writable", WRITABLES, ids=lambda w: w.name)
async def test_the_life_of_an_object(connected: ConnectedSystems, writable: Writable) -> None:
    put, cancel = writable.put(connected), writable.cancel(connected)
    key = f"life-{writable.name}"
    assert await cancel(f"{key}-early") is None

    created = await put(writable.draft, key=f"{key}-1")
    assert not cancelled(created)
    # The same key, and another key with the same content, find the same object unchanged.
    for again in (f"{key}-1", f"{key}-2"):
        matched = await put(writable.draft, key=again)
        assert (matched.id, matched.source.version) == (created.id, created.source.version)

    other = replace(writable.draft, **writable.changed)
    with pytest.raises(Conflict) as caught:
        await put(other, key=f"{key}-3")
    assert caught.value.current_version == created.source.version

    changed = await put(other, key=f"{key}-4", expected_version=created.source.version)
    for name, value in writable.changed.items():
        assert getattr(changed, name) == value
    with pytest.raises(Conflict) as caught:
        await put(writable.draft, key=f"{key}-5", expected_version=created.source.version)
    assert caught.value.current_version == changed.source.version
    back = await put(writable.draft, key=f"{key}-6", expected_version=changed.source.version)

    gone = await cancel(f"{key}-7")
    assert gone.id == back.id
    assert cancelled(gone)
    assert (await cancel(f"{key}-8")).source.version == gone.source.version
    revived = await put(writable.draft, key=f"{key}-9")
    assert revived.id == created.id
    assert not cancelled(revived)


async def test_a_change_needs_something_to_change(connected: ConnectedSystems) -> None:
    absent = replace(RULE, contract_id="CTR-999999")
    with pytest.raises(Missing):
        await connected.erp.put_billing_rule(absent, key="absent", expected_version='W/"1"')
    plan = replace(PLAN, contract_id="CTR-999999")
    with pytest.raises(Missing):
        await connected.psa.put_capacity_plan(plan, key="absent-plan", expected_version="1")


async def test_a_key_serves_one_purpose(connected: ConnectedSystems) -> None:
    first = replace(RULE, contract_id="CTR-000012")
    await connected.erp.put_billing_rule(first, key="one-purpose")
    with pytest.raises(Refused) as caught:
        await connected.erp.put_billing_rule(
            replace(RULE, contract_id="CTR-000013"), key="one-purpose"
        )
    assert caught.value.code == "RepeatabilityKeyReused"


async def test_the_erp_has_rules_of_its_own(connected: ConnectedSystems) -> None:
    refused: list[tuple[Awaitable[Any], str]] = [
        (
            connected.erp.put_purchase_order(
                replace(ORDER, rule_id="SUB-Y", vendor_id="VEN-000004"), key="r1"
            ),
            "VendorNotApproved",
        ),
        (
            connected.erp.put_project(
                replace(PROJECT, contract_id="CTR-000014", customer_account_id="ACC-999999"),
                key="r2",
            ),
            "NoSuchAccount",
        ),
        (
            connected.erp.put_customer_account(replace(ACCOUNT, legal_entity="NO-ONE"), key="r3"),
            "NoSuchLegalEntity",
        ),
        (connected.erp.cancel_project("CTR-000053", key="r4"), "ProjectBilled"),
        (connected.erp.cancel_revenue_schedule("CTR-000053", key="r5"), "RevenueRecognised"),
        (connected.erp.cancel_billing_schedule("CTR-000053", key="r6"), "LineInvoiced"),
        (connected.psa.cancel_delivery_project("CTR-000053", key="r7"), "time_booked"),
    ]
    for write, code in refused:
        with pytest.raises(Refused) as caught:
            await write
        assert caught.value.code == code


async def test_invoiced_lines_of_a_schedule_stay(connected: ConnectedSystems) -> None:
    found = await connected.erp.billing_schedules_by_contract(["CTR-000053"])
    schedule = found["CTR-000053"]
    assert schedule.lines[0].state is erp.BillingLineState.INVOICED
    draft = drafts.BillingScheduleDraft(
        contract_id=schedule.contract_id,
        project_id=schedule.project_id,
        currency=schedule.currency,
        total=schedule.total,
        contract_version=2,
        lines=schedule.lines[1:],
    )
    with pytest.raises(Refused) as caught:
        await connected.erp.put_billing_schedule(
            draft, key="lines", expected_version=schedule.source.version
        )
    assert caught.value.code == "LineInvoiced"


async def test_a_delivery_project_plans_tasks_to_book_time_on(
    connected: ConnectedSystems,
) -> None:
    draft = replace(DELIVERY, contract_id="CTR-000015")
    project = await connected.psa.put_delivery_project(draft, key="tasks-1")
    assert [stream.name for stream in project.workstreams] == ["Discovery", "Build"]
    tasks = (await connected.psa.tasks_by_contract(["CTR-000015"]))["CTR-000015"]
    assert {t.workstream_id for t in tasks} == {stream.id for stream in project.workstreams}
    more = drafts.WorkstreamDraft("Training", 3, START, END, Decimal(40))
    wider = await connected.psa.put_delivery_project(
        replace(draft, workstreams=(*draft.workstreams, more)),
        key="tasks-2",
        expected_version=project.source.version,
    )
    assert wider.workstreams[:2] == project.workstreams
    assert len((await connected.psa.tasks_by_contract(["CTR-000015"]))["CTR-000015"]) == 3


async def test_a_contract_is_marked_and_unmarked(connected: ConnectedSystems) -> None:
    mark = connected.clm.mark_provisioned
    with pytest.raises(Conflict) as caught:
        await mark("CTR-000016", contract_version=7, run_id="r", project_id="p", key="m0")
    assert caught.value.current_version == "1"
    marked = await mark("CTR-000016", contract_version=1, run_id="r", project_id="p", key="m1")
    assert (marked.state, marked.version) == (clm.ContractState.ACTIVE, 1)
    assert (marked.provisioned_by_run, marked.project_id) == ("r", "p")
    again = await mark("CTR-000016", contract_version=1, run_id="r", project_id="p", key="m2")
    assert again.source.version == marked.source.version
    with pytest.raises(Refused):
        await mark("CTR-000016", contract_version=1, run_id="other", project_id="p", key="m3")
    other = await connected.clm.unmark_provisioned("CTR-000016", run_id="other", key="m4")
    assert other.state is clm.ContractState.ACTIVE
    back = await connected.clm.unmark_provisioned("CTR-000016", run_id="r", key="m5")
    assert (back.state, back.project_id) == (clm.ContractState.APPROVED, None)
    with pytest.raises(Missing):
        await mark("CTR-999999", contract_version=1, run_id="r", project_id="p", key="m6")
