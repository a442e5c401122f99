"""Inputs of the mutations, previews, and how a refused command reads to a client.

Mutations answer with the run itself. A refusal is a GraphQL error at the mutation's path with a
stable `extensions.code` and typed facts beside it: a client that knows nothing of governance
still selects only the run, and every refusal is told in the same way as every other failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import strawberry

from subgraphs.engagement.commands import refusals
from subgraphs.engagement.commands.preview import Preview
from subgraphs.engagement.policy_types import PolicyDecision
from subgraphs.engagement.references import Contract
from subgraphs.engagement.run_types import ObjectChange
from subgraphs.serving.errors import BadInputError, ServingError

MAX_KEY_LENGTH = 128
MAX_TEXT_LENGTH = 2_000


class CommandCode(StrEnum):
    """`extensions.code` of refused commands."""

    NOT_FOUND = "NOT_FOUND"
    POLICY_DENIED = "POLICY_DENIED"
    STALE_VERSION = "STALE_VERSION"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    RUN_UNDER_WAY = "RUN_UNDER_WAY"


@strawberry.input
class ProvisionEngagementInput:
    contract_id: strawberry.ID
    contract_version: int
    idempotency_key: str


@strawberry.input
class PreviewProvisioningInput:
    contract_id: strawberry.ID
    contract_version: int | None = None


@strawberry.input
class ApplyAmendmentInput:
    amendment_id: strawberry.ID
    base_version: int
    idempotency_key: str


@strawberry.input
class PreviewAmendmentInput:
    amendment_id: strawberry.ID
    base_version: int | None = None


@strawberry.input
class ApproveRunInput:
    run_id: strawberry.ID
    comment: str = ""


@strawberry.input
class RunReasonInput:
    run_id: strawberry.ID
    reason: str


@strawberry.input
class ReplayRunInput:
    run_id: strawberry.ID


@strawberry.type(description="Something to be mended in a system of record first.")
class Obstacle:
    code: str = strawberry.field(description="A stable code.")
    message: str = strawberry.field(description="What is wrong, in a sentence.")


@strawberry.type(description="What a run would do if it were asked for now. Nothing is written.")
class RunPreview:
    contract: Contract = strawberry.field(
        description="The contract that would be provisioned or amended."
    )
    contract_version: int = strawberry.field(
        description="The contract's version that the preview was made from."
    )
    changes: list[ObjectChange] = strawberry.field(description="In the order of the steps.")
    decision: PolicyDecision = strawberry.field(description="What the caller would be told.")
    obstacles: list[Obstacle] = strawberry.field(
        description="What would stop the run before it writes anything."
    )

    @classmethod
    def of(cls, preview: Preview, changes: list[ObjectChange]) -> RunPreview:
        """The graph's preview."""
        judgement = preview.judgement
        return cls(
            contract=Contract(id=strawberry.ID(preview.contract.id)),
            contract_version=preview.contract.version,
            changes=changes,
            decision=PolicyDecision.from_content(judgement.content, judgement.at),
            obstacles=[Obstacle(code=f.code, message=f.message) for f in preview.findings],
        )


class CommandError(ServingError):
    """A refused command as a coded error; its extensions are the refusal's facts."""

    def __init__(self, refusal: refusals.CommandRefused) -> None:
        super().__init__(refusal.message, **_facts(refusal))
        self.code = refusal.code


@contextmanager
def refusals_as_errors() -> Iterator[None]:
    """Let refusals leave the block as coded errors."""
    try:
        yield
    except refusals.CommandRefused as refusal:
        raise CommandError(refusal) from refusal


def checked_key(key: str) -> str:
    """An idempotency key: 1–128 printable ASCII characters. Raises `BadInputError`."""
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        text = f"'idempotencyKey' is 1 to {MAX_KEY_LENGTH} printable ASCII characters."
        raise BadInputError(text, argument="idempotencyKey")
    return key


def checked_text(text: str, name: str, *, required: bool) -> str:
    """What somebody says, for the record. Raises `BadInputError`."""
    if len(text) > MAX_TEXT_LENGTH or (required and not text.strip()):
        raise BadInputError(f"'{name}' is a text of at most {MAX_TEXT_LENGTH}.", argument=name)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadInputError(f"'{name}' is not valid Unicode.", argument=name)
    return text


def _facts(refusal: refusals.CommandRefused) -> dict[str, Any]:
    match refusal:
        case refusals.PolicyDenied():
            return {"decision": dict(refusal.decision)}
        case refusals.StaleVersion():
            return {"askedVersion": refusal.asked, "currentVersion": refusal.current}
        case refusals.NotApplicable():
            return {"state": refusal.state}
        case refusals.RunUnderWay():
            return {"runId": refusal.run_id}
    return {}
