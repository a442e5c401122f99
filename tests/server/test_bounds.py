"""Bounds on heads, bodies, rates and concurrency, over real sockets where sockets matter."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest

from gateway.errors import ClientError
from gateway.server.admission import ConcurrencyLimiter, OverloadError, RateLimiter
from gateway.settings.subgraphs import RateLimit, RouterShaping
from tests.server.gateway_kit import Deployed, deployed, listening, users

REQUEST = b'{"query":"{ __typename }"}'


async def exchange(gateway: Deployed, *pieces: bytes, pause: float = 0) -> bytes:
    """Send bytes on a connection of their own; return all that comes until it is closed."""
    parts = urlsplit(gateway.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        async with asyncio.timeout(20):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def head(*lines: str, length: int = len(REQUEST)) -> bytes:
    fixed = ("host: x", "content-type: application/json", f"content-length: {length}")
    every = ("POST /graphql HTTP/1.1", *fixed, "connection: close", *lines)
    return ("\r\n".join(every) + "\r\n\r\n").encode()


async def test_an_ordinary_request_on_a_raw_connection() -> None:
    async with listening() as gateway:
        assert b"200 OK" in await exchange(gateway, head(), REQUEST)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([f"x-{n}: 1" for n in range(200)], b" 431 "),
        (["x-big: " + "y" * 50_000], b" 431 "),
    ],
)
async def test_header_floods_are_refused(lines: list[str], status: bytes) -> None:
    async with listening() as gateway:
        assert status in (await exchange(gateway, head(*lines), REQUEST))[:40]


async def test_a_header_without_end_is_cut_off() -> None:
    async with listening() as gateway:
        start = b"POST /graphql HTTP/1.1\r\nhost: x\r\nx: "
        answer = await exchange(gateway, start, *[b"y" * 60_000] * 4)
    assert answer[:12] in (b"", b"HTTP/1.1 431")


async def test_a_target_without_end_is_cut_off() -> None:
    async with listening() as gateway:
        answer = await exchange(gateway, b"GET /graphql?query=", *[b"y" * 60_000] * 4)
    assert answer[:12] in (b"", b"HTTP/1.1 414", b"HTTP/1.1 431")


async def test_a_slow_head_times_out() -> None:
    async with listening({"limits": {"http_header_timeout": "200ms"}}) as gateway:
        silent = await exchange(gateway)
        slow = await exchange(gateway, b"POST /graphql HTTP/1.1\r\nhost:")
    assert b" 408 " in silent[:40]
    assert b" 408 " in slow[:40]


async def test_a_connection_that_is_kept_alive_is_not_taken_for_a_slow_one() -> None:
    async with listening({"limits": {"http_header_timeout": "200ms"}}) as gateway:
        first = await gateway.post("{ __typename }")
        await asyncio.sleep(0.4)
        second = await gateway.post("{ __typename }")
    assert (first.status_code, second.status_code) == (200, 200)


async def test_a_slow_body_times_out() -> None:
    async with listening({"limits": {"http_body_timeout": "200ms"}}) as gateway:
        answer = await exchange(gateway, head(length=1000), b'{"query":')
    assert b" 408 " in answer[:40]
    assert b"REQUEST_TIMEOUT" in answer


async def test_a_body_that_breaks_off_harms_nobody() -> None:
    async with listening() as gateway:
        parts = urlsplit(gateway.url)
        _, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(head(length=1000) + b'{"query":')
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        response = await gateway.post("{ __typename }")
    assert response.status_code == 200


async def test_a_body_longer_than_announced_or_allowed_is_refused() -> None:
    async with listening({"limits": {"http_max_request_bytes": 10_000}}) as gateway:
        announced = await exchange(gateway, head(length=10**15))
        chunked = await exchange(
            gateway,
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
            *[b"2000\r\n" + b" " * 0x2000 + b"\r\n"] * 2,
        )
    assert b" 413 " in announced[:40]
    assert b" 413 " in chunked[:40]


async def test_not_http_at_all() -> None:
    async with listening() as gateway:
        assert b" 400 " in (await exchange(gateway, b"\x16\x03\x01\x00\xa5hello\r\n\r\n"))[:40]


def shaping(**values: Any) -> RouterShaping:
    return RouterShaping.model_validate(values)


def test_rates_are_limited_for_each_client_and_for_all() -> None:
    now = 0.0
    limiter = RateLimiter(
        shaping(
            client_rate_limit=RateLimit(capacity=2, interval=1.0),
            global_rate_limit=RateLimit(capacity=3, interval=1.0),
        ),
        lambda: now,
    )
    limiter.admit("ada")
    limiter.admit("ada")
    with pytest.raises(OverloadError) as refused:
        limiter.admit("ada")
    assert (refused.value.status, refused.value.retry_after) == (429, 1)
    limiter.admit("grace")
    with pytest.raises(OverloadError):
        limiter.admit("joan")  # the limit of all
    now = 0.5
    limiter.admit("ada")
    now = 10.0
    for _ in range(2):
        limiter.admit("ada")
    with pytest.raises(OverloadError):
        limiter.admit("ada")  # a bucket never holds more than its capacity


async def test_a_client_beyond_its_rate_is_told_when_to_come_back() -> None:
    limit = {"client_rate_limit": {"capacity": 1, "interval": "60s"}}
    async with deployed({"traffic_shaping": {"router": limit}}) as gateway:
        await gateway.post("{ __typename }")
        response = await gateway.post("{ __typename }")
    assert response.status_code == 429
    assert response.headers["retry-after"] == "60"
    assert response.json()["errors"][0]["extensions"]["code"] == "REQUEST_RATE_LIMITED"


async def test_requests_wait_for_their_turn_in_order_and_are_shed_beyond_the_queue() -> None:
    limiter = ConcurrencyLimiter(shaping(concurrency_limit=1, queue_limit=2, queue_timeout="5s"))
    assert limiter.try_enter()
    order: list[int] = []

    async def wait(number: int) -> None:
        await limiter.enter()
        order.append(number)

    first, second = asyncio.create_task(wait(1)), asyncio.create_task(wait(2))
    await asyncio.sleep(0)
    assert not limiter.try_enter()
    with pytest.raises(OverloadError) as shed:
        await limiter.enter()
    assert shed.value.status == 503
    limiter.leave()
    await first
    assert order == [1]
    limiter.leave()
    await second
    limiter.leave()
    assert limiter.try_enter()


async def test_a_request_that_gives_up_waiting_takes_no_turn() -> None:
    limiter = ConcurrencyLimiter(shaping(concurrency_limit=1, queue_limit=2, queue_timeout="20ms"))
    assert limiter.try_enter()
    with pytest.raises(ClientError):
        await limiter.enter()
    cancelled = asyncio.create_task(limiter.enter())
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.wait([cancelled])
    assert limiter.waiting == 0
    limiter.leave()
    assert limiter.try_enter()


async def test_a_request_beyond_its_deadline_is_504() -> None:
    slow = users()
    slow.latency = 5
    settings = {"traffic_shaping": {"router": {"timeout": "100ms"}}}
    async with deployed(settings, [slow]) as gateway:
        response = await gateway.post("{ me { id } }")
    assert response.status_code == 504
    assert response.json()["errors"][0]["extensions"]["code"] == "GATEWAY_TIMEOUT"
