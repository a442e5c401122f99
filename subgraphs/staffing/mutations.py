"""What the processes write in the PSA's timesheets through the graph."""

from __future__ import annotations

import strawberry

from subgraphs.serving.context import Info
from subgraphs.serving.errors import BadInputError
from subgraphs.serving.processes import Step, execute
from subgraphs.staffing.access import delivery_project
from subgraphs.staffing.work import TimesheetEntry
from subgraphs.systems_of_record.records import psa

MAX_ENTRIES = 500


@strawberry.federation.input(inaccessible=True)
class MarkTimeInvoicedInput:
    contract_id: strawberry.ID
    entry_ids: list[strawberry.ID]
    invoice_id: strawberry.ID
    idempotency_key: str


@strawberry.type
class Mutation:
    @strawberry.federation.mutation(
        inaccessible=True,
        description="Approved time of one contract is on an invoice: all of the entries, or none.",
    )
    async def mark_time_invoiced(
        self, info: Info, input: MarkTimeInvoicedInput
    ) -> list[TimesheetEntry]:
        context, contract_id = info.context, str(input.contract_id)
        ids, invoice_id = sorted({str(each) for each in input.entry_ids}), str(input.invoice_id)
        if not 1 <= len(ids) <= MAX_ENTRIES:
            raise BadInputError(f"'entryIds' names 1 to {MAX_ENTRIES} entries.")

        async def mark() -> tuple[psa.TimesheetEntry, ...]:
            found = await context.systems.psa.timesheet_entries(ids)
            if any(each not in found or found[each].contract_id != contract_id for each in ids):
                raise BadInputError("Not every entry is of this contract.")
            return await context.systems.psa.mark_time_invoiced(
                ids, invoice_id=invoice_id, key=input.idempotency_key
            )

        inputs = {"entryIds": " ".join(ids), "invoiceId": invoice_id}
        step = Step("markTimeInvoiced", contract_id, input.idempotency_key, inputs)
        written = await execute(context, step, lambda: delivery_project(context, contract_id), mark)
        return [TimesheetEntry.of(each) for each in written]
