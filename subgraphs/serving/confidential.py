"""Costs and margins: readable where the cost-visibility policy allows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from auth.decision import Allow
from subgraphs.serving.context import RequestContext
from subgraphs.serving.errors import ForbiddenError
from subgraphs.serving.scope import Located

_TEXT = "Costs and margins are for finance and the engagement's own lead."

FindLead = Callable[[], Awaitable[str | None]]


async def require_cost_visibility(
    context: RequestContext, record: Located | None, find_lead: FindLead | None = None
) -> None:
    """Raise `ForbiddenError`, with the policy's reasons, unless the caller may read costs.

    `record` says where the costs arise (None: out of the caller's scope). `find_lead` reads the
    subject of the engagement's lead, and is asked only if it may change the decision.
    """
    if record is None:
        raise ForbiddenError(_TEXT)
    decision = context.scope.cost_decision(record, None)
    if not isinstance(decision, Allow) and find_lead is not None:
        decision = context.scope.cost_decision(record, await find_lead())
    if not isinstance(decision, Allow):
        raise ForbiddenError(_TEXT, reasons=[reason.code for reason in decision.reasons])
