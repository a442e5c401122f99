"""The business event that tells everybody else, laid into the outbox (CloudEvents 1.0)."""

from __future__ import annotations

from subgraphs.engagement.model.landscape import Landscape
from subgraphs.engagement.model.plan import Operation, PlanCase, Write
from subgraphs.engagement.steps.step import Receipt, Work

SOURCE = "urn:c2c:engagement"


class Announce:
    """Publishing is the relay's; here the event becomes durable together with the run."""

    system = None
    draft_type = None

    def __init__(self, event_type: str) -> None:
        self.name = "announce"
        self._event_type = event_type

    def plan(self, case: PlanCase) -> tuple[Write, ...]:
        """See `Step.plan`."""
        contract = case.after.contract.id
        return (Write(self.name, "Event", contract, Operation.CREATE, None, None, None, ()),)

    def rebase(self, write: Write, landscape: Landscape) -> Write | None:
        """See `Step.rebase`: never."""
        return None

    async def do(self, work: Work, write: Write, key: str) -> Receipt:
        """See `Step.do`."""
        self._add(work, write, key, self._event_type)
        return Receipt(key, "", {})

    async def undo(self, work: Work, write: Write, receipt: Receipt, key: str) -> None:
        """See `Step.undo`. What was announced cannot be unsaid: the contrary is announced."""
        self._add(work, write, key, f"{self._event_type}.cancelled")

    def _add(self, work: Work, write: Write, key: str, event_type: str) -> None:
        work.announce(
            key,
            {
                "specversion": "1.0",
                "id": key,
                "source": SOURCE,
                "type": event_type,
                "subject": write.external_key,
                "time": work.now().isoformat(),
                "datacontenttype": "application/json",
                "data": {"contractId": write.external_key, "runId": work.run_id},
            },
        )


ANNOUNCE_PROVISIONED = Announce("engagement.provisioned")
ANNOUNCE_AMENDED = Announce("engagement.amended")
