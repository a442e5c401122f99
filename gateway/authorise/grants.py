"""What a caller holds, and whether it meets a requirement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from auth.caller import Caller
from gateway.authorise.requirements import Alternatives, Requirement


class PolicyEngine(Protocol):
    """Decides the schema's `@policy` names for a caller. Pure: equal callers, equal answers."""

    def granted(self, policies: frozenset[str], caller: Caller) -> frozenset[str]:
        """Those of `policies` that hold for the caller."""


@dataclass(frozen=True, slots=True)
class RolePolicies:
    """Policies that hold for whoever has one of certain roles. An unknown policy never holds."""

    roles: Mapping[str, frozenset[str]]

    def granted(self, policies: frozenset[str], caller: Caller) -> frozenset[str]:
        """Those of `policies` for which the caller has a role."""
        return frozenset(
            policy for policy in policies if self.roles.get(policy, frozenset()) & caller.roles
        )


@dataclass(frozen=True, slots=True)
class Grants:
    """What counts of a caller."""

    authenticated: bool
    scopes: frozenset[str]
    policies: frozenset[str]

    def meets(self, requirement: Requirement) -> bool:
        """Whether every part of a requirement is met."""
        return (
            (self.authenticated or not requirement.authenticated)
            and _holds(self.scopes, requirement.scopes)
            and _holds(self.policies, requirement.policies)
        )

    def missing(self, requirement: Requirement) -> dict[str, Any]:
        """What the caller would need in addition, as an error's extensions say it."""
        lacking: dict[str, Any] = {}
        if requirement.authenticated and not self.authenticated:
            lacking["authenticated"] = True
        if not _holds(self.scopes, requirement.scopes):
            lacking["missingScopes"] = _lacking(self.scopes, requirement.scopes)
        if not _holds(self.policies, requirement.policies):
            lacking["missingPolicies"] = _lacking(self.policies, requirement.policies)
        return lacking


def _holds(held: frozenset[str], alternatives: Alternatives) -> bool:
    return not alternatives or any(alternative <= held for alternative in alternatives)


def _lacking(held: frozenset[str], alternatives: Alternatives) -> list[list[str]]:
    """For each alternative what is missing; one of the lists is enough."""
    return sorted((sorted(alternative - held) for alternative in alternatives), key=len)
