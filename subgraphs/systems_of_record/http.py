"""The connectors' HTTP client: what every call to a system of record needs, once.

Reads are repeated on whatever may pass: lost connections, time-outs, 5xx, throttling. Writes
are repeated when they surely had no effect, and after an unknown outcome only once a look-up
found nothing; that is safe because the idempotency key, or the precondition, makes a second
effect impossible. Waits grow exponentially with full jitter; a Retry-After is obeyed, by all
calls of the account. No call outlives its deadline. Nothing here logs or raises a credential
or a payload.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import httpx

from subgraphs.systems_of_record.correlation import CORRELATION_HEADER, current_correlation_id
from subgraphs.systems_of_record.errors import (
    Conflict,
    Missing,
    OutcomeUnknown,
    Refused,
    Retryable,
    SystemOfRecordError,
    Throttled,
)
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.settings import Endpoint
from subgraphs.systems_of_record.tokens import TokenSource

Params: TypeAlias = Sequence[tuple[str, str]]
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """How patient a connector is. Times are seconds.

    `deadline` bounds a call with all its repetitions, `attempt` one exchange; `concurrency`
    bounds how many exchanges the system sees at once.
    """

    deadline: float = 20.0
    attempt: float = 8.0
    attempts: int = 5
    backoff: float = 0.05
    longest_backoff: float = 3.0
    concurrency: int = 16


@dataclass(frozen=True, slots=True)
class Problem:
    """What a system says in an error: its code, its words, the current version if it tells."""

    code: str = ""
    message: str = ""
    current_version: str | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a system speaks HTTP. `problem` reads an error's body, which may be anything."""

    system: System
    token_path: str
    problem: Callable[[httpx.Response, Any], Problem]
    idempotency_header: str | None = None
    throttle_codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the connector means it. `operation` names it in errors."""

    operation: str
    method: str
    path: str
    params: Params = ()
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer; numbers with a fraction were parsed as Decimal."""

    status: int
    body: Any
    etag: str | None = None


class _Unknown(Exception):  # noqa: N818 - a private signal, no error to be shown
    """The request may have had its effect."""


Lookup: TypeAlias = Callable[[], Awaitable[Answer | None]]


