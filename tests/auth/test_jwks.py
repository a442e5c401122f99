"""Key sets: rotation, failure of the identity provider, and floods of unknown key ids."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from auth import keys
from auth.errors import KeysUnavailableError
from auth.jwks import JwksSource, jwks_source

OLD, NEW = keys.generate(), keys.generate()


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Published:
    def __init__(self, *pairs: keys.PrivateKey) -> None:
        self.pairs = list(pairs)
        self.fetches = 0
        self.down = False
        self.gate: asyncio.Event | None = None

    async def __call__(self) -> bytes:
        self.fetches += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.down:
            raise httpx.ConnectError("down")
        return json.dumps({"keys": [pair.public.jwk() for pair in self.pairs]}).encode()


def made(published: Published, clock: Clock) -> JwksSource:
    return JwksSource(
        "test", published, refresh_interval=300, retry_interval=10, max_stale=3_600, clock=clock
    )


async def known(source: JwksSource, pair: keys.PrivateKey) -> bool:
    return bool(await source.find(pair.public.kid, "EdDSA"))


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_rotated_key_is_found_at_once_and_forged_ids_cause_no_storm() -> None:
    clock, published = Clock(), Published(OLD)
    source = made(published, clock)
    assert await known(source, OLD)
    clock.now += 20
    published.pairs = [OLD, NEW]
    assert await known(source, NEW)
    assert published.fetches == 2
    for number in range(100):
        assert not await source.find(f"forged-{number}", "EdDSA")
    assert published.fetches == 2
    clock.now += 10
    for number in range(100):
        assert not await source.find(f"forged-{number}", "EdDSA")
    assert published.fetches == 3


async def test_simultaneous_requests_share_one_fetch() -> None:
    published = Published(OLD)
    published.gate = asyncio.Event()
    source = made(published, Clock())
    waiting = [asyncio.create_task(known(source, OLD)) for _ in range(20)]
    await settle()
    waiting[0].cancel()
    await settle()
    published.gate.set()
    assert all(await asyncio.gather(*waiting[1:]))
    assert published.fetches == 1


async def test_old_keys_serve_while_new_ones_are_fetched_or_cannot_be() -> None:
    clock, published = Clock(), Published(OLD)
    source = made(published, clock)
    assert await known(source, OLD)
    clock.now += 301
    published.gate = asyncio.Event()
    assert await known(source, OLD)  # does not wait for the fetch that it caused
    await settle()
    assert published.fetches == 2
    published.down = True
    published.gate.set()
    await settle()
    clock.now += 3_000
    assert await known(source, OLD)
    await settle()
    clock.now += 600
    with pytest.raises(KeysUnavailableError):
        await known(source, OLD)
    published.down = False
    clock.now += 10
    assert await known(source, OLD)


async def test_a_source_that_was_never_reached_is_unavailable_not_a_refusal() -> None:
    clock, published = Clock(), Published(OLD)
    published.down = True
    source = made(published, clock)
    await source.start()
    with pytest.raises(KeysUnavailableError):
        await known(source, OLD)
    assert published.fetches == 1
    clock.now += 10
    published.down = False
    assert await known(source, OLD)
    await source.close()


async def test_an_empty_set_does_not_lock_everybody_out() -> None:
    clock, published = Clock(), Published(OLD)
    source = made(published, clock)
    assert await known(source, OLD)
    published.pairs = []
    clock.now += 301
    assert await known(source, OLD)
    await settle()
    assert published.fetches == 2
    assert await known(source, OLD)


async def test_by_file(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [OLD.public.jwk()]}))
    for location in (str(file), file.as_uri()):
        source = jwks_source(location)
        assert await known(source, OLD)
        await source.close()
    missing = jwks_source(str(tmp_path / "none.json"))
    with pytest.raises(KeysUnavailableError):
        await known(missing, OLD)


@pytest.mark.parametrize(
    ("response", "usable"),
    [
        (httpx.Response(200, json={"keys": [OLD.public.jwk()]}), True),
        (httpx.Response(503), False),
        (httpx.Response(302, headers={"location": "http://elsewhere/"}), False),
        (httpx.Response(200, text="<html>"), False),
        (httpx.Response(200, content=b" " * 2_000_000 + b'{"keys": []}'), False),
    ],
)
async def test_by_url(response: httpx.Response, usable: bool) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return response

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    source = jwks_source("https://idp.example/keys", headers={"x-tenant": "t"}, client=client)
    if usable:
        assert await known(source, OLD)
    else:
        with pytest.raises(KeysUnavailableError):
            await known(source, OLD)
    assert [request.headers["x-tenant"] for request in seen] == ["t"]
    await source.close()
    assert not client.is_closed
    await client.aclose()
