"""A policy decision is a value that carries its reasons.

    Decision = Allow | Deny | NeedsApproval        what a rule book answers
    Outcome  = Decision | NoObjection              what one rule answers

A rule that *grants* answers `Allow`; a rule that only *limits* answers `NoObjection` while the
limit holds. Keeping the two apart is what makes deny the default: however many limits hold,
nothing is allowed until some rule grants it.

Rules are plain Python functions rather than policies of an external language. Half of them
compare decimals in several currencies, and the answer has three values, the third of which names
the roles still missing. A boolean policy language would need both encoded around it (money as
scaled integers, one policy per approver) and, where a forbidding policy that fails to evaluate is
skipped, it can turn an error into a permission. Here an unknown fact is a denial by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

_NO_FACTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one rule answered as it did.

    `rule` names the rule (kebab case, one file each in `auth/policies`), `code` is stable and
    meant for machines, `message` for people, `facts` are the values that were compared, as text.
    """

    rule: str
    code: str
    message: str
    facts: Mapping[str, str] = field(default_factory=lambda: _NO_FACTS)

    def as_json(self) -> dict[str, Any]:
        """The reason in the form in which runs and the audit trail keep it."""
        return {
            "rule": self.rule,
            "code": self.code,
            "message": self.message,
            "facts": dict(sorted(self.facts.items())),
        }


@dataclass(frozen=True, slots=True)
class Allow:
    """Granted. The reasons name every rule that granted or had no objection."""

    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Deny:
    """Refused. The reasons name the rules that refused, and only those."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """Granted once somebody of *each* role in `by` has approved."""

    by: frozenset[str]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NoObjection:
    """A limiting rule's answer while its limit holds; grants nothing."""

    reasons: tuple[Reason, ...] = ()


Decision: TypeAlias = Allow | Deny | NeedsApproval
Outcome: TypeAlias = Decision | NoObjection

DEFAULT_DENY = Deny(
    (Reason("default-deny", "NOT_GRANTED", "No rule grants this action to this caller."),)
)


def combine(outcomes: Iterable[Outcome]) -> Decision:
    """Return the one decision that follows from the outcomes of all rules.

    A denial outweighs everything and lists every refusing rule. Otherwise something must have
    granted the action, else it is denied by default. Missing approvals add up: each rule's
    approvers are all needed.
    """
    collected = tuple(outcomes)
    denials = tuple(r for o in collected if isinstance(o, Deny) for r in o.reasons)
    if denials:
        return Deny(denials)
    if not any(isinstance(outcome, Allow) for outcome in collected):
        return DEFAULT_DENY
    approvers = frozenset(role for o in collected if isinstance(o, NeedsApproval) for role in o.by)
    reasons = tuple(reason for outcome in collected for reason in outcome.reasons)
    if approvers:
        return NeedsApproval(approvers, reasons)
    return Allow(reasons)


def verdict(decision: Decision) -> str:
    """The decision's name in records and in the graph: ALLOW, DENY or NEEDS_APPROVAL."""
    if isinstance(decision, Allow):
        return "ALLOW"
    return "DENY" if isinstance(decision, Deny) else "NEEDS_APPROVAL"


def as_json(decision: Decision) -> dict[str, Any]:
    """The decision as JSON-ready data: `{verdict, by, reasons}`, in a stable order."""
    by = sorted(decision.by) if isinstance(decision, NeedsApproval) else []
    return {
        "verdict": verdict(decision),
        "by": by,
        "reasons": [reason.as_json() for reason in decision.reasons],
    }
