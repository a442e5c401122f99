"""Every filter of every list: what the system returns is what the filter means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

import pytest

from subgraphs.systems_of_record import filters
from subgraphs.systems_of_record.connect import ConnectedSystems
from subgraphs.systems_of_record.connectors import dynamics, kantata, sandbox_clm, sandbox_crm
from subgraphs.systems_of_record.records import clm, crm, erp, psa
from subgraphs.systems_of_record.records.common import EngagementType, OrderBy, PageRequest
from tests.kit.sandbox import RunningSandbox, systems

TODAY = date.today()
SOON = TODAY + timedelta(days=120)
AGO = TODAY - timedelta(days=120)


@pytest.fixture
async def connected(shared_sandbox: RunningSandbox) -> AsyncIterator[ConnectedSystems]:
    async with systems(shared_sandbox) as found:
        yield found


def lists(connected: ConnectedSystems) -> dict[type, Any]:
    return {
        filters.CustomerFilter: connected.crm.list_customers,
        filters.OpportunityFilter: connected.crm.list_opportunities,
        filters.ContractFilter: connected.clm.list_contracts,
        filters.AmendmentFilter: connected.clm.list_amendments,
        filters.ProjectFilter: connected.erp.list_projects,
        filters.InvoiceFilter: connected.erp.list_invoices,
        filters.DisputeFilter: connected.erp.list_disputes,
        filters.DeliveryProjectFilter: connected.psa.list_delivery_projects,
        filters.ResourceFilter: connected.psa.list_resources,
        filters.AssignmentFilter: connected.psa.list_assignments,
        filters.TimesheetFilter: connected.psa.list_timesheet_entries,
        filters.ExpenseFilter: connected.psa.list_expenses,
    }


async def everything(connected: ConnectedSystems, where: Any) -> list[Any]:
    found: list[Any] = []
    after, more = None, True
    while more:
        page = await lists(connected)[type(where)](where, PageRequest(first=500, after=after))
        found += page.items
        after, more = page.end_cursor, page.has_next
    return found


Meaning = Callable[[Any], bool]
CASES: list[tuple[Any, Meaning]] = [
    (filters.CustomerFilter(regions=("EMEA", "APAC")), lambda c: c.region in ("EMEA", "APAC")),
    (filters.CustomerFilter(name_contains="BANK"), lambda c: "bank" in c.name.lower()),
    (
        filters.CustomerFilter(statuses=(crm.CustomerStatus.INACTIVE,)),
        lambda c: c.status is crm.CustomerStatus.INACTIVE,
    ),
    (
        filters.CustomerFilter(credit_statuses=(crm.CreditStatus.ON_HOLD,)),
        lambda c: c.credit_status is crm.CreditStatus.ON_HOLD,
    ),
    (filters.CustomerFilter(parent_id="CUS-000001"), lambda c: c.parent_id == "CUS-000001"),
    (
        filters.CustomerFilter(ultimate_parent_id="CUS-000002"),
        lambda c: c.ultimate_parent_id == "CUS-000002",
    ),
    (
        filters.OpportunityFilter(stages=(crm.OpportunityStage.WON,), regions=("AMER",)),
        lambda o: o.stage is crm.OpportunityStage.WON and o.region == "AMER",
    ),
    (
        filters.OpportunityFilter(closes_from=TODAY, closes_to=SOON),
        lambda o: TODAY <= o.close_date <= SOON,
    ),
    (
        filters.OpportunityFilter(customer_ids=("CUS-000001", "CUS-000003")),
        lambda o: o.customer_id in ("CUS-000001", "CUS-000003"),
    ),
    (
        filters.ContractFilter(states=(clm.ContractState.APPROVED,), legal_entities=("MER-US",)),
        lambda c: c.state is clm.ContractState.APPROVED and c.legal_entity == "MER-US",
    ),
    (
        filters.ContractFilter(kinds=(clm.ContractKind.MSA,)),
        lambda c: c.kind is clm.ContractKind.MSA,
    ),
    (
        filters.ContractFilter(
            engagement_types=(EngagementType.RETAINER, EngagementType.MILESTONE)
        ),
        lambda c: c.engagement_type in (EngagementType.RETAINER, EngagementType.MILESTONE),
    ),
    (filters.ContractFilter(currencies=("JPY",)), lambda c: c.currency == "JPY"),
    (
        filters.ContractFilter(title_contains="data platform"),
        lambda c: "data platform" in c.title.lower(),
    ),
    (filters.ContractFilter(lead="user-delivery-lead"), lambda c: c.lead == "user-delivery-lead"),
    (
        filters.ContractFilter(ends_from=TODAY, ends_to=SOON),
        lambda c: TODAY <= c.end_date <= SOON,
    ),
    (filters.ContractFilter(ends_to=TODAY), lambda c: c.end_date <= TODAY),
    (filters.ContractFilter(customer_ids=("CUS-000001",)), lambda c: c.customer_id == "CUS-000001"),
    (
        filters.AmendmentFilter(kinds=(clm.AmendmentKind.TERM,)),
        lambda a: a.kind is clm.AmendmentKind.TERM,
    ),
    (
        filters.AmendmentFilter(states=(clm.AmendmentState.EXECUTED,)),
        lambda a: a.state is clm.AmendmentState.EXECUTED,
    ),
    (
        filters.AmendmentFilter(contract_ids=("CTR-000053", "CTR-000054")),
        lambda a: a.contract_id in ("CTR-000053", "CTR-000054"),
    ),
    (
        filters.ProjectFilter(states=(erp.ProjectState.CLOSED,), regions=("EMEA",)),
        lambda p: p.state is erp.ProjectState.CLOSED and p.region == "EMEA",
    ),
    (
        filters.ProjectFilter(
            legal_entities=("MER-SG",), engagement_types=(EngagementType.FIXED_FEE,)
        ),
        lambda p: (p.legal_entity, p.engagement_type) == ("MER-SG", EngagementType.FIXED_FEE),
    ),
    (
        filters.InvoiceFilter(states=(erp.InvoiceState.OVERDUE, erp.InvoiceState.DRAFT)),
        lambda i: i.state in (erp.InvoiceState.OVERDUE, erp.InvoiceState.DRAFT),
    ),
    (
        filters.InvoiceFilter(issued_from=AGO, issued_to=TODAY),
        lambda i: i.issued_on is not None and AGO <= i.issued_on <= TODAY,
    ),
    (
        filters.InvoiceFilter(issued_to=AGO),
        lambda i: i.issued_on is not None and i.issued_on <= AGO,
    ),
    (
        filters.InvoiceFilter(due_before=TODAY, regions=("AMER",)),
        lambda i: i.due_on is not None and i.due_on < TODAY and i.region == "AMER",
    ),
    (
        filters.InvoiceFilter(contract_ids=("CTR-000053",), legal_entities=("MER-DE",)),
        lambda i: i.contract_id == "CTR-000053",
    ),
    (filters.InvoiceFilter(customer_ids=("CUS-000004",)), lambda i: i.customer_id == "CUS-000004"),
    (
        filters.DisputeFilter(states=(erp.DisputeState.OPEN,)),
        lambda d: d.state is erp.DisputeState.OPEN,
    ),
    (filters.DisputeFilter(contract_ids=("CTR-000054",)), lambda d: d.contract_id == "CTR-000054"),
    (
        filters.DeliveryProjectFilter(states=(psa.DeliveryState.IN_PROGRESS,), regions=("APAC",)),
        lambda p: p.state is psa.DeliveryState.IN_PROGRESS and p.region == "APAC",
    ),
    (
        filters.ResourceFilter(roles=("Consultant", "Data Engineer"), active=True),
        lambda r: r.role in ("Consultant", "Data Engineer") and r.active,
    ),
    (filters.ResourceFilter(active=False), lambda r: not r.active),
    (filters.ResourceFilter(name_contains="lind"), lambda r: "lind" in r.name.lower()),
    (
        filters.ResourceFilter(skill_ids=("SKL-000004", "SKL-000005")),
        lambda r: bool({"SKL-000004", "SKL-000005"} & {skill.skill_id for skill in r.skills}),
    ),
    (
        filters.AssignmentFilter(commitments=(psa.Commitment.SOFT,), contract_ids=("CTR-000053",)),
        lambda a: a.commitment is psa.Commitment.SOFT and a.contract_id == "CTR-000053",
    ),
    (
        filters.AssignmentFilter(overlaps_from=AGO, overlaps_to=TODAY),
        lambda a: a.end_date >= AGO and a.start_date <= TODAY,
    ),
    (
        filters.TimesheetFilter(states=(psa.EntryState.SUBMITTED,), billable=True),
        lambda e: e.state is psa.EntryState.SUBMITTED and e.billable,
    ),
    (
        filters.TimesheetFilter(
            contract_ids=("CTR-000053",), worked_from=AGO, worked_to=TODAY, billable=False
        ),
        lambda e: e.contract_id == "CTR-000053" and e.worked_on >= AGO and not e.billable,
    ),
    (
        filters.TimesheetFilter(resource_ids=("RES-000004",)),
        lambda e: e.resource_id == "RES-000004",
    ),
    (
        filters.ExpenseFilter(states=(psa.EntryState.SUBMITTED,)),
        lambda e: e.state is psa.EntryState.SUBMITTED,
    ),
    (filters.ExpenseFilter(contract_ids=("CTR-000055",)), lambda e: e.contract_id == "CTR-000055"),
]


@pytest.mark.parametrize(
    ("where", "meaning"),
    CASES,
    ids=[f"{type(where).__name__}-{number}" for number, (where, _) in enumerate(CASES)],
)
async def test_a_filter_selects_what_it_means(
    connected: ConnectedSystems, where: Any, meaning: Meaning
) -> None:
    whole = await everything(connected, type(where)())
    expected = {record.id for record in whole if meaning(record)}
    found = {record.id for record in await everything(connected, where)}
    assert found == expected


@pytest.mark.parametrize("scope", ["regions", "legal_entities"])
async def test_a_scope_bounds_every_list(connected: ConnectedSystems, scope: str) -> None:
    value = {"regions": "EMEA", "legal_entities": "MER-DE"}[scope]
    for kind, listing in lists(connected).items():
        if scope not in kind.__dataclass_fields__:
            continue
        bound = await listing(kind(**{scope: (value,)}), PageRequest(first=1, with_total=True))
        whole = await listing(kind(), PageRequest(first=1, with_total=True))
        none = await listing(kind(**{scope: ()}), PageRequest(first=1))
        foreign = await listing(kind(**{scope: ("NOWHERE",)}), PageRequest(first=1))
        assert 0 < bound.total < whole.total, kind
        assert not none.items
        assert not foreign.items


ENTITIES = {
    filters.CustomerFilter: sandbox_crm.CUSTOMER,
    filters.OpportunityFilter: sandbox_crm.OPPORTUNITY,
    filters.ContractFilter: sandbox_clm.CONTRACT,
    filters.AmendmentFilter: sandbox_clm.AMENDMENT,
    filters.ProjectFilter: dynamics.PROJECT,
    filters.InvoiceFilter: dynamics.INVOICE,
    filters.DisputeFilter: dynamics.DISPUTE,
    filters.DeliveryProjectFilter: kantata.PROJECT,
    filters.ResourceFilter: kantata.RESOURCE,
    filters.AssignmentFilter: kantata.ASSIGNMENT,
    filters.TimesheetFilter: kantata.TIME_ENTRY,
    filters.ExpenseFilter: kantata.EXPENSE,
}


@pytest.mark.parametrize("kind", ENTITIES, ids=lambda kind: kind.__name__)
async def test_every_order_walks_the_same_list(connected: ConnectedSystems, kind: Any) -> None:
    listing = lists(connected)[kind]
    by_id = await listing(kind(), PageRequest(first=60, with_total=True))
    for field in ENTITIES[kind].orders:
        order = OrderBy(field, descending=True)
        seen: list[str] = []
        request = PageRequest(first=25, order_by=order)
        for _ in range(3):
            page = await listing(kind(), request)
            seen += [record.id for record in page.items]
            request = PageRequest(first=25, order_by=order, after=page.end_cursor)
            if not page.has_next:
                break
        assert len(seen) == len(set(seen)) == min(75, by_id.total), field
