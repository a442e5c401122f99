"""The connectors' client on its own: patience, throttling, secrets, limits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from subgraphs.systems_of_record.correlation import correlated
from subgraphs.systems_of_record.errors import (
    Conflict,
    Missing,
    OutcomeUnknown,
    Refused,
    Retryable,
    SystemOfRecordError,
    Throttled,
)
from subgraphs.systems_of_record.http import (
    Answer,
    Call,
    ClientSettings,
    Dialect,
    Problem,
    SystemClient,
)
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.settings import Endpoint

ENDPOINT = Endpoint("http://erp.test", "the-client", "the-secret")
READ = Call("read things", "GET", "/things")
WRITE = Call("make thing", "POST", "/things", (), {"name": "x"})


def problem(response: httpx.Response, body: Any) -> Problem:
    fields = body if isinstance(body, dict) else {}
    return Problem(str(fields.get("code", "")), str(fields.get("message", "")))


DIALECT = Dialect(System.ERP, "/token", problem, "idempotency-key", frozenset({"LIMIT"}))


class Clock:
    """Time that passes only by sleeping; remembers the naps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


Handler = Callable[[httpx.Request], httpx.Response]


class Rig:
    """A client whose system is a list of answers, given in turn; the last is repeated."""

    def __init__(self, *answers: httpx.Response | Exception, **settings: Any) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.tokens = 0
        self.token_lifetime = 300
        self.clock = Clock()
        self.client = SystemClient(
            DIALECT,
            ENDPOINT,
            replace(ClientSettings(backoff=1.0, deadline=60.0), **settings),
            transport=httpx.MockTransport(self.handle),
            clock=self.clock,
            sleep=self.clock.sleep,
            jitter=lambda: 1.0,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            self.tokens += 1
            token = {"access_token": f"token-{self.tokens}", "expires_in": self.token_lifetime}
            return httpx.Response(200, json=token)
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        # A response is consumed by reading: each request gets one of its own.
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def good(body: Any = None) -> httpx.Response:
    return httpx.Response(200, json=body if body is not None else {"ok": True})


async def test_numbers_with_a_fraction_stay_exact() -> None:
    rig = Rig(httpx.Response(200, content=b'{"amount": 0.10000000000000000001, "count": 3}'))
    answer = await rig.client.read(READ)
    assert answer.body == {"amount": Decimal("0.10000000000000000001"), "count": 3}


async def test_waits_grow_and_are_jittered_up_to_the_longest() -> None:
    rig = Rig(httpx.Response(503), attempts=6, longest_backoff=5.0)
    with pytest.raises(Retryable):
        await rig.client.read(READ)
    assert rig.clock.naps == [1.0, 2.0, 4.0, 5.0, 5.0]


async def test_retry_after_is_obeyed_by_every_call_of_the_account() -> None:
    throttle = httpx.Response(429, headers={"retry-after": "7"})
    rig = Rig(throttle, good(), attempts=1)
    with pytest.raises(Throttled) as caught:
        await rig.client.read(READ)
    assert caught.value.retry_after == 7.0
    await rig.client.read(Call("another", "GET", "/others"))
    assert rig.clock.naps == [7.0]


@pytest.mark.parametrize("header", ["soon", "Wed, 99 Oct 2026", "-3", "1e99", "nan", ""])
async def test_a_strange_retry_after_is_as_none(header: str) -> None:
    rig = Rig(httpx.Response(429, headers={"retry-after": header}), good())
    await rig.client.read(READ)
    assert rig.clock.naps == [1.0]


async def test_a_retry_after_may_be_a_date() -> None:
    past = "Wed, 21 Oct 2020 07:28:00 GMT"
    rig = Rig(httpx.Response(429, headers={"retry-after": past}), good())
    await rig.client.read(READ)
    assert rig.clock.naps == []
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    rig = Rig(httpx.Response(429, headers={"retry-after": soon}), good())
    await rig.client.read(READ)
    assert 30 < rig.clock.naps[0] <= 40


async def test_throttling_is_known_by_its_code_as_well() -> None:
    rig = Rig(httpx.Response(403, json={"code": "LIMIT"}), attempts=1)
    with pytest.raises(Throttled):
        await rig.client.read(READ)


async def test_no_attempt_starts_beyond_the_deadline() -> None:
    rig = Rig(httpx.Response(429, headers={"retry-after": "50"}), deadline=20.0)
    with pytest.raises(Throttled):
        await rig.client.read(READ)
    assert len(rig.requests) == 1
    assert rig.clock.naps == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, Refused), (403, Refused), (404, Missing), (409, Conflict), (412, Conflict)],
)
async def test_a_refusal_is_final(status: int, expected: type[SystemOfRecordError]) -> None:
    rig = Rig(httpx.Response(status, json={"code": "NO", "message": "no"}))
    with pytest.raises(expected) as caught:
        await rig.client.read(READ)
    assert type(caught.value) is expected
    assert len(rig.requests) == 1


async def test_a_token_serves_many_calls_and_is_renewed_before_its_end() -> None:
    rig = Rig(good())
    for _ in range(3):
        await rig.client.read(READ)
    assert rig.tokens == 1
    rig.clock.now += 271
    await rig.client.read(READ)
    assert rig.tokens == 2
    assert rig.requests[-1].headers["authorization"] == "Bearer token-2"


async def test_many_calls_at_once_ask_for_one_token() -> None:
    rig = Rig(good())
    await asyncio.gather(*(rig.client.read(READ) for _ in range(10)))
    assert rig.tokens == 1


async def test_a_refused_token_is_replaced_once() -> None:
    rig = Rig(httpx.Response(401), good())
    await rig.client.read(READ)
    assert [r.headers["authorization"] for r in rig.requests] == [
        "Bearer token-1",
        "Bearer token-2",
    ]
    lasting = Rig(httpx.Response(401))
    with pytest.raises(Refused):
        await lasting.client.read(READ)
    assert len(lasting.requests) == 2


