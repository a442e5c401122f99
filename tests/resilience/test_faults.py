"""One subgraph in trouble, a hundred requests at once: the rest of the graph keeps answering.

Each fault is real bytes, or their absence, on a real socket. Whatever it is, the gateway answers
every request with 200, what the other subgraphs said, null for the rest, and one coded error for
each failed fetch; and it holds neither connections nor tasks afterwards.
"""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import Code
from tests.resilience.fleet import PARTIAL, REQUESTS, WHOLE, body_of, fleet, reviews, settings
from tests.server.gateway_kit import eventually as eventually_answers
from tests.transport.peer import Exchange, Script, eventually, unused_port

_JSON = "content-type: application/json"


async def silent(exchange: Exchange) -> None:
    await exchange.until_left()


async def trickling(exchange: Exchange) -> None:
    await exchange.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while True:
        await exchange.write(b" ")
        await asyncio.sleep(0.1)


async def resetting_at_once(exchange: Exchange) -> None:
    exchange.reset()


async def resetting_midway(exchange: Exchange) -> None:
    await exchange.write(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data"')
    exchange.reset()


async def half_a_body(exchange: Exchange) -> None:
    await exchange.write(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data":{')
    exchange.close()


async def half_a_body_then_silent(exchange: Exchange) -> None:
    await exchange.write(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data":{')
    await silent(exchange)


async def half_a_chunk(exchange: Exchange) -> None:
    await exchange.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{")
    exchange.close()


async def half_a_head(exchange: Exchange) -> None:
    await exchange.write(b"HTTP/1.1 200 OK\r\ncontent-le")
    exchange.close()


async def length_too_small(exchange: Exchange) -> None:
    await exchange.write(b'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"data":{"latest":null}}')


async def length_of_two_minds(exchange: Exchange) -> None:
    await exchange.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ")


async def length_negative(exchange: Exchange) -> None:
    await exchange.write(b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}")


async def headers_without_end(exchange: Exchange) -> None:
    await exchange.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.write(b"x-filler: %b\r\n" % (b"x" * 4000))


async def no_http(exchange: Exchange) -> None:
    await exchange.write(b"220 mail.example ESMTP ready\r\n")
    exchange.close()


async def too_much(exchange: Exchange) -> None:
    await exchange.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        await exchange.write(b"2000\r\n" + b" " * 0x2000 + b"\r\n")


async def too_much_announced(exchange: Exchange) -> None:
    await exchange.write(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n")


_BOMB = gzip.compress(b" " * 20_000_000)


async def gzip_bomb(exchange: Exchange) -> None:
    await exchange.answer(_BOMB, "content-encoding: gzip", _JSON)


def page(body: bytes, *headers: str, status: str = "200 OK") -> Script:
    async def answer(exchange: Exchange) -> None:
        await exchange.answer(body, *headers, status=status)

    return answer


_HTML = (b"<html><h1>Bad gateway</h1></html>", "content-type: text/html")
_HTTP, _MALFORMED = Code.SUBREQUEST_HTTP_ERROR, Code.SUBREQUEST_MALFORMED_RESPONSE
_LARGE, _LATE = Code.SUBREQUEST_TOO_LARGE, Code.GATEWAY_TIMEOUT

FAULTS: dict[str, tuple[Script, Code]] = {
    "silent": (silent, _LATE),
    "trickling": (trickling, _LATE),
    "resetting at once": (resetting_at_once, _HTTP),
    "resetting midway": (resetting_midway, _HTTP),
    "half a body": (half_a_body, _HTTP),
    "half a body, then silent": (half_a_body_then_silent, _LATE),
    "half a chunk": (half_a_chunk, _HTTP),
    "half a head": (half_a_head, _HTTP),
    "content-length too small": (length_too_small, _MALFORMED),
    "two content-lengths": (length_of_two_minds, _MALFORMED),
    "negative content-length": (length_negative, _MALFORMED),
    "headers without end": (headers_without_end, _LARGE),
    "not HTTP": (no_http, _MALFORMED),
    "body without end": (too_much, _LARGE),
    "huge content-length": (too_much_announced, _LARGE),
    "gzip bomb": (gzip_bomb, _LARGE),
    "not JSON": (page(b"{'data': None}", _JSON), _MALFORMED),
    "not an object": (page(b"[1, 2]", _JSON), _MALFORMED),
    "not UTF-8": (page(b'{"data":{"latest":{"body":"\xff\xfe"}}}', _JSON), _MALFORMED),
    "neither data nor errors": (page(b"{}", _JSON), _MALFORMED),
    "data of another kind": (page(b'{"data":[1]}', _JSON), _MALFORMED),
    "deeply nested": (page(b'{"data":' + b"[" * 40_000, _JSON), _MALFORMED),
    "empty": (page(b"", _JSON), _MALFORMED),
    "HTML with 200": (page(*_HTML), _MALFORMED),
    "HTML with 502": (page(*_HTML, status="502 Bad Gateway"), _HTTP),
    "redirect": (page(b"", "location: http://127.0.0.1:1/", status="302 Found"), _HTTP),
}


def file_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def errors_of(answer: dict[str, Any]) -> list[tuple[list[Any], str]]:
    return sorted((error["path"], error["extensions"]["code"]) for error in answer["errors"])


@pytest.mark.parametrize(("script", "code"), FAULTS.values(), ids=FAULTS)
async def test_the_rest_of_the_graph_keeps_answering(script: Script, code: Code) -> None:
    tasks, descriptors = asyncio.all_tasks(), file_descriptors()
    async with fleet(script) as made:
        for response in await made.wave():
            assert response.status_code == 200
            answer = response.json()
            assert answer["data"] == PARTIAL
            assert errors_of(answer) == [(["latest"], code), (["me"], code)]
    assert asyncio.all_tasks() == tasks
    assert file_descriptors() <= descriptors


async def test_a_subgraph_that_is_down() -> None:
    async with fleet(f"http://127.0.0.1:{unused_port()}/graphql") as made:
        for response in await made.wave():
            answer = response.json()
            assert (response.status_code, answer["data"]) == (200, PARTIAL)
            assert errors_of(answer) == [(["latest"], _HTTP), (["me"], _HTTP)]


@pytest.mark.parametrize(
    "script", [silent, half_a_body_then_silent, trickling, length_too_small, headers_without_end]
)
async def test_no_connection_is_kept_that_may_be_out_of_step(script: Script) -> None:
    async with fleet(script) as made:
        await made.wave(count=10)
        await eventually(lambda: not made.peers["reviews"].open_connections)


async def test_a_slow_subgraph_within_its_time_is_waited_for() -> None:
    everybody = asyncio.Event()
    subgraph = reviews()
    waiting = 0

    async def slow(exchange: Exchange) -> None:
        nonlocal waiting
        waiting += 1
        if waiting == REQUESTS:  # root field and entities come apart: two fetches a request
            everybody.set()
        await everybody.wait()
        await exchange.answer(await body_of(subgraph, exchange), _JSON)

    async with fleet(slow, settings(timeout="60s")) as made:
        answers = [response.json() for response in await made.wave()]
    assert answers == [{"data": WHOLE}] * REQUESTS


async def test_json_of_another_content_type_is_still_an_answer() -> None:
    """Servers mislabel; what matters is whether the body is a GraphQL response."""
    subgraph = reviews()

    async def mislabelled(exchange: Exchange) -> None:
        await exchange.answer(await body_of(subgraph, exchange), "content-type: text/html")

    async with fleet(mislabelled) as made:
        assert [response.json() for response in await made.wave(count=5)] == [{"data": WHOLE}] * 5


async def test_a_subgraph_that_fails_for_some_fails_for_nobody_else() -> None:
    """Every answer is either whole or partial, by what became of its own fetches."""
    subgraph = reviews()

    async def fickle(exchange: Exchange) -> None:
        caller = exchange.header("authorization") or ""
        if int(caller.removeprefix("Bearer ")) % 2:
            exchange.reset()
        else:
            await exchange.answer(await body_of(subgraph, exchange), _JSON)

    async with fleet(fickle, settings(timeout="60s")) as made:
        answers = [response.json() for response in await made.wave()]
    assert [answer["data"] for answer in answers] == [WHOLE, PARTIAL] * (REQUESTS // 2)
    assert not any("errors" in answer for answer in answers[::2])


async def test_the_deadline_of_the_request_counts_for_its_subgraphs() -> None:
    given = settings(timeout="60s")
    given["traffic_shaping"]["router"]["timeout"] = "2s"
    async with fleet(silent, given) as made:
        responses = await made.wave(count=10)
    for response in responses:
        assert response.status_code in (200, 504)
        codes = {error["extensions"]["code"] for error in response.json()["errors"]}
        assert codes <= {Code.GATEWAY_TIMEOUT, Code.REQUEST_TIMEOUT}


@pytest.mark.parametrize(
    "script", [silent, resetting_at_once, half_a_body, FAULTS["HTML with 502"][0]]
)
async def test_a_mutation_is_sent_exactly_once(script: Script) -> None:
    """Its answer is lost, so nobody knows whether it happened: it must not happen again."""
    retrying = settings(retry={"enabled": True, "max_attempts": 3, "interval": "1ms"})
    async with fleet(script, retrying) as made:
        mutations = 'mutation { publish(body: "x") { body } }'
        responses = await made.wave(mutations, count=20)
        received = made.peers["reviews"].exchanges
        callers = sorted(exchange.header("authorization") or "" for exchange in received)
    assert callers == sorted(f"Bearer {number}" for number in range(20))
    for response in responses:
        assert (response.status_code, response.json()["data"]) == (200, {"publish": None})


async def test_a_query_is_sent_again() -> None:
    subgraph = reviews()
    failed: set[bytes] = set()

    async def fails_first(exchange: Exchange) -> None:
        if exchange.body in failed:
            await exchange.answer(await body_of(subgraph, exchange), _JSON)
        else:
            failed.add(exchange.body)
            exchange.reset()

    retrying = settings(timeout="60s", retry={"enabled": True, "interval": "1ms"})
    async with fleet(fails_first, retrying) as made:
        response = await made.ask()
        assert response.json() == {"data": WHOLE}
        assert len(made.peers["reviews"].exchanges) == 4


async def test_retries_are_no_storm() -> None:
    """A hundred requests of two fetches each; retries have ten in reserve and a fifth of the load."""
    retrying = settings(retry={"enabled": True, "interval": "1ms", "budget": "20%"})
    async with fleet(resetting_at_once, retrying) as made:
        await made.wave()
        received = len(made.peers["reviews"].exchanges)
    fetches = 2 * REQUESTS
    assert fetches < received <= fetches + 10 + fetches // 5


async def test_the_circuit_breaker_opens_and_recovers() -> None:
    subgraph = reviews()
    ill = True

    async def recovering(exchange: Exchange) -> None:
        if ill:
            exchange.reset()
        else:
            await exchange.answer(await body_of(subgraph, exchange), _JSON)

    breaker = {"volume_threshold": 10, "reset_timeout": "200ms", "half_open_attempts": 2}
    async with fleet(recovering, settings(timeout="60s", circuit_breaker=breaker)) as made:
        codes: set[str] = set()
        for _ in range(20):
            answer = (await made.ask()).json()
            assert answer["data"] == PARTIAL
            codes |= {code for _, code in errors_of(answer)}
        assert codes == {Code.SUBREQUEST_HTTP_ERROR, Code.DOWNSTREAM_SERVICE_ERROR}
        ill = False

        async def well_again() -> bool:
            return bool((await made.ask()).json() == {"data": WHOLE})

        await eventually_answers(well_again)
        assert [response.json() for response in await made.wave(count=20)] == [{"data": WHOLE}] * 20


async def test_while_the_circuit_is_open_the_subgraph_is_left_alone() -> None:
    breaker = {"volume_threshold": 10, "reset_timeout": "10m"}
    async with fleet(resetting_at_once, settings(circuit_breaker=breaker)) as made:
        await made.wave()
        received = len(made.peers["reviews"].exchanges)
        for response in await made.wave():
            answer = response.json()
            assert answer["data"] == PARTIAL
            refused = Code.DOWNSTREAM_SERVICE_ERROR
            assert errors_of(answer) == [(["latest"], refused), (["me"], refused)]
        assert len(made.peers["reviews"].exchanges) == received


async def test_sharing_does_not_mix_callers() -> None:
    """A hundred requests of ten callers: each is told its own name, and few fetches do it."""
    everybody = asyncio.Event()
    seen: set[str] = set()

    async def who(exchange: Exchange) -> None:
        caller = exchange.header("authorization") or ""
        seen.add(caller)
        if len(seen) == 10:
            everybody.set()
        await everybody.wait()
        await exchange.answer(b'{"data":{"latest":{"body":"%b"}}}' % caller.encode(), _JSON)

    async with fleet(who, settings(timeout="60s")) as made:
        callers = [f"Bearer {number % 10}" for number in range(REQUESTS)]
        async with asyncio.timeout(60):
            responses = await asyncio.gather(
                *(made.ask("{ latest { body } }", caller) for caller in callers)
            )
        received = len(made.peers["reviews"].exchanges)
    assert [response.json()["data"]["latest"]["body"] for response in responses] == callers
    assert 10 <= received <= REQUESTS
