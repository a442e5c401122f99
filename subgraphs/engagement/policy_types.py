"""Decisions and approvals in the graph."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from subgraphs.engagement.runs.run import ApprovalRecord, DecisionRecord


@strawberry.enum(description="What a policy decided.")
class Verdict(Enum):
    ALLOW = "ALLOW"
    DENY = "DENY"
    NEEDS_APPROVAL = "NEEDS_APPROVAL"


@strawberry.type(description="A value that a rule compared.")
class PolicyFact:
    name: str
    value: str


@strawberry.type(description="Why one rule answered as it did.")
class PolicyReason:
    rule: str
    code: str
    message: str
    facts: list[PolicyFact]


@strawberry.type(description="A policy decision as it was taken and recorded.")
class PolicyDecision:
    action: str = strawberry.field(description="What was asked about: `domain:thing:action`.")
    verdict: Verdict
    approvers: list[str] = strawberry.field(description="The roles of which each must approve.")
    reasons: list[PolicyReason]
    decided_at: datetime

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
    approver: str
    role: str
    approved: bool
    comment: str
    at: datetime

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