async def test_a_write_sends_its_key_and_the_correlation_id() -> None:
    rig = Rig(good())
    with correlated("run-7"):
        await rig.client.write(WRITE, "key-1")
    sent = rig.requests[0]
    assert sent.headers["idempotency-key"] == "key-1"
    assert sent.headers["x-correlation-id"] == "run-7"
    assert json.loads(sent.content) == {"name": "x"}


async def test_a_read_sends_no_key() -> None:
    rig = Rig(good())
    await rig.client.read(READ)
    assert "idempotency-key" not in rig.requests[0].headers
    assert "x-correlation-id" not in rig.requests[0].headers


UNCLEAR: list[httpx.Response | Exception] = [
    httpx.Response(500),
    httpx.Response(502),
    httpx.Response(504),
    httpx.Response(200, content=b"<html>"),
    httpx.ReadTimeout("late"),
    httpx.RemoteProtocolError("cut"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
]


@pytest.mark.parametrize("answer", UNCLEAR, ids=repr)
async def test_an_unclear_outcome_is_looked_up_before_anything_is_repeated(
    answer: httpx.Response | Exception,
) -> None:
    rig = Rig(answer, good())
    found = Answer(200, {"looked": "up"})

    async def lookup() -> Answer | None:
        return found

    assert await rig.client.write(WRITE, "key-1", lookup) is found
    assert len(rig.requests) == 1


async def test_a_write_is_repeated_with_its_key_once_a_lookup_found_nothing() -> None:
    rig = Rig(httpx.Response(500), good())
    lookups = []

    async def lookup() -> Answer | None:
        lookups.append(len(rig.requests))
        return None

    await rig.client.write(WRITE, "key-1", lookup)
    assert lookups == [1]
    assert {r.headers["idempotency-key"] for r in rig.requests} == {"key-1"}


async def test_what_was_never_sent_needs_no_lookup() -> None:
    rig = Rig(httpx.ConnectError("refused"), good())

    async def lookup() -> Answer | None:
        raise AssertionError("nothing to look up")

    await rig.client.write(WRITE, "key-1", lookup)
    assert len(rig.requests) == 2


async def test_an_outcome_unknown_to_the_end_is_said_to_be_so() -> None:
    rig = Rig(httpx.Response(500), attempts=3)
    with pytest.raises(OutcomeUnknown) as caught:
        await rig.client.write(WRITE, "key-1")
    assert caught.value.key == "key-1"
    down = Rig(httpx.Response(503), attempts=3)
    with pytest.raises(Retryable):
        await down.client.write(WRITE, "key-1")


async def test_a_lookup_that_is_refused_or_too_slow_leaves_the_outcome_unknown() -> None:
    async def refused() -> Answer | None:
        raise Refused(System.ERP, "look up", "no", "NO")

    rig = Rig(httpx.Response(500))
    with pytest.raises(OutcomeUnknown) as caught:
        await rig.client.write(WRITE, "key-1", refused)
    assert caught.value.key == "key-1"
    assert len(rig.requests) == 1

    async def endless() -> Answer | None:
        await asyncio.Event().wait()
        return None

    rig = Rig(httpx.Response(500), backoff=0.0, deadline=0.05, attempts=2)
    with pytest.raises(OutcomeUnknown):
        await rig.client.write(WRITE, "key-1", endless)


async def test_a_link_to_elsewhere_gets_no_token() -> None:
    rig = Rig(good())
    with pytest.raises(Refused):
        await rig.client.read(Call("next page", "GET", "http://evil.test/things"))
    assert not rig.requests
    await rig.client.read(Call("next page", "GET", "http://erp.test/things?page=2"))


async def test_no_more_calls_at_once_than_the_system_bears() -> None:
    present, most = 0, 0

    async def handle(request: httpx.Request) -> httpx.Response:
        nonlocal present, most
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 300})
        present += 1
        most = max(most, present)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        present -= 1
        return good()

    settings = ClientSettings(concurrency=3)
    transport = httpx.MockTransport(handle)
    client = SystemClient(DIALECT, ENDPOINT, settings, transport=transport)
    await asyncio.gather(*(client.read(READ) for _ in range(20)))
    assert most == 3


@pytest.mark.parametrize("answer", [*UNCLEAR, httpx.Response(400), httpx.Response(401)], ids=repr)
async def test_no_error_tells_a_secret_or_a_payload(
    answer: httpx.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="subgraphs")
    rig = Rig(answer, attempts=2)
    call = replace(WRITE, body={"salary": "payload-to-hide"})
    with pytest.raises(SystemOfRecordError) as caught:
        await rig.client.write(call, "key-1")
    told = str(caught.value) + repr(caught.value.__cause__) + caplog.text + repr(rig.client)
    for secret in ("the-secret", "token-1", "payload-to-hide"):
        assert secret not in told


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(401), Refused),
        (httpx.Response(400), Refused),
        (httpx.Response(500), Retryable),
        (httpx.Response(429), Throttled),
        (httpx.Response(200, json=[]), Retryable),
        (httpx.Response(200, json={"access_token": "x", "expires_in": "never"}), Retryable),
        (httpx.Response(200, content=b"{"), Retryable),
    ],
)
async def test_a_token_endpoint_that_fails(
    response: httpx.Response, expected: type[SystemOfRecordError]
) -> None:
    transport = httpx.MockTransport(lambda request: response)
    settings = ClientSettings(attempts=1)
    client = SystemClient(DIALECT, ENDPOINT, settings, transport=transport)
    with pytest.raises(expected):
        await client.read(READ)
