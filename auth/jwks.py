"""Signing keys of an identity provider: a JSON Web Key Set by URL or file (RFC 7517).

A source keeps the last good set and serves it while it fetches the next one in the background
(stale-while-revalidate), so that neither a slow nor a failing identity provider delays requests.
A key id that is not in the set may be one just rotated in: the set is then fetched at once, by one
task for all who wait, and at most once an interval, so that forged key ids cannot cause a storm.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx
import jwt

from auth.errors import KeysUnavailableError

logger = logging.getLogger(__name__)

MAX_DOCUMENT_BYTES = 1_048_576

# Which algorithms a key may be used with is decided by the key, never by the token: this is what
# makes key confusion (a public key taken as an HMAC secret) impossible. `oct` keys are not here:
# a published set must not hold secrets.
_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_BY_CURVE = {
    "P-256": frozenset({"ES256"}),
    "P-384": frozenset({"ES384"}),
    "P-521": frozenset({"ES512"}),
    "Ed25519": frozenset({"EdDSA"}),
    "Ed448": frozenset({"EdDSA"}),
}
_MIN_RSA_BITS = 2_048
_PUBLIC_MEMBERS = ("kty", "crv", "n", "e", "x", "y")


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key, its id in the set, and the algorithms that it may verify."""

    kid: str | None
    algorithms: frozenset[str]
    key: Any


class KeySource(Protocol):
    """Where a verifier finds keys."""

    async def find(self, kid: str | None, algorithm: str) -> tuple[VerificationKey, ...]:
        """The keys a token with this header may be signed with; raises KeysUnavailableError."""
        ...

    async def start(self) -> None:
        """Load the keys and keep them fresh from now on; a failing source does not raise."""
        ...

    async def close(self) -> None:
        """Stop what `start` started."""
        ...


class Fetch(Protocol):
    """Reads the JSON document of a set; raises OSError, httpx.HTTPError or ValueError."""

    async def __call__(self) -> bytes: ...


