"""OAuth 2.0 client credentials (RFC 6749, section 4.4) for a sandbox system."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """What a connector authenticates with. The secret is kept out of representations."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"ClientCredentials({self.client_id!r})"


class TokenIssuer:
    """Issues and verifies short-lived opaque bearer tokens; they do not survive a restart."""

    def __init__(
        self,
        credentials: ClientCredentials,
        lifetime: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lifetime = lifetime
        self._credentials = credentials
        self._clock = clock
        self._tokens: dict[str, float] = {}

    def issue(self, form: Mapping[str, str], authorization: str | None) -> str | None:
        """A token for a correct token request, else None."""
        given = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
        correct = _same(given[0], self._credentials.client_id)
        correct &= _same(given[1], self._credentials.client_secret)
        if not correct or form.get("grant_type") != "client_credentials":
            return None
        now = self._clock()
        self._tokens = {t: expiry for t, expiry in self._tokens.items() if expiry > now}
        token = secrets.token_urlsafe(32)
        self._tokens[token] = now + self.lifetime
        return token

    def verify(self, authorization: str | None) -> bool:
        """Whether an Authorization header carries a token that is still good."""
        scheme, _, token = (authorization or "").partition(" ")
        return scheme.lower() == "bearer" and self._tokens.get(token, 0) > self._clock()

    def forget(self) -> None:
        """Make every token issued so far invalid."""
        self._tokens.clear()


def _basic(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    name, _, secret = text.partition(":")
    return unquote_plus(name), unquote_plus(secret)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
