"""A development issuer: keys, a key set and tokens for the demonstration, never for production.

It lives in a folder: `signing.pem` (private, readable by its owner alone) and `jwks.json`, which
the gateway reads like any identity provider's key set. There is deliberately no server that hands
out tokens: whoever can read the folder can mint.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from auth import keys
from auth.caller import Caller, CallerKind
from auth.claims import EVERYTHING
from auth.policies.vocabulary import Action, Role

ISSUER = "https://issuer.c2c.localhost"
AUDIENCE = "contract-to-cash"
TOKEN_LIFETIME_SECONDS = 7 * 24 * 3_600.0


@dataclass(frozen=True, slots=True)
class DevelopmentIssuer:
    """Mints access tokens that the key set in `jwks_file` verifies."""

    key: keys.PrivateKey
    jwks_file: Path
    issuer: str = ISSUER
    audience: str = AUDIENCE
    clock: Callable[[], float] = time.time

    @classmethod
    def open(cls, folder: Path) -> DevelopmentIssuer:
        """Use the folder's key, or make one there; the key set is (re)written from it."""
        key = keys.load_or_create(folder / "signing.pem")
        jwks_file = folder / "jwks.json"
        document = json.dumps({"keys": [key.public.jwk()]}, indent=2) + "\n"
        # Replaced in one step, because a running gateway may be reading it.
        draft = jwks_file.with_suffix(".json.new")
        draft.write_text(document)
        draft.replace(jwks_file)
        return cls(key=key, jwks_file=jwks_file)

    def mint(self, caller: Caller, lifetime: float = TOKEN_LIFETIME_SECONDS) -> str:
        """An access token (RFC 9068) of the caller, valid from now for `lifetime` seconds."""
        now = int(self.clock())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": caller.subject,
            "iat": now,
            "exp": now + int(lifetime),
            "name": caller.name,
            "kind": str(caller.kind),
            "client_id": caller.client or "demo",
            "roles": sorted(caller.roles),
            "scope": " ".join(sorted(caller.scopes)),
            "regions": [EVERYTHING] if caller.all_regions else sorted(caller.regions),
            "legal_entities": (
                [EVERYTHING] if caller.all_legal_entities else sorted(caller.legal_entities)
            ),
        }
        headers = {"kid": self.key.public.kid, "typ": "at+jwt"}
        return jwt.encode(claims, self.key.key, algorithm="EdDSA", headers=headers)


_READ = frozenset(
    {
        Action.READ_ENGAGEMENT,
        Action.READ_RUN,
        Action.PREVIEW_PROVISIONING,
        Action.PREVIEW_AMENDMENT,
    }
)
_DECIDE = frozenset({Action.APPROVE_RUN, Action.REJECT_RUN})
_DELIVER = _READ | _DECIDE | {Action.PROVISION, Action.APPLY_AMENDMENT, Action.CANCEL_RUN}
_APPROVE = _READ | _DECIDE | {Action.READ_COST, Action.ISSUE_INVOICE}
_OPERATE = _READ | {Action.REPLAY_RUN, Action.CANCEL_RUN, Action.RESOLVE_EXCEPTION}


def _scopes(actions: frozenset[Action]) -> frozenset[str]:
    return frozenset(action.value for action in actions)


def demonstration_callers(
    region: str, legal_entity: str, lead: Caller | None = None
) -> dict[str, Caller]:
    """The callers that the demonstration prints tokens of, by a short name.

    The lead, the approver and the portal are bound to one region and legal entity. The portal may
    also provision, being no person: its runs wait until a delivery lead approves them.
    `lead` replaces the delivery lead's identity, so that it matches a person in the seeded data.
    """
    regions, entities = frozenset({region}), frozenset({legal_entity})
    return {
        "delivery-lead": Caller(
            subject=lead.subject if lead else "user-delivery-lead",
            name=lead.name if lead and lead.name else "Delivery lead",
            roles=frozenset({Role.DELIVERY_LEAD.value}),
            scopes=_scopes(_DELIVER),
            regions=regions,
            legal_entities=entities,
            client="delivery-portal",
        ),
        "finance-approver": Caller(
            subject="user-finance-approver",
            name="Finance approver",
            roles=frozenset({Role.FINANCE_APPROVER.value}),
            scopes=_scopes(_APPROVE),
            regions=regions,
            legal_entities=entities,
            client="approval-app",
        ),
        "integration-operations": Caller(
            subject="user-integration-operations",
            name="Integration operations",
            roles=frozenset({Role.INTEGRATION_OPERATIONS.value}),
            scopes=_scopes(_OPERATE),
            all_regions=True,
            all_legal_entities=True,
            client="operations-console",
        ),
        "portal-service": Caller(
            subject="service-portal",
            kind=CallerKind.SERVICE,
            name="Portal service account",
            scopes=_scopes(_READ | {Action.PROVISION}),
            regions=regions,
            legal_entities=entities,
            client="portal",
        ),
    }


def further_approvers() -> dict[str, Caller]:
    """Those of the whole firm whom some runs wait for besides the demonstration callers.

    Large values need an executive, subcontractors' cost that is passed through needs procurement.
    """
    return {
        "executive": Caller(
            subject="user-executive",
            name="Executive",
            roles=frozenset({Role.EXECUTIVE.value}),
            scopes=_scopes(_READ | _DECIDE | {Action.READ_COST}),
            all_regions=True,
            all_legal_entities=True,
            client="executive-portal",
        ),
        "procurement": Caller(
            subject="user-procurement",
            name="Procurement",
            roles=frozenset({Role.PROCUREMENT.value}),
            scopes=_scopes(_READ | _DECIDE | {Action.READ_COST}),
            all_regions=True,
            all_legal_entities=True,
            client="procurement-portal",
        ),
    }
