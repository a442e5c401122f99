"""Why a command was not carried out. None of these leaves anything changed.

CommandRefused
├── NotFound           no such contract, amendment or run
├── PolicyDenied       the decision, with the rules that refused
├── StaleVersion       the current version
├── NotApplicable      the state of the contract, amendment or run does not allow it
├── KeyReused          the idempotency key stands for another request
└── RunUnderWay        the run that has to end first
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class CommandRefused(Exception):  # noqa: N818  (a refusal is an answer)
    """Root of the tree; `code` is stable, `message` may be shown to the caller."""

    code = "REFUSED"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(CommandRefused):
    """There is no such thing."""

    code = "NOT_FOUND"


class PolicyDenied(CommandRefused):
    """`decision` is the decision as JSON-ready data (see `auth.decision.as_json`)."""

    code = "POLICY_DENIED"

    def __init__(self, decision: Mapping[str, Any]) -> None:
        super().__init__(" ".join(reason["message"] for reason in decision["reasons"]))
        self.decision = decision


class StaleVersion(CommandRefused):
    """The contract is at `current`, not at the version that the caller named."""

    code = "STALE_VERSION"

    def __init__(self, asked: int, current: int) -> None:
        super().__init__(f"The contract is at version {current}, not {asked}.")
        self.asked = asked
        self.current = current


class NotApplicable(CommandRefused):
    """Not in this state. `state` is the one that stands in the way."""

    code = "NOT_APPLICABLE"

    def __init__(self, message: str, state: str) -> None:
        super().__init__(message)
        self.state = state


class KeyReused(CommandRefused):
    """The idempotency key was used for a request with another input."""

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self) -> None:
        super().__init__("The idempotency key stands for another request.")


class RunUnderWay(CommandRefused):
    """Another run changes the same contract; `run_id` where it is known."""

    code = "RUN_UNDER_WAY"

    def __init__(self, run_id: str | None) -> None:
        super().__init__(f"Run {run_id} of this contract has to end first.")
        self.run_id = run_id
