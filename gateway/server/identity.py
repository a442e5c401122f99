"""Who sent a request: the bearer token in a header, or in a cookie where that is allowed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Protocol

from auth.caller import ANONYMOUS, Caller
from auth.errors import KeysUnavailableError, TokenRefusedError
from auth.tokens import TokenVerifier
from gateway.errors import ClientError, Code
from gateway.settings.subgraphs import Jwt


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller, and when the proof ends (epoch seconds; None: never)."""

    caller: Caller
    expires_at: float | None = None

    def ends_at(self, loop: asyncio.AbstractEventLoop) -> float | None:
        """The end of the proof on a loop's clock."""
        if self.expires_at is None:
            return None
        return loop.time() + self.expires_at - time.time()


NOBODY = Identity(ANONYMOUS)


class Identifier(Protocol):
    """Finds out who sent a request."""

    def at_once(self, headers: Mapping[str, str]) -> Identity | None:
        """The caller, if nothing has to be waited for; None says that `identify` has to be asked.

        Raises nothing. The hot path.
        """

    async def identify(self, headers: Mapping[str, str]) -> Identity:
        """The caller. Raises `ClientError` (401 `UNAUTHENTICATED`, 503)."""


class NobodyAsks:
    """The identifier of a gateway without authentication: everyone is anonymous."""

    def at_once(self, headers: Mapping[str, str]) -> Identity | None:
        """The anonymous caller."""
        del headers
        return NOBODY

    async def identify(self, headers: Mapping[str, str]) -> Identity:
        """The anonymous caller."""
        del headers
        return NOBODY


class BearerTokens:
    """Verifies tokens. Without a token the caller is anonymous, unless `required`."""

    def __init__(self, settings: Jwt, verifier: TokenVerifier, *, required: bool) -> None:
        self._header = settings.header_name.lower()
        self._prefix = settings.header_value_prefix.lower()
        self._cookie = settings.cookie_name
        self._verifier = verifier
        self._required = required

    def at_once(self, headers: Mapping[str, str]) -> Identity | None:
        """The caller of a token that was verified before."""
        value = headers.get(self._header)
        if value is None or not self._prefix:
            return None
        scheme, _, token = value.partition(" ")
        if scheme.lower() != self._prefix:
            return None
        held = self._verifier.held(token)
        return None if held is None else Identity(held.caller, held.expires_at)

    async def identify(self, headers: Mapping[str, str]) -> Identity:
        """The caller that the token names."""
        token = self._token(headers)
        if token is None:
            if self._required:
                raise ClientError("A token is required.", Code.UNAUTHENTICATED, status=401)
            return NOBODY
        try:
            verified = await self._verifier.inspect(token)
            return Identity(verified.caller, verified.expires_at)
        except TokenRefusedError as error:
            raise ClientError(
                str(error), Code.UNAUTHENTICATED, status=401, extensions={"reason": error.code}
            ) from None
        except KeysUnavailableError as error:
            raise ClientError(
                str(error), Code.SERVICE_UNAVAILABLE, status=503, extensions={"reason": error.code}
            ) from None

    def _token(self, headers: Mapping[str, str]) -> str | None:
        value = headers.get(self._header)
        if value is not None:
            if not self._prefix:
                return value.strip()
            scheme, _, token = value.strip().partition(" ")
            if scheme.lower() != self._prefix or not token.strip():
                raise ClientError(
                    f"The header {self._header} must be '{self._prefix} <token>'.",
                    Code.UNAUTHENTICATED,
                    status=401,
                )
            return token.strip()
        if self._cookie is not None and "cookie" in headers:
            return _cookie(headers["cookie"], self._cookie)
        return None


def _cookie(header: str, name: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return morsel.value if morsel is not None else None
