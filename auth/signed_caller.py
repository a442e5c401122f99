"""The caller as the gateway signs it for a subgraph, and as the subgraph verifies it.

A signed caller is a compact JWS (RFC 7515) of a small JWT with a type of its own, so that no access
token can pass for one, an audience (the subgraph's name), so that one subgraph cannot replay it to
another, and a short life. Ed25519 is the default: subgraphs then hold the public key only, and
cannot mint callers. An HMAC secret (at least 32 bytes) is possible where keys cannot be dealt out.

The gateway sends it in the header `x-c2c-caller`. The correlation id travels beside it in
`x-correlation-id`, because it differs with every request and the signature of a caller is reused.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jwt
from cachetools import LRUCache

from auth import keys
from auth.caller import Caller, CallerKind
from auth.errors import TokenCode, TokenRefusedError

CALLER_HEADER = "x-c2c-caller"
CORRELATION_HEADER = "x-correlation-id"

ISSUER = "c2c-gateway"
TOKEN_TYPE = "c2c-caller+jwt"  # noqa: S105  (a media type, not a secret)
LIFETIME_SECONDS = 60.0
LEEWAY_SECONDS = 10.0
MAX_TOKEN_LENGTH = 16_384
MIN_SECRET_LENGTH = 32
CACHE_SIZE = 4_096

Clock = Callable[[], float]


class SignedCallerSettingsError(ValueError):
    """The environment names no usable key. The text never contains the key."""


@dataclass(frozen=True, slots=True)
class VerifiedCaller:
    """What a signed caller proves.

    `correlation_id` is empty unless the signature was bound to one request; `expires_at` is in
    seconds since the epoch.
    """

    caller: Caller
    expires_at: float
    correlation_id: str = ""


class CallerSigner:
    """Signs callers; a signature is reused for half of its life, so the hot path pays a look-up.

    `key` is a `PrivateKey` (EdDSA) or a secret of at least 32 bytes (HS256).
    """

    def __init__(
        self,
        key: keys.PrivateKey | bytes,
        *,
        lifetime: float = LIFETIME_SECONDS,
        clock: Clock = time.time,
        cache_size: int = CACHE_SIZE,
    ) -> None:
        self._headers: dict[str, Any] = {"typ": TOKEN_TYPE}
        if isinstance(key, keys.PrivateKey):
            self._key: Any = key.key
            self._algorithm = "EdDSA"
            self._headers["kid"] = key.public.kid
        else:
            self._key = _checked_secret(key)
            self._algorithm = "HS256"
        self._lifetime = lifetime
        self._clock = clock
        self._cache: LRUCache[tuple[Caller, str], tuple[str, float]] = LRUCache(cache_size)

    def sign(self, caller: Caller, audience: str, correlation_id: str = "") -> str:
        """Return the header's value for one subgraph.

        `audience` is the subgraph's name. A `correlation_id` binds the signature to one request
        and therefore costs a signature each time; without it the value is reused.
        """
        now = self._clock()
        if correlation_id:
            return self._signed(caller, audience, now, correlation_id)
        held = self._cache.get((caller, audience))
        if held is not None and now < held[1]:
            return held[0]
        token = self._signed(caller, audience, now, "")
        self._cache[caller, audience] = (token, now + self._lifetime / 2)
        return token

    def _signed(self, caller: Caller, audience: str, now: float, correlation_id: str) -> str:
        payload: dict[str, Any] = {
            "iss": ISSUER,
            "aud": audience,
            "sub": caller.subject,
            "iat": int(now),
            "exp": int(now + self._lifetime),
            "caller": _encode(caller),
        }
        if correlation_id:
            payload["cid"] = correlation_id
        return jwt.encode(payload, self._key, algorithm=self._algorithm, headers=self._headers)


class CallerVerifier:
    """Verifies the callers that the gateway signs for one audience (the subgraph's name).

    `key` is the gateway's public key, several of them during a rotation, or the shared secret.
    """

    def __init__(
        self,
        key: keys.PublicKey | Sequence[keys.PublicKey] | bytes,
        audience: str,
        *,
        leeway: float = LEEWAY_SECONDS,
        clock: Clock = time.time,
        cache_size: int = CACHE_SIZE,
    ) -> None:
        if isinstance(key, bytes):
            self._algorithm = "HS256"
            self._secret: bytes | None = _checked_secret(key)
            self._public: dict[str, keys.PublicKey] = {}
        else:
            self._algorithm = "EdDSA"
            self._secret = None
            held = (key,) if isinstance(key, keys.PublicKey) else key
            self._public = {public.kid: public for public in held}
        self._audience = audience
        self._leeway = leeway
        self._clock = clock
        self._cache: LRUCache[str, VerifiedCaller] = LRUCache(cache_size)

    def verify(self, header: str | None) -> Caller:
        """Return the caller behind the header's value; raises `TokenRefusedError`."""
        return self.inspect(header).caller

    def inspect(self, header: str | None) -> VerifiedCaller:
        """Return the caller with the proof's expiry; raises `TokenRefusedError`."""
        if not header:
            raise TokenRefusedError(TokenCode.MISSING)
        if len(header) > MAX_TOKEN_LENGTH:
            raise TokenRefusedError(TokenCode.TOO_LARGE)
        verified = self._cache.get(header)
        if verified is None:
            verified = self._decode(header)
            self._cache[header] = verified
        if self._clock() >= verified.expires_at + self._leeway:
            self._cache.pop(header, None)
            raise TokenRefusedError(TokenCode.EXPIRED)
        return verified

    def _decode(self, token: str) -> VerifiedCaller:
        try:
            claims = jwt.decode(
                token,
                self._key_for(token),
                algorithms=[self._algorithm],
                audience=self._audience,
                issuer=ISSUER,
                options={
                    "require": ["exp", "iat", "sub", "caller"],
                    # Times are judged against the injected clock.
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidSignatureError:
            raise TokenRefusedError(TokenCode.SIGNATURE_INVALID) from None
        except jwt.InvalidAlgorithmError:
            raise TokenRefusedError(TokenCode.ALGORITHM_REFUSED) from None
        except jwt.InvalidAudienceError:
            raise TokenRefusedError(TokenCode.AUDIENCE_REFUSED) from None
        except jwt.InvalidIssuerError:
            raise TokenRefusedError(TokenCode.ISSUER_REFUSED) from None
        except jwt.MissingRequiredClaimError:
            raise TokenRefusedError(TokenCode.CLAIM_MISSING) from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise TokenRefusedError(TokenCode.MALFORMED) from None
        return self._read(claims)

    def _key_for(self, token: str) -> Any:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != TOKEN_TYPE:
            raise TokenRefusedError(TokenCode.MALFORMED)
        if header.get("alg") != self._algorithm:
            raise TokenRefusedError(TokenCode.ALGORITHM_REFUSED)
        if self._secret is not None:
            return self._secret
        kid = header.get("kid")
        public = self._public.get(kid) if isinstance(kid, str) else None
        if public is None:
            raise TokenRefusedError(TokenCode.KEY_UNKNOWN)
        return public.key

    def _read(self, claims: Mapping[str, Any]) -> VerifiedCaller:
        issued, expires = claims["iat"], claims["exp"]
        correlation_id = claims.get("cid", "")
        if not isinstance(issued, int) or not isinstance(expires, int):
            raise TokenRefusedError(TokenCode.CLAIM_INVALID, "exp")
        if not isinstance(correlation_id, str):
            raise TokenRefusedError(TokenCode.CLAIM_INVALID, "cid")
        if issued > self._clock() + self._leeway:
            raise TokenRefusedError(TokenCode.NOT_YET_VALID)
        caller = _decode_caller(claims["sub"], claims["caller"])
        return VerifiedCaller(caller, float(expires), correlation_id)


def signer_from_environment(environment: Mapping[str, str]) -> CallerSigner | None:
    """The signer that the environment configures, or None where it names no key.

    `C2C_CALLER_PRIVATE_KEY` (PEM), `C2C_CALLER_PRIVATE_KEY_FILE`, or `C2C_CALLER_SECRET`.
    Raises `SignedCallerSettingsError` for a key that cannot be used.
    """
    pem = _from_environment(environment, "C2C_CALLER_PRIVATE_KEY")
    secret = environment.get("C2C_CALLER_SECRET")
    try:
        if pem is not None:
            return CallerSigner(keys.read_private(pem))
        return CallerSigner(secret.encode()) if secret else None
    except ValueError as error:
        raise SignedCallerSettingsError(f"the caller's signing key: {error}") from None


def verifier_from_environment(environment: Mapping[str, str], audience: str) -> CallerVerifier:
    """The verifier that the environment configures for one subgraph.

    `C2C_CALLER_PUBLIC_KEY` (PEM, one or more blocks), `C2C_CALLER_PUBLIC_KEY_FILE`, or
    `C2C_CALLER_SECRET`. There is no unverified mode: without a key this raises
    `SignedCallerSettingsError`.
    """
    pem = _from_environment(environment, "C2C_CALLER_PUBLIC_KEY")
    secret = environment.get("C2C_CALLER_SECRET")
    try:
        if pem is not None:
            return CallerVerifier(keys.read_public(pem), audience)
        if secret:
            return CallerVerifier(secret.encode(), audience)
    except ValueError as error:
        raise SignedCallerSettingsError(f"the caller's verification key: {error}") from None
    raise SignedCallerSettingsError(
        "set C2C_CALLER_PUBLIC_KEY_FILE (or C2C_CALLER_PUBLIC_KEY, or C2C_CALLER_SECRET) to the"
        " gateway's key: a subgraph trusts no unsigned caller"
    )


def _from_environment(environment: Mapping[str, str], name: str) -> str | None:
    if inline := environment.get(name):
        return inline
    path = environment.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text()
    except OSError as error:
        raise SignedCallerSettingsError(f"{name}_FILE: {error.strerror}: {path}") from None


def _checked_secret(secret: bytes) -> bytes:
    if len(secret) < MIN_SECRET_LENGTH:
        raise ValueError(f"a caller secret has at least {MIN_SECRET_LENGTH} bytes")
    return secret


_SETS = ("roles", "scopes", "regions", "legal_entities")
_FLAGS = ("all_regions", "all_legal_entities")
_TEXTS = ("name", "client")


def _encode(caller: Caller) -> dict[str, Any]:
    """The caller's claims, without what is at its default."""
    claims: dict[str, Any] = {"kind": str(caller.kind)}
    for name in _SETS:
        if members := getattr(caller, name):
            claims[name] = sorted(members)
    for name in (*_FLAGS, *_TEXTS):
        if value := getattr(caller, name):
            claims[name] = value
    return claims


def _decode_caller(subject: object, claims: object) -> Caller:
    if not isinstance(subject, str) or not isinstance(claims, dict):
        raise TokenRefusedError(TokenCode.CLAIM_INVALID, "caller")
    found: dict[str, Any] = {}
    for name in _SETS:
        members = claims.get(name, [])
        if not isinstance(members, list) or not all(isinstance(each, str) for each in members):
            raise TokenRefusedError(TokenCode.CLAIM_INVALID, name)
        found[name] = frozenset(cast("list[str]", members))
    for names, kind, default in ((_FLAGS, bool, False), (_TEXTS, str, "")):
        for name in names:
            found[name] = claims.get(name, default)
            if not isinstance(found[name], kind):
                raise TokenRefusedError(TokenCode.CLAIM_INVALID, name)
    try:
        found["kind"] = CallerKind(claims.get("kind", ""))
    except ValueError:
        raise TokenRefusedError(TokenCode.CLAIM_INVALID, "kind") from None
    return Caller(subject=subject, **found)
