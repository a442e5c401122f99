"""How the contract test uses each system: something to read, something to write.

A probe's write sets an object to a variant; different variants are different contents, so that
each effective write raises the object's version by exactly one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from decimal import Decimal
from typing import Any

from subgraphs.systems_of_record import drafts, filters
from subgraphs.systems_of_record.connect import ConnectedSystems
from subgraphs.systems_of_record.records.clm import AmendmentState
from subgraphs.systems_of_record.records.common import OrderBy, Page, PageRequest, System
from subgraphs.systems_of_record.records.crm import CreditStatus


class Probe(ABC):
    """One system as the contract test sees it."""

    system: System
    order: OrderBy
    write_path: str

    @abstractmethod
    async def read(self, systems: ConnectedSystems, ids: list[str]) -> dict[str, Any]:
        """A batched read by id."""

    @abstractmethod
    async def page(
        self, systems: ConnectedSystems, request: PageRequest, *, nowhere: bool = False
    ) -> Page[Any]:
        """A page of the list; `nowhere` asks with an empty scope of regions."""

    @abstractmethod
    async def target(self, systems: ConnectedSystems) -> Any:
        """The object that writes change, as it is now."""

    @abstractmethod
    async def write(
        self, systems: ConnectedSystems, variant: int, key: str, version: str | None
    ) -> Any:
        """Set the target to a variant (0 or 1), at a version if one is given."""

    @staticmethod
    def regions(nowhere: bool) -> tuple[str, ...] | None:
        """The scope of a list."""
        return () if nowhere else None


class CrmProbe(Probe):
    system = System.CRM
    order = OrderBy("name", descending=True)
    write_path = "/sobjects/Account/"

    async def read(self, systems: ConnectedSystems, ids: list[str]) -> dict[str, Any]:
        return dict(await systems.crm.customers(ids))

    async def page(
        self, systems: ConnectedSystems, request: PageRequest, *, nowhere: bool = False
    ) -> Page[Any]:
        where = filters.CustomerFilter(regions=self.regions(nowhere))
        return await systems.crm.list_customers(where, request)

    async def target(self, systems: ConnectedSystems) -> Any:
        return (await systems.crm.customers(["CUS-000002"]))["CUS-000002"]

    async def write(
        self, systems: ConnectedSystems, variant: int, key: str, version: str | None
    ) -> Any:
        status = (CreditStatus.WATCH, CreditStatus.ON_HOLD)[variant]
        return await systems.crm.set_credit_status(
            "CUS-000002", status, key=key, expected_version=version
        )


class ClmProbe(Probe):
    system = System.CLM
    order = OrderBy("total_value")
    write_path = "/actions/review"

    async def read(self, systems: ConnectedSystems, ids: list[str]) -> dict[str, Any]:
        return dict(await systems.clm.contracts(ids))

    async def page(
        self, systems: ConnectedSystems, request: PageRequest, *, nowhere: bool = False
    ) -> Page[Any]:
        where = filters.ContractFilter(regions=self.regions(nowhere))
        return await systems.clm.list_contracts(where, request)

    async def target(self, systems: ConnectedSystems) -> Any:
        where = filters.AmendmentFilter(contract_ids=("CTR-000053",))
        found = await systems.clm.list_amendments(where, PageRequest())
        reviewed = (AmendmentState.DRAFT, AmendmentState.IN_REVIEW)
        return next(amendment for amendment in found.items if amendment.state in reviewed)

    async def write(
        self, systems: ConnectedSystems, variant: int, key: str, version: str | None
    ) -> Any:
        target = await self.target(systems)
        state = (AmendmentState.IN_REVIEW, AmendmentState.DRAFT)[variant]
        return await systems.clm.set_amendment_state(
            target.id, state, actor="user-tester", key=key, expected_version=version
        )


class ErpProbe(Probe):
    system = System.ERP
    order = OrderBy("actual_cost", descending=True)
    write_path = "/data/CustomerAccounts"

    async def read(self, systems: ConnectedSystems, ids: list[str]) -> dict[str, Any]:
        return dict(await systems.erp.projects(ids))

    async def page(
        self, systems: ConnectedSystems, request: PageRequest, *, nowhere: bool = False
    ) -> Page[Any]:
        where = filters.ProjectFilter(regions=self.regions(nowhere))
        return await systems.erp.list_projects(where, request)

    async def target(self, systems: ConnectedSystems) -> Any:
        project = (await systems.erp.projects(["PRJ-000053"]))["PRJ-000053"]
        contract = (await systems.clm.contracts([project.contract_id]))[project.contract_id]
        accounts = await systems.erp.accounts_by_customer([contract.customer_id])
        return accounts[contract.customer_id][0]

    async def write(
        self, systems: ConnectedSystems, variant: int, key: str, version: str | None
    ) -> Any:
        account = await self.target(systems)
        draft = drafts.CustomerAccountDraft(
            customer_id=account.customer_id,
            legal_entity=account.legal_entity,
            name=account.name,
            currency=account.currency,
            payment_terms_days=(11, 22)[variant],
            tax_profile_id=account.tax_profile_id,
        )
        return await systems.erp.put_customer_account(
            draft, key=key, expected_version=version or account.source.version
        )


class PsaProbe(Probe):
    system = System.PSA
    order = OrderBy("name")
    write_path = "/capacity_plans"

    async def read(self, systems: ConnectedSystems, ids: list[str]) -> dict[str, Any]:
        return dict(await systems.psa.resources(ids))

    async def page(
        self, systems: ConnectedSystems, request: PageRequest, *, nowhere: bool = False
    ) -> Page[Any]:
        where = filters.ResourceFilter(regions=self.regions(nowhere))
        return await systems.psa.list_resources(where, request)

    async def target(self, systems: ConnectedSystems) -> Any:
        return (await systems.psa.capacity_plans_by_contract(["CTR-000053"]))["CTR-000053"]

    async def write(
        self, systems: ConnectedSystems, variant: int, key: str, version: str | None
    ) -> Any:
        plan = await self.target(systems)
        hours = (Decimal("11.25"), Decimal("22.50"))[variant]
        draft = drafts.CapacityPlanDraft(
            contract_id=plan.contract_id,
            delivery_project_id=plan.delivery_project_id,
            contract_version=plan.contract_version,
            lines=tuple(replace(line, hours=hours) for line in plan.lines),
        )
        return await systems.psa.put_capacity_plan(
            draft, key=key, expected_version=version or plan.source.version
        )


PROBES = (CrmProbe(), ClmProbe(), ErpProbe(), PsaProbe())
