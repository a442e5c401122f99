"""Access tokens: a JWT becomes a `Caller`, or a coded refusal that never contains the token.

Every identity provider is a `TrustedIssuer` of its own: its keys vouch for its issuers and
audiences only. Algorithms are allowed by list and bound to the key's type (RFC 8725 §3.1), so
neither `none` nor a public key taken as an HMAC secret gets through. Verified tokens are cached
until they expire, because a signature costs more than all the rest of a request's admission.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jwt
from cachetools import LRUCache

from auth.caller import Caller
from auth.claims import ClaimNames, read_caller
from auth.errors import KeysUnavailableError, TokenCode, TokenRefusedError
from auth.jwks import KeySource

MAX_TOKEN_LENGTH = 16_384
DEFAULT_ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
_REQUIRED = frozenset({"exp", "sub"})


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An identity provider: its keys and what they may vouch for.

    Empty `issuers` or `audiences` leave that claim unchecked; `leeway` is the clock skew allowed,
    in seconds; `required_claims` are demanded beside `exp` and `sub`; `types` are the accepted
    `typ` headers in lower case (RFC 9068 names `at+jwt`; many providers send `JWT` or nothing).
    """

    keys: KeySource
    issuers: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    algorithms: frozenset[str] = DEFAULT_ALGORITHMS
    leeway: float = 30.0
    required_claims: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})
    claim_names: ClaimNames = field(default_factory=ClaimNames)

    def __post_init__(self) -> None:
        # Keys come from published sets: a symmetric algorithm could only ever be an attack.
        if refused := self.algorithms - DEFAULT_ALGORITHMS:
            raise ValueError(f"algorithms that cannot be allowed: {', '.join(sorted(refused))}")


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A caller, the claims that were verified, and when the proof ends (epoch seconds)."""

    caller: Caller
    claims: Mapping[str, Any]
    expires_at: float


class TokenVerifier:
    """Verifies bearer tokens of several issuers. Start it, use it, close it."""

    def __init__(
        self,
        issuers: Sequence[TrustedIssuer],
        *,
        clock: Callable[[], float] = time.time,
        cache_size: int = 10_000,
    ) -> None:
        self._issuers = tuple(issuers)
        self._clock = clock
        self._cache: LRUCache[str, VerifiedToken] = LRUCache(cache_size)

    async def start(self) -> None:
        """Load all key sets and keep them fresh."""
        await asyncio.gather(*(issuer.keys.start() for issuer in self._issuers))

    async def close(self) -> None:
        """End the background work."""
        await asyncio.gather(*(issuer.keys.close() for issuer in self._issuers))

    async def verify(self, token: str | None) -> Caller:
        """The caller behind a token.

        Raises `TokenRefusedError` (answer 401), or `KeysUnavailableError` (answer 503).
        """
        return (await self.inspect(token)).caller

    async def inspect(self, token: str | None) -> VerifiedToken:
        """As `verify`, with claims and expiry."""
        if not token:
            raise TokenRefusedError(TokenCode.MISSING)
        held = self.held(token)
        if held is not None:
            return held
        if len(token) > MAX_TOKEN_LENGTH:
            raise TokenRefusedError(TokenCode.TOO_LARGE)
        verified = await self._verify(token)
        self._cache[token] = verified
        return verified

    def held(self, token: str) -> VerifiedToken | None:
        """A token that was verified before and has not expired since."""
        held = self._cache.get(token)
        return held if held is not None and self._clock() < held.expires_at else None

    async def _verify(self, token: str) -> VerifiedToken:
        header, claimed = _unverified(token)
        candidates = [each for each in self._issuers if _may_vouch(each, claimed.get("iss"))]
        if not candidates:
            raise TokenRefusedError(TokenCode.ISSUER_REFUSED)
        refusal: TokenRefusedError | KeysUnavailableError | None = None
        for issuer in candidates:
            try:
                return await self._verify_by(issuer, token, header)
            except KeysUnavailableError as error:
                refusal = error
            except TokenRefusedError as error:
                # An issuer that knows the key has the last word; one that does not says little.
                if error.token_code is not TokenCode.KEY_UNKNOWN:
                    raise
                refusal = refusal or error
        raise refusal or TokenRefusedError(TokenCode.KEY_UNKNOWN)

    async def _verify_by(
        self, issuer: TrustedIssuer, token: str, header: Mapping[str, Any]
    ) -> VerifiedToken:
        algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "")
        if not isinstance(algorithm, str) or algorithm not in issuer.algorithms:
            raise TokenRefusedError(TokenCode.ALGORITHM_REFUSED)
        if not isinstance(kid, str | None) or not isinstance(kind, str):
            raise TokenRefusedError(TokenCode.MALFORMED)
        if kind.lower() not in issuer.types:
            raise TokenRefusedError(TokenCode.MALFORMED)
        keys = await issuer.keys.find(kid, algorithm)
        if not keys:
            raise TokenRefusedError(TokenCode.KEY_UNKNOWN)
        claims = _decode(token, [key.key for key in keys], algorithm, issuer)
        expires_at = self._checked_times(claims, issuer.leeway)
        return VerifiedToken(read_caller(claims, issuer.claim_names), claims, expires_at)

    def _checked_times(self, claims: Mapping[str, Any], leeway: float) -> float:
        now = self._clock()
        for name in ("exp", "nbf", "iat"):
            value = claims.get(name, 0)
            # NumericDate; a bool is an int in Python, and a float may be infinite.
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TokenRefusedError(TokenCode.CLAIM_INVALID, name)
            if not 0 <= value < 1e12:
                raise TokenRefusedError(TokenCode.CLAIM_INVALID, name)
        if now >= claims["exp"] + leeway:
            raise TokenRefusedError(TokenCode.EXPIRED)
        if max(claims.get("nbf", 0), claims.get("iat", 0)) > now + leeway:
            raise TokenRefusedError(TokenCode.NOT_YET_VALID)
        return float(claims["exp"]) + leeway


def _may_vouch(issuer: TrustedIssuer, claimed: object) -> bool:
    return not issuer.issuers or (isinstance(claimed, str) and claimed in issuer.issuers)


def _unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims, only to choose the issuer by: nothing here is believed."""
    try:
        parts = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise TokenRefusedError(TokenCode.MALFORMED) from None
    return parts["header"], parts["payload"]


def _decode(
    token: str, keys: Sequence[Any], algorithm: str, issuer: TrustedIssuer
) -> Mapping[str, Any]:
    refusal = TokenRefusedError(TokenCode.SIGNATURE_INVALID)
    for key in keys:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=sorted(issuer.audiences) or None,
                issuer=sorted(issuer.issuers) or None,
                options={
                    "require": sorted(_REQUIRED | issuer.required_claims),
                    "verify_aud": bool(issuer.audiences),
                    # Times are judged against the injected clock.
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.MissingRequiredClaimError as error:
            raise TokenRefusedError(TokenCode.CLAIM_MISSING, error.claim) from None
        except jwt.InvalidAudienceError:
            raise TokenRefusedError(TokenCode.AUDIENCE_REFUSED) from None
        except jwt.InvalidIssuerError:
            raise TokenRefusedError(TokenCode.ISSUER_REFUSED) from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise TokenRefusedError(TokenCode.MALFORMED) from None
    raise refusal
