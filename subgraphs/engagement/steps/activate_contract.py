"""The contract becomes ACTIVE in the CLM: it is provisioned, by this run."""

from __future__ import annotations

from subgraphs.engagement.model.changes import FieldChange
from subgraphs.engagement.model.landscape import Landscape
from subgraphs.engagement.model.plan import Operation, PendingId, PlanCase, Write, project_id
from subgraphs.engagement.steps.step import Receipt, Work
from subgraphs.systems_of_record.records.clm import ContractState
from subgraphs.systems_of_record.records.common import System


class ActivateContract:
    """Last of all, so that ACTIVE means that everything is in place. The CLM checks the version."""

    name = "activate-contract"
    system = System.CLM
    draft_type = None

    def plan(self, case: PlanCase) -> tuple[Write, ...]:
        """See `Step.plan`."""
        contract = case.after.contract
        changes = (
            FieldChange("state", contract.state.value, ContractState.ACTIVE.value),
            FieldChange("project_id", contract.project_id, project_id(case)),
        )
        version = str(contract.version)
        write = Write(
            self.name, "Contract", contract.id, Operation.UPDATE, None, None, version, changes
        )
        return (write,)

    def rebase(self, write: Write, landscape: Landscape) -> Write | None:
        """See `Step.rebase`: never."""
        return None

    async def do(self, work: Work, write: Write, key: str) -> Receipt:
        """See `Step.do`."""
        contract = await work.systems.clm.mark_provisioned(
            write.external_key,
            contract_version=int(write.version or 0),
            run_id=work.run_id,
            project_id=work.ids[PendingId.PROJECT.value],
            key=key,
        )
        return Receipt(contract.id, contract.source.version, {})

    async def undo(self, work: Work, write: Write, receipt: Receipt, key: str) -> None:
        """See `Step.undo`."""
        await work.systems.clm.unmark_provisioned(write.external_key, run_id=work.run_id, key=key)


ACTIVATE_CONTRACT = ActivateContract()
