"""OAuth 2.0 access tokens for a connector, by client credentials (RFC 6749, section 4.4)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx

from subgraphs.systems_of_record.errors import Refused, Retryable, Throttled
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.settings import Endpoint

_MARGIN = 0.1  # renew when a tenth of the lifetime is left: an answer takes time to arrive


class TokenSource:
    """Keeps one access token and renews it before it expires, or when it is refused.

    However many calls find the token expired, one request is made for the next.
    """

    def __init__(
        self,
        system: System,
        endpoint: Endpoint,
        path: str,
        http: httpx.AsyncClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system = system
        self._endpoint = endpoint
        self._path = path
        self._http = http
        self._clock = clock
        self._token = ""
        self._good_until = 0.0
        self._renewing = asyncio.Lock()

    async def token(self, seconds: float, refused: str = "") -> str:
        """A token that should be good and is not `refused`. Raises Retryable, Refused."""
        if self._usable(refused):
            return self._token
        async with self._renewing:
            if not self._usable(refused):
                await self._renew(seconds)
            return self._token

    def _usable(self, refused: str) -> bool:
        return bool(self._token) and self._token != refused and self._clock() < self._good_until

    async def _renew(self, seconds: float) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._endpoint.client_id,
            "client_secret": self._endpoint.client_secret,
        }
        asked_at = self._clock()
        try:
            response = await self._http.post(self._path, data=form, timeout=seconds)
        except httpx.TransportError as error:
            raise Retryable(self._system, "token", type(error).__name__) from error
        if response.status_code == 429:
            raise Throttled(self._system, "token", "the token endpoint is throttled")
        if response.status_code >= 500:
            raise Retryable(self._system, "token", f"status {response.status_code}")
        if response.status_code != 200:
            raise Refused(self._system, "token", "the credentials are refused", "invalid_client")
        try:
            answer = response.json()
            self._token = str(answer["access_token"])
            lifetime = float(answer.get("expires_in", 3600))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Retryable(self._system, "token", "the answer holds no token") from error
        self._good_until = asked_at + lifetime * (1 - _MARGIN)
