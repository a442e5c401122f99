"""What exists already in the systems for one contract, read in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from subgraphs.engagement.model.basis import Basis
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import clm, crm, erp, psa


@dataclass(frozen=True, slots=True)
class Landscape:
    """The objects of one engagement in CRM, ERP and PSA, and the reference data they rest on."""

    customer: crm.Customer | None
    ancestors: Mapping[str, crm.Customer]
    legal_entity: erp.LegalEntity | None
    currency: erp.Currency | None
    tax_profiles: tuple[erp.TaxProfile, ...]
    account: erp.CustomerAccount | None
    project: erp.Project | None
    billing_rule: erp.BillingRule | None
    billing_schedule: erp.BillingSchedule | None
    billing_milestones: Mapping[str, erp.BillingMilestone]
    revenue_schedule: erp.RevenueSchedule | None
    purchase_orders: Mapping[str, erp.PurchaseOrder]
    erp_rate_cards: Mapping[str, erp.PublishedRateCard]
    psa_rate_cards: Mapping[str, erp.PublishedRateCard]
    delivery_project: psa.DeliveryProject | None
    capacity_plan: psa.CapacityPlan | None
    vendors: Mapping[str, erp.Vendor]
    master_cards: tuple[clm.RateCard, ...]
    today: date


async def read_basis(systems: Systems, contract: clm.Contract) -> Basis:
    """The contract with its milestones and rate cards. Raises what reads of the CLM raise."""
    key = [contract.id]
    milestones, cards = await asyncio.gather(
        systems.clm.milestones_by_contract(key), systems.clm.rate_cards_by_contract(key)
    )
    return Basis(contract, milestones[contract.id], cards[contract.id])


async def read_landscape(systems: Systems, contract: clm.Contract, today: date) -> Landscape:
    """Everything the systems hold for the contract. Raises what reads raise."""
    key, customer_key = [contract.id], [contract.customer_id]
    erp_, psa_ = systems.erp, systems.psa
    masters = [contract.master_id] if contract.master_id else []
    vendors = sorted({rule.vendor_id for rule in contract.subcontract_rules})
    reference, objects, delivered = await asyncio.gather(
        asyncio.gather(
            systems.crm.customers(customer_key),
            erp_.legal_entities([contract.legal_entity]),
            erp_.currencies([contract.currency]),
            erp_.tax_profiles_by_customer(customer_key),
            erp_.accounts_by_customer(customer_key),
            erp_.vendors(vendors),
        ),
        asyncio.gather(
            erp_.projects_by_contract(key),
            erp_.billing_rules_by_contract(key),
            erp_.billing_schedules_by_contract(key),
            erp_.billing_milestones_by_contract(key),
            erp_.revenue_schedules_by_contract(key),
            erp_.purchase_orders_by_contract(key),
        ),
        asyncio.gather(
            erp_.published_rate_cards_by_contract(key),
            psa_.published_rate_cards_by_contract(key),
            psa_.delivery_projects_by_contract(key),
            psa_.capacity_plans_by_contract(key),
            systems.clm.rate_cards_by_contract(masters),
        ),
    )
    customers, entities, currencies, taxes, accounts, vendors_found = reference
    projects, rules, schedules, milestones, revenue, orders = objects
    erp_cards, psa_cards, deliveries, plans, master_cards = delivered
    customer = customers.get(contract.customer_id)
    ours = [a for a in accounts[contract.customer_id] if a.legal_entity == contract.legal_entity]
    return Landscape(
        customer=customer,
        ancestors=await _ancestors(systems, customer),
        legal_entity=entities.get(contract.legal_entity),
        currency=currencies.get(contract.currency),
        tax_profiles=taxes[contract.customer_id],
        account=ours[0] if ours else None,
        project=projects.get(contract.id),
        billing_rule=rules.get(contract.id),
        billing_schedule=schedules.get(contract.id),
        billing_milestones={each.milestone_id: each for each in milestones[contract.id]},
        revenue_schedule=revenue.get(contract.id),
        purchase_orders={each.rule_id: each for each in orders[contract.id]},
        erp_rate_cards={each.rate_card_id: each for each in erp_cards[contract.id]},
        psa_rate_cards={each.rate_card_id: each for each in psa_cards[contract.id]},
        delivery_project=deliveries.get(contract.id),
        capacity_plan=plans.get(contract.id),
        vendors=vendors_found,
        master_cards=tuple(card for master in masters for card in master_cards[master]),
        today=today,
    )


async def _ancestors(systems: Systems, customer: crm.Customer | None) -> Mapping[str, crm.Customer]:
    if customer is None:
        return {}
    ids = {customer.parent_id, customer.ultimate_parent_id} - {None}
    return await systems.crm.customers(sorted(filter(None, ids)))
