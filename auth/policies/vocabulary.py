"""The words that policies are written in: actions (`domain:thing:action`) and business roles.

An action's value doubles as the OAuth scope that lets a service account or an agent ask for it.
"""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """Everything that a policy is asked about."""

    READ_ENGAGEMENT = "engagement:engagement:read"
    READ_COST = "engagement:cost:read"
    PREVIEW_PROVISIONING = "engagement:engagement:preview"
    PROVISION = "engagement:engagement:provision"
    PREVIEW_AMENDMENT = "engagement:amendment:preview"
    APPLY_AMENDMENT = "engagement:amendment:apply"
    APPROVE_RUN = "engagement:run:approve"
    REJECT_RUN = "engagement:run:reject"
    READ_RUN = "engagement:run:read"
    REPLAY_RUN = "engagement:run:replay"
    CANCEL_RUN = "engagement:run:cancel"
    RESOLVE_EXCEPTION = "engagement:run:resolve"
    ISSUE_INVOICE = "billing:invoice:issue"
    RECORD_TIME = "staffing:time:record"

    @property
    def is_harmless(self) -> bool:
        """Whether the action only looks: it changes nothing in any system of record."""
        return self in _HARMLESS


_HARMLESS = frozenset(
    {
        Action.READ_ENGAGEMENT,
        Action.READ_COST,
        Action.READ_RUN,
        Action.PREVIEW_PROVISIONING,
        Action.PREVIEW_AMENDMENT,
    }
)


class Role(StrEnum):
    """Business roles, as the identity provider issues them."""

    DELIVERY_LEAD = "delivery_lead"
    FINANCE_APPROVER = "finance_approver"
    EXECUTIVE = "executive"
    PROCUREMENT = "procurement"
    INTEGRATION_OPERATIONS = "integration_operations"
    SALES = "sales"
    CONSULTANT = "consultant"
