"""The change feed of a sandbox system, as rows for its answers."""

from __future__ import annotations

from starlette.types import Scope

from subgraphs.systems_of_record.sandbox.lexing import QuerySyntaxError
from subgraphs.systems_of_record.sandbox.store import Store

MAX_EVENTS = 500
DISORDERED = "sandbox.disordered"  # the ASGI scope's key that says so


def read_feed(
    store: Store, after: str | None, limit: str | None, scope: Scope
) -> list[dict[str, str | None]]:
    """The events behind a sequence number. Raises QuerySyntaxError on what is no number.

    With the fault switched on (see `Shell`), some come twice and the later come first.
    """
    events = store.events(_number(after, 0), min(_number(limit, 200), MAX_EVENTS))
    if scope.get(DISORDERED):
        events = [*reversed(events), *events[:2]]
    return [
        {
            "id": f"{event.sequence}",
            "type": event.type,
            "subject": event.subject,
            "contract": event.contract_id,
            "version": event.version,
            "time": event.occurred_at,
        }
        for event in events
    ]


def _number(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isdecimal() or len(text) > 15:
        raise QuerySyntaxError(f"{text!r} is no whole number")
    return int(text)
