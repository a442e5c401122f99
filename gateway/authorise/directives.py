"""The authoriser of supergraphs whose schema protects something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cachetools import LRUCache
from graphql import GraphQLSchema

from auth.caller import Caller
from gateway.authorise.grants import Grants, PolicyEngine
from gateway.authorise.port import Allowed
from gateway.authorise.prune import Denial, demands_of, prune
from gateway.authorise.requirements import Requirement, Requirements
from gateway.document.operation import Operation, bytes_of, rewritten
from gateway.errors import ClientError, Code

CACHED_OPERATIONS = 10_000
CACHED_BYTES = 8 * 1024 * 1024


class DenialMode(StrEnum):
    """What happens to an operation with a denied field."""

    FILTER = "filter"
    REJECT = "reject"
    DRY_RUN = "dry_run"


@dataclass(frozen=True, slots=True)
class _Pruned:
    """A pruned operation and what was denied, shared by all callers who lack the same."""

    operation: Operation
    denials: tuple[Denial, ...]


class DirectiveAuthoriser:
    """Enforces `@authenticated`, `@requiresScopes` and `@policy` from the caller's claims.

    A denial's code is `UNAUTHENTICATED` where nobody is signed in and somebody has to be, and
    `UNAUTHORIZED_FIELD_OR_TYPE` otherwise.

    An operation is walked once for each set of unmet requirements, not once for each caller: which
    requirements it touches is known from its text, and which of them a caller meets is a handful of
    set comparisons.
    """

    def __init__(
        self,
        requirements: Requirements,
        schema: GraphQLSchema,
        policies: PolicyEngine,
        mode: DenialMode,
        cached_bytes: int = CACHED_BYTES,
    ) -> None:
        self._requirements = requirements
        self._schema = schema
        self._policies = policies
        self._mode = mode
        self._policy_names = requirements.policies()
        self._demands: LRUCache[str, frozenset[Requirement]] = LRUCache(CACHED_OPERATIONS)
        self._pruned: LRUCache[tuple[str, frozenset[Requirement]], _Pruned] = LRUCache(
            cached_bytes, getsizeof=_bytes
        )

    def allow(self, operation: Operation, caller: Caller) -> Allowed:
        """Cut an operation down to what the caller may see.

        Raises:
            ClientError: in the mode that refuses whole operations, with the code of the denials.
        """
        demands = self._demands.get(operation.hash)
        if demands is None:
            demands = demands_of(operation.document, self._schema, self._requirements)
            self._demands[operation.hash] = demands
        if not demands:
            return Allowed(operation)
        grants = self._grants(caller)
        unmet = frozenset(demand for demand in demands if not grants.meets(demand))
        if not unmet:
            return Allowed(operation)
        pruned = self._prune(operation, unmet)
        # What is missing depends on what else the caller holds, so errors are not shared.
        errors = tuple(_error(denial, grants) for denial in pruned.denials)
        if self._mode is DenialMode.DRY_RUN:
            return Allowed(operation, reported=errors)
        if self._mode is DenialMode.REJECT:
            raise ClientError(
                "The operation asks for what the caller may not see; nothing of it was run.",
                _code(*(error["extensions"] for error in errors)),
                status=403 if caller.authenticated else 401,
                extensions={"unauthorized": [error["extensions"] for error in errors]},
            )
        return Allowed(pruned.operation, errors)

    def _grants(self, caller: Caller) -> Grants:
        granted = (
            self._policies.granted(self._policy_names, caller)
            if self._policy_names
            else frozenset[str]()
        )
        return Grants(caller.authenticated, caller.scopes, granted)

    def _prune(self, operation: Operation, unmet: frozenset[Requirement]) -> _Pruned:
        key = (operation.hash, unmet)
        held = self._pruned.get(key)
        if held is None:
            document, denials = prune(operation.document, self._schema, self._requirements, unmet)
            held = _Pruned(rewritten(operation, document), denials)
            if _bytes(held) <= self._pruned.maxsize:
                self._pruned[key] = held
        return held


def _bytes(pruned: _Pruned) -> int:
    return bytes_of(pruned.operation.text) + 500 * len(pruned.denials)


def _code(*missing: Mapping[str, Any]) -> Code:
    """To sign in is the first thing to do; only who has may lack a scope or a policy."""
    anonymous = any(item.get("authenticated") for item in missing)
    return Code.UNAUTHENTICATED if anonymous else Code.UNAUTHORIZED_FIELD_OR_TYPE


def _error(denial: Denial, grants: Grants) -> dict[str, Any]:
    missing: dict[str, Any] = {}
    for requirement in denial.unmet:
        for key, value in grants.missing(requirement).items():
            missing[key] = value if key not in missing or value is True else missing[key] + value
    return {
        "message": f"Not authorized to see {denial.coordinate}: {_explain(missing)}.",
        "path": list(denial.path),
        "extensions": {
            "code": str(_code(missing)),
            "coordinate": denial.coordinate,
            **missing,
        },
    }


def _explain(missing: dict[str, Any]) -> str:
    reasons = []
    if missing.get("authenticated"):
        reasons.append("it needs an authenticated caller, and the request proves none")
    for key, noun in (("missingScopes", "scope"), ("missingPolicies", "policy")):
        if lists := missing.get(key):
            options = " or ".join(" and ".join(names) for names in lists)
            reasons.append(f"the caller lacks the {noun} {options}")
    return "; ".join(reasons) or "a requirement is not met"
