"""The whole firm, put together so that its systems agree, and written into their stores."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

from subgraphs.systems_of_record.records.clm import ContractState
from subgraphs.systems_of_record.records.common import EngagementType, Money, System
from subgraphs.systems_of_record.records.crm import Customer, Opportunity
from subgraphs.systems_of_record.records.psa import EntryState, Resource
from subgraphs.systems_of_record.salesforce_rows import account_row, opportunity_row
from subgraphs.systems_of_record.sandbox.seed import (
    amendments,
    billing,
    books,
    contracts,
    customers,
    delivery,
    people,
)
from subgraphs.systems_of_record.sandbox.seed.firm import TIME_ENTRIES, in_currency
from subgraphs.systems_of_record.sandbox.seed.outline import Outline, outlines
from subgraphs.systems_of_record.sandbox.seed.work import Work, work_of
from subgraphs.systems_of_record.sandbox.store import Document, Store

_SEED = 20_260_101
Progress = Callable[[str], None]


@dataclass(slots=True)
class World:
    """Records by system and kind, while the firm is being put together."""

    records: dict[tuple[System, str], list[Any]] = field(default_factory=dict)

    def add(self, system: System, kind: str, records: Iterable[Any]) -> None:
        """Put records to a kind."""
        self.records.setdefault((system, kind), []).extend(records)

    def count(self, system: System, kind: str) -> int:
        """How many records of a kind there are so far."""
        return len(self.records.get((system, kind), ()))


@dataclass(frozen=True, slots=True)
class Founding:
    """What a firm is generated from: the same founding gives the same firm.

    `scale` multiplies everything, all dates are relative to `today`, and `time_entries` are the
    timesheet entries at scale 1.
    """

    scale: int
    today: date
    time_entries: int = TIME_ENTRIES


def founding_of(store: Store) -> Founding | None:
    """What a store was filled from; None if it is empty."""
    text = store.meta("founding")
    if text is None:
        return None
    scale, today, time_entries = json.loads(text)
    return Founding(scale, date.fromisoformat(today), time_entries)


def build(founding: Founding) -> World:
    """Put the firm together."""
    scale, today = founding.scale, founding.today
    world = World()
    team = people.resources(scale, random.Random(_SEED))  # noqa: S311 - invented data
    _add_basics(world, scale, today, team)
    plan = outlines(scale)
    agreed = _add_contracts(world, plan, today, team, founding.time_entries * scale)
    world.add(System.CLM, "amendment", amendments.amendments(agreed, today))
    return world


def _add_basics(world: World, scale: int, today: date, team: list[Resource]) -> None:
    rng = random.Random(_SEED + 1)  # noqa: S311 - invented data
    world.add(System.CRM, "Account", customers.customers(scale))
    world.add(System.CRM, "Opportunity", customers.opportunities(scale, today, rng))
    world.add(System.ERP, "LegalEntities", books.legal_entities())
    world.add(System.ERP, "Currencies", books.currencies())
    world.add(System.ERP, "ExchangeRates", books.fx_rates(today))
    world.add(System.ERP, "Vendors", books.vendors())
    world.add(System.ERP, "TaxProfiles", customers.tax_profiles(scale, today))
    world.add(System.PSA, "skills", people.skills())
    world.add(System.PSA, "resources", team)


def _add_contracts(
    world: World, plan: list[Outline], today: date, team: list[Resource], entries: int
) -> list[tuple[Outline, contracts.Agreed]]:
    rng = random.Random(_SEED + 2)  # noqa: S311 - invented data
    provisioned = sum(1 for outline in plan if outline.provisioned)
    found: list[tuple[Outline, contracts.Agreed]] = []
    works: list[tuple[Outline, contracts.Agreed, Work]] = []
    for outline in plan:
        term = contracts.term_of(outline, today)
        if outline.engagement_type is None:
            found.append((outline, contracts.master(outline, term)))
            continue
        card = contracts.rate_card_of(outline, term)
        value = contracts.typical_value(outline, rng)
        if outline.provisioned:
            # The remainder goes to the first contracts, so that the total is exact.
            share = entries // provisioned + (len(works) < entries % provisioned)
            first = int(works[-1][2].entries[-1].id[4:]) + 1 if works else 1
            work = work_of(outline, term, card, team, first, share, today, rng)
            value = _value_of(outline, term, work, today, rng)
        agreed = contracts.statement(
            outline, term, card, value, amendments.executed_before(outline)
        )
        found.append((outline, agreed))
        if outline.provisioned:
            works.append((outline, agreed, work))
    for _, agreed in found:
        world.add(System.CLM, "contract", [agreed.contract])
        world.add(System.CLM, "rateCard", agreed.rate_cards)
        world.add(System.CLM, "milestone", agreed.milestones)
    accounts = books.accounts((outline, agreed.contract) for outline, agreed, _ in works)
    world.add(System.ERP, "CustomerAccounts", accounts.values())
    for outline, agreed, work in works:
        key = (agreed.contract.customer_id, agreed.contract.legal_entity)
        _add_engagement(world, outline, agreed, work, accounts[key], today)
    return found


def _value_of(
    outline: Outline, term: contracts.Term, work: Work, today: date, rng: random.Random
) -> Money:
    """A value that the work done so far makes plausible, in whole thousands."""
    assert term.worked_until is not None  # noqa: S101 - only provisioned contracts come here
    elapsed = Decimal((term.worked_until - term.start).days + 1)
    share = min(Decimal(1), elapsed / Decimal((term.end - term.start).days + 1))
    done = work.value(outline.currency).amount
    factor = Decimal("1.15")
    if outline.engagement_type is not EngagementType.TIME_AND_MATERIALS:
        factor = Decimal(rng.randint(85, 120)) / 100
    step = in_currency(Decimal(1000), outline.currency).amount
    return Money((done / share * factor // step + 1) * step, outline.currency)


def _add_engagement(
    world: World,
    outline: Outline,
    agreed: contracts.Agreed,
    work: Work,
    account: Any,
    today: date,
) -> None:
    """Everything that ERP and PSA hold about a provisioned contract."""
    contract = agreed.contract
    until = today
    if contract.state in (ContractState.TERMINATED, ContractState.SUSPENDED):
        until = max(entry.worked_on for entry in work.entries) + timedelta(days=1)
    parts = billing.dues(agreed, work, until, today)
    tax = world.records[System.ERP, "TaxProfiles"][outline.customer - 1].rate
    billed = billing.bill(agreed, parts, tax, world.count(System.ERP, "Invoices") + 1, until, today)
    revenue = books.revenue_schedule(contract, parts, until, today)
    orders = books.purchase_orders(contract, world.count(System.ERP, "PurchaseOrders") + 1)
    project = books.project(contract, account, work, billed, revenue, orders)
    published = [books.published_card(card) for card in agreed.rate_cards]
    by_kind: dict[str, Iterable[Any]] = {
        "Projects": [project],
        "BillingRules": [books.billing_rule(contract)],
        "BillingSchedules": [billed.schedule],
        "BillingMilestones": billed.milestones,
        "Invoices": billed.invoices,
        "Disputes": billed.disputes,
        "CreditNotes": billed.credit_notes,
        "RevenueSchedules": [revenue],
        "PurchaseOrders": orders,
        "PublishedRateCards": published,
    }
    for kind, records in by_kind.items():
        world.add(System.ERP, kind, records)
    _add_delivery(world, agreed, work, billed, until, today)
    world.add(System.PSA, "rate_cards", published)


def _add_delivery(
    world: World,
    agreed: contracts.Agreed,
    work: Work,
    billed: billing.Billed,
    until: date,
    today: date,
) -> None:
    contract = agreed.contract
    project = delivery.delivery_project(contract, work, until)
    first = world.count(System.PSA, "assignments") + 1
    spent = world.count(System.PSA, "expenses") + 1
    carried = billed.invoice_of_entry
    entries = [
        replace(entry, state=EntryState.INVOICED, invoice_id=carried[entry.id])
        if entry.id in carried
        else entry
        for entry in work.entries
    ]
    by_kind: dict[str, Iterable[Any]] = {
        "projects": [project],
        "tasks": delivery.tasks(project, work),
        "assignments": delivery.assignments(project, work, first, today),
        "capacity_plans": [delivery.capacity_plan(contract, project, work)],
        "time_entries": entries,
        "expenses": delivery.expenses(project, work, contract.currency, spent),
        "acceptances": delivery.acceptances(contract, agreed.milestones, billed, today),
    }
    for kind, records in by_kind.items():
        world.add(System.PSA, kind, records)


def write(
    world: World, stores: Mapping[System, Store], founding: Founding, progress: Progress
) -> None:
    """Fill empty stores with the firm, in one transaction each."""
    modified = f"{(founding.today - timedelta(days=1)).isoformat()}T06:00:00.000000Z"
    text = json.dumps([founding.scale, founding.today.isoformat(), founding.time_entries])
    scopes = {
        contract.id: (contract.region, contract.legal_entity)
        for contract in world.records[System.CLM, "contract"]
    }
    for system, store in stores.items():
        kinds = {kind: found for (of, kind), found in world.records.items() if of is system}
        progress(f"seeding {system.value}: {sum(map(len, kinds.values()))} records")
        with store.transaction():
            for kind, records in kinds.items():
                documents = (_document(system, store, kind, record, scopes) for record in records)
                id_field = store.catalogue[kind].id_field
                store.load(kind, ((doc[id_field], modified, doc) for doc in documents))
            for type, subject, contract in _events(world, system):
                store.record_event(type, subject, contract, "1")
            store.create_indexes()
            store.set_meta("founding", text)


def _document(
    system: System,
    store: Store,
    kind: str,
    record: Any,
    scopes: Mapping[str, tuple[str, str]],
) -> Document:
    if isinstance(record, Customer):
        return account_row(record)
    if isinstance(record, Opportunity):
        return opportunity_row(record)
    codec = store.catalogue.codec
    document = codec.encode(record)
    if isinstance(record, Resource):
        document["skill_list"] = "".join(f",{skill.skill_id}" for skill in record.skills) + ","
        document["cost_rates"] = people.cost_rates(record.role)
    # Lists are scoped by region and legal entity also where the record itself has none.
    for name, position in (("region", 0), ("legal_entity", 1)):
        key = codec.naming(name)
        if key in store.catalogue[kind].fields and key not in document:
            document[key] = scopes[record.contract_id][position]
    return document


def _events(world: World, system: System) -> Iterable[tuple[str, str, str]]:
    """The business events that are waiting for somebody when the firm opens."""
    if system is System.CLM:
        waiting = (
            ("contract.approved", contract.id, contract.id)
            for contract in world.records[System.CLM, "contract"]
            if contract.state is ContractState.APPROVED
        )
        changes = (
            ("amendment.approved", amendment.id, amendment.contract_id)
            for amendment in world.records[System.CLM, "amendment"]
            if amendment.state.value == "APPROVED"
        )
        return chain(waiting, changes)
    if system is System.ERP:
        return (
            ("invoice.disputed", dispute.id, dispute.contract_id)
            for dispute in world.records[System.ERP, "Disputes"]
            if dispute.state.value in ("OPEN", "UNDER_REVIEW")
        )
    return ()