class JwksSource:
    """One key set, cached.

    `refresh_interval` is the age in seconds at which the set is fetched again in the background;
    `retry_interval` the least time between two fetches, also those for unknown key ids;
    `max_stale` the age beyond which keys are no longer believed when fetching keeps failing.
    """

    def __init__(
        self,
        name: str,
        fetch: Fetch,
        *,
        refresh_interval: float = 300.0,
        retry_interval: float = 10.0,
        max_stale: float = 86_400.0,
        clock: Callable[[], float] = time.monotonic,
        on_close: Callable[[], Any] | None = None,
    ) -> None:
        self._name = name
        self._fetch = fetch
        self._refresh_interval = refresh_interval
        self._retry_interval = retry_interval
        self._max_stale = max_stale
        self._clock = clock
        self._on_close = on_close
        self._keys: tuple[VerificationKey, ...] = ()
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._refresher: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, algorithm: str) -> tuple[VerificationKey, ...]:
        """Keys by id; without an id, all keys of the algorithm (the set may have one unnamed)."""
        now = self._clock()
        if self._fetched_at is None or now - self._fetched_at > self._max_stale:
            await self._refresh_now()
            if self._fetched_at is None or self._clock() - self._fetched_at > self._max_stale:
                raise KeysUnavailableError
        elif now - self._fetched_at > self._refresh_interval:
            self._refresh_soon()
        found = self._matching(kid, algorithm)
        if not found:
            await self._refresh_now()
            found = self._matching(kid, algorithm)
        return found

    async def start(self) -> None:
        """Load once, then refresh every interval, whether or not anybody asks."""
        await self._refresh_now()
        if self._refresher is None:
            self._refresher = asyncio.create_task(
                self._refresh_forever(), name=f"jwks {self._name}"
            )

    async def close(self) -> None:
        """Cancel background work and release the HTTP client."""
        for task in (self._refresher, self._fetching):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        self._refresher = self._fetching = None
        if self._on_close is not None:
            await self._on_close()

    def _matching(self, kid: str | None, algorithm: str) -> tuple[VerificationKey, ...]:
        return tuple(
            key
            for key in self._keys
            if algorithm in key.algorithms and (kid is None or key.kid in (kid, None))
        )

    async def _refresh_forever(self) -> None:
        while True:
            await asyncio.sleep(self._refresh_interval)
            await self._refresh_now()

    async def _refresh_now(self) -> None:
        # Shielded: the fetch is shared, and one impatient request must not end it for the others.
        if task := self._refresh_soon():
            await asyncio.shield(task)

    def _refresh_soon(self) -> asyncio.Task[None] | None:
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        now = self._clock()
        if self._tried_at is not None and now - self._tried_at < self._retry_interval:
            return None
        self._tried_at = now
        self._fetching = asyncio.create_task(self._load(), name=f"jwks fetch {self._name}")
        return self._fetching

    async def _load(self) -> None:
        try:
            keys = read_key_set(await self._fetch())
        except (OSError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            logger.warning("key set %s could not be loaded: %s", self._name, type(error).__name__)
            return
        if not keys:
            # An empty set during a faulty deployment must not lock everybody out.
            logger.warning("key set %s has no usable key; the former keys are kept", self._name)
            return
        self._keys = keys
        self._fetched_at = self._clock()


def jwks_source(
    location: str,
    *,
    headers: Mapping[str, str] | None = None,
    client: httpx.AsyncClient | None = None,
    timeout: float = 5.0,
    refresh_interval: float = 300.0,
    retry_interval: float = 10.0,
    max_stale: float = 86_400.0,
) -> JwksSource:
    """A source for an `https://`, `http://` or `file://` URL, or a path of a file.

    A `client` that is passed in stays the caller's to close.
    """
    parts = urlsplit(location)
    if parts.scheme in ("http", "https"):
        used = client or httpx.AsyncClient(timeout=timeout, follow_redirects=False)
        name = f"{parts.scheme}://{parts.hostname}{parts.path}"
        fetch: Fetch = _HttpFetch(used, location, dict(headers or {}))
        close = None if client is not None else used.aclose
    else:
        path = Path(url2pathname(parts.path) if parts.scheme == "file" else location)
        name, fetch, close = str(path), _FileFetch(path), None
    return JwksSource(
        name,
        fetch,
        refresh_interval=refresh_interval,
        retry_interval=retry_interval,
        max_stale=max_stale,
        on_close=close,
    )


@dataclass(frozen=True, slots=True)
class _HttpFetch:
    client: httpx.AsyncClient
    url: str
    headers: dict[str, str]

    async def __call__(self) -> bytes:
        headers = {"accept": "application/jwk-set+json, application/json", **self.headers}
        async with self.client.stream("GET", self.url, headers=headers) as response:
            response.raise_for_status()
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_DOCUMENT_BYTES:
                    raise ValueError("the key set is too large")
            return body


@dataclass(frozen=True, slots=True)
class _FileFetch:
    path: Path

    async def __call__(self) -> bytes:
        return await asyncio.to_thread(self.path.read_bytes)


def read_key_set(document: bytes) -> tuple[VerificationKey, ...]:
    """The usable signature keys of a JSON Web Key Set; raises ValueError if it is none.

    Unusable keys (for encryption, symmetric, of unknown types, too short) are left out, as RFC
    7517 §5 asks, so that one strange key does not make the others useless.
    """
    try:
        parsed = json.loads(document)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    entries = parsed.get("keys") if isinstance(parsed, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a JSON Web Key Set")
    return tuple(_usable(entries))


def _usable(entries: Iterable[object]) -> Iterable[VerificationKey]:
    for entry in entries:
        if isinstance(entry, dict) and (key := _read_key(entry)) is not None:
            yield key


def _read_key(entry: dict[str, Any]) -> VerificationKey | None:
    kid, operations = entry.get("kid"), entry.get("key_ops")
    if entry.get("use") not in (None, "sig"):
        return None
    if operations is not None and (not isinstance(operations, list) or "verify" not in operations):
        return None
    curve = entry.get("crv")
    if entry.get("kty") == "RSA":
        possible = _RSA
    else:
        possible = _BY_CURVE.get(curve, frozenset()) if isinstance(curve, str) else frozenset()
    declared = entry.get("alg")
    if declared is not None:
        possible = possible & {declared} if isinstance(declared, str) else frozenset()
    if not possible or (kid is not None and not isinstance(kid, str)):
        return None
    # Only public members are read: a private key that leaked into a set is no reason to hold it.
    public: dict[str, Any] = {name: entry[name] for name in _PUBLIC_MEMBERS if name in entry}
    try:
        key = jwt.PyJWK(public, algorithm=min(possible)).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if getattr(key, "key_size", _MIN_RSA_BITS) < _MIN_RSA_BITS and possible <= _RSA:
        return None
    return VerificationKey(kid, possible, key)