class SystemClient:
    """A connection to one system of record, for one account. Close it with `aclose`."""

    def __init__(
        self,
        dialect: Dialect,
        endpoint: Endpoint,
        settings: ClientSettings,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.dialect = dialect
        self._settings = settings
        self._origin = urlsplit(endpoint.url)[:2]
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._resume_at = 0.0
        limits = httpx.Limits(max_connections=settings.concurrency, keepalive_expiry=30.0)
        self._http = httpx.AsyncClient(
            base_url=endpoint.url,
            # Loading the certificate store takes tens of milliseconds: only where it is used.
            verify=self._origin[0] == "https",
            limits=limits,
            transport=transport,
            trust_env=False,
        )
        self._tokens = TokenSource(dialect.system, endpoint, dialect.token_path, self._http, clock)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def read(self, call: Call) -> Answer:
        """Make a call without effect. Raises Retryable, Throttled, Refused."""
        return await self._persist(call, None, None)

    async def write(self, call: Call, key: str, lookup: Lookup | None = None) -> Answer:
        """Make a call with an effect, once. Raises any SystemOfRecordError.

        `lookup` tells whether the effect has happened: it answers as the call would have, or
        None. It is asked after an unknown outcome, before anything is repeated.
        """
        return await self._persist(call, key, lookup)

    async def _persist(self, call: Call, key: str | None, lookup: Lookup | None) -> Answer:
        started = self._clock()
        unknown = False
        last: SystemOfRecordError = self._retryable(call, "the deadline has passed")
        for attempt in range(self._settings.attempts):
            wait = self._wait_before(attempt, last)
            left = self._settings.deadline - (self._clock() - started)
            if left <= wait:
                break
            if wait > 0:
                await self._sleep(wait)
            try:
                if unknown and lookup is not None and key is not None:
                    found = await self._look_up(call, key, lookup, left - wait)
                    if found is not None:
                        return found
                return await self._attempt(call, key, left - wait)
            except _Unknown as signal:
                if key is not None:
                    unknown = True
                last = self._retryable(call, str(signal))
            except Retryable as error:
                last = error
        if unknown and key is not None:
            raise OutcomeUnknown(self.dialect.system, call.operation, last.reason, key) from last
        raise last

    async def _look_up(self, call: Call, key: str, lookup: Lookup, seconds: float) -> Answer | None:
        """Ask whether the effect has happened; what refuses to tell leaves it unknown."""
        try:
            async with asyncio.timeout(seconds):
                return await lookup()
        except TimeoutError as error:
            raise self._retryable(call, "the look-up took too long") from error
        except Refused as refusal:
            reason = f"the look-up was refused: {refusal.reason}"
            raise OutcomeUnknown(self.dialect.system, call.operation, reason, key) from refusal

    def _wait_before(self, attempt: int, last: SystemOfRecordError) -> float:
        pause = self._resume_at - self._clock()
        if attempt == 0:
            return max(pause, 0.0)
        if isinstance(last, Throttled) and last.retry_after is not None:
            return max(pause, last.retry_after)
        grown = self._settings.backoff * 2.0 ** (attempt - 1)
        jittered = self._jitter() * min(grown, self._settings.longest_backoff)
        return max(pause, jittered)

    async def _attempt(self, call: Call, key: str | None, left: float) -> Answer:
        seconds = min(left, self._settings.attempt)
        async with self._slots:
            token = await self._tokens.token(seconds)
            response = await self._exchange(call, key, token, seconds)
            if response.status_code == 401:
                token = await self._tokens.token(seconds, refused=token)
                response = await self._exchange(call, key, token, seconds)
        return self._judge(call, key, response)

    async def _exchange(
        self, call: Call, key: str | None, token: str, seconds: float
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        correlation = current_correlation_id()
        if correlation:
            headers[CORRELATION_HEADER] = correlation
        if key is not None and self.dialect.idempotency_header is not None:
            headers[self.dialect.idempotency_header] = key
        content = None
        if call.body is not None:
            headers["content-type"] = "application/json"
            content = json.dumps(call.body, separators=(",", ":"))
        try:
            return await self._http.request(
                call.method,
                self._own(call),
                params=list(call.params) or None,
                content=content,
                headers={**headers, **call.headers},
                timeout=seconds,
            )
        except _NOT_SENT as error:
            raise self._retryable(call, type(error).__name__) from error
        except httpx.RequestError as error:
            raise _Unknown(type(error).__name__) from error

    def _own(self, call: Call) -> str:
        """The call's path; a link that leads to another origin must not get our token."""
        if "://" in call.path and urlsplit(call.path)[:2] != self._origin:
            raise Refused(self.dialect.system, call.operation, "a link leads elsewhere", "ORIGIN")
        return call.path

    def _judge(self, call: Call, key: str | None, response: httpx.Response) -> Answer:
        status = response.status_code
        body = _parsed(response.content)
        if 200 <= status < 300:
            if response.content and body is None:
                raise _Unknown("the answer is no JSON")
            return Answer(status, body, response.headers.get("etag"))
        problem = self.dialect.problem(response, body)
        system, operation = self.dialect.system, call.operation
        reason = f"status {status} {problem.code} {problem.message}".strip()[:400]
        if status == 429 or problem.code in self.dialect.throttle_codes:
            raise self._throttled(operation, reason, response.headers.get("retry-after"))
        if status == 503:
            raise Retryable(system, operation, reason)
        if status >= 500 or status == 408:
            raise _Unknown(reason)
        if status in (409, 412):
            raise Conflict(system, operation, reason, problem.current_version)
        if status == 404:
            raise Missing(system, operation, reason, problem.code)
        if status == 401:
            raise Refused(system, operation, "the access token is refused", problem.code)
        raise Refused(system, operation, reason, problem.code)

    def _throttled(self, operation: str, reason: str, retry_after: str | None) -> Throttled:
        seconds = _seconds(retry_after)
        if seconds is not None:
            self._resume_at = max(self._resume_at, self._clock() + seconds)
        return Throttled(self.dialect.system, operation, reason, seconds)

    def _retryable(self, call: Call, reason: str) -> Retryable:
        return Retryable(self.dialect.system, call.operation, reason)


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content, parse_float=Decimal) if content else None
    except ValueError:
        return None


def _seconds(retry_after: str | None) -> float | None:
    """A Retry-After (RFC 9110, section 10.2.3) as seconds from now; None if it makes no sense."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        seconds = _until(retry_after)
    return seconds if 0 <= seconds < 86_400 else None


def _until(http_date: str) -> float:
    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return -1.0
    if moment.tzinfo is None:
        return -1.0
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
