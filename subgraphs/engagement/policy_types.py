"""Decisions and approvals in the graph."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from subgraphs.engagement.runs.run import ApprovalRecord, DecisionRecord
from subgraphs.serving.enums import describe


class Verdict(Enum):
    ALLOW = "ALLOW"
    DENY = "DENY"
    NEEDS_APPROVAL = "NEEDS_APPROVAL"


describe(
    Verdict,
    "What a policy decided.",
    {
        "ALLOW": "It may be done.",
        "DENY": "It may not be done.",
        "NEEDS_APPROVAL": "It may be done once somebody has approved it.",
    },
)


@strawberry.type(description="A value that a rule compared.")
class PolicyFact:
    name: str = strawberry.field(description="The name of the fact.")
    value: str = strawberry.field(description="Its value at that moment, as text.")


@strawberry.type(description="Why one rule answered as it did.")
class PolicyReason:
    rule: str = strawberry.field(description="The rule's name.")
    code: str = strawberry.field(description="A stable code of the outcome.")
    message: str = strawberry.field(description="The outcome in a sentence.")
    facts: list[PolicyFact] = strawberry.field(description="What the rule compared.")


@strawberry.type(description="A policy decision as it was taken and recorded.")
class PolicyDecision:
    action: str = strawberry.field(description="What was asked about: `domain:thing:action`.")
    verdict: Verdict = strawberry.field(description="What was decided.")
    approvers: list[str] = strawberry.field(description="The roles of which each must approve.")
    reasons: list[PolicyReason] = strawberry.field(description="Each rule that had a say, and why.")
    decided_at: datetime = strawberry.field(description="When it was decided.")

    @classmethod
    def of(cls, record: DecisionRecord) -> PolicyDecision:
        """The decision that a run keeps."""
        return cls.from_content(json.loads(record.content), record.at)

    @classmethod
    def from_content(cls, content: Mapping[str, Any], at: datetime) -> PolicyDecision:
        """The decision from its JSON-ready form."""
        return cls(
            action=content["action"],
            verdict=Verdict(content["verdict"]),
            approvers=list(content["by"]),
            reasons=[
                PolicyReason(
                    rule=reason["rule"],
                    code=reason["code"],
                    message=reason["message"],
                    facts=[PolicyFact(name=n, value=v) for n, v in reason["facts"].items()],
                )
                for reason in content["reasons"]
            ],
            decided_at=at,
        )


@strawberry.type(description="What somebody who was asked to approve a run said.")
class RunApproval:
    approver: str = strawberry.field(description="Who answered: the subject of their token.")
    role: str = strawberry.field(description="The role in which they answered.")
    approved: bool = strawberry.field(description="Whether they said yes.")
    comment: str = strawberry.field(description="What they said with it; empty for nothing.")
    at: datetime = strawberry.field(description="When they answered.")

    @classmethod
    def of(cls, record: ApprovalRecord) -> RunApproval:
        """The approval that a run keeps."""
        return cls(
            approver=record.subject,
            role=record.role,
            approved=record.approved,
            comment=record.comment,
            at=record.at,
        )
