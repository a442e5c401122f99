"""TLS, client certificates and HTTP/2 to a subgraph, configured as in an operator's file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import Code
from gateway.settings import load_settings
from gateway.transport.port import SubgraphRequest
from tests.kit.certificates import Authority, create_authority
from tests.resilience.fleet import (
    PARTIAL,
    REQUESTS,
    WHOLE,
    Fleet,
    fleet,
    reviews,
    serving,
    settings,
)
from tests.resilience.http2_peer import Script, Stream, http2_peer
from tests.server.gateway_kit import eventually as eventually_answers
from tests.transport.peer import Exchange, eventually, peer


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return create_authority(tmp_path)


def from_file(folder: Path, text: str, **environment: str) -> dict[str, Any]:
    """The settings that a file and the environment give."""
    path = folder / "gateway.yaml"
    path.write_text(text)
    return load_settings(path, environment).model_dump(exclude_unset=True)


async def assert_partial(made: Fleet, code: Code) -> None:
    for response in await made.wave(count=10):
        answer = response.json()
        assert (response.status_code, answer["data"]) == (200, PARTIAL)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {code}


async def test_a_subgraph_that_insists_on_certificates(authority: Authority) -> None:
    """The gateway trusts the given authority, and shows its own certificate, its key locked."""
    certificate, key = authority.issue("gateway", password="open sesame")
    subjects = set()
    answer = serving(reviews())

    async def noting(exchange: Exchange) -> None:
        subjects.add(str(exchange.writer.get_extra_info("peercert")["subject"]))
        await answer(exchange)

    given = from_file(
        authority.folder,
        f"""
        headers: {{all: {{request: [{{propagate: {{named: authorization}}}}]}}}}
        traffic_shaping:
          subgraphs:
            reviews:
              tls:
                ca_file: {authority.file}
                certificate_file: {certificate}
                key_file: {key}
                key_password: ${{env.KEY_PASSWORD}}
        """,
        KEY_PASSWORD="open sesame",
    )
    async with (
        peer(noting, authority.server_context(ask_clients=True)) as server,
        fleet(server.url, given) as made,
    ):
        assert [response.json() for response in await made.wave()] == [{"data": WHOLE}] * REQUESTS
        assert server.connections <= 100
    assert subjects == {"((('commonName', 'gateway'),),)"}


async def test_without_a_certificate_the_rest_is_answered(authority: Authority) -> None:
    async with (
        peer(serving(reviews()), authority.server_context(ask_clients=True)) as server,
        fleet(server.url, settings(tls={"ca_file": authority.file})) as made,
    ):
        await assert_partial(made, Code.SUBREQUEST_HTTP_ERROR)
        assert server.exchanges == []


@pytest.mark.parametrize("http2", [False, True])
async def test_an_expired_certificate_is_not_accepted(authority: Authority, http2: bool) -> None:
    async with (
        peer(serving(reviews()), authority.server_context(days=-1)) as server,
        fleet(server.url, settings(tls={"ca_file": authority.file}, http2=http2)) as made,
    ):
        await assert_partial(made, Code.SUBREQUEST_HTTP_ERROR)
        assert server.exchanges == []


# --- HTTP/2 ---------------------------------------------------------------------------------------


def http2(authority: Authority, **more: Any) -> dict[str, Any]:
    return settings(http2=True, tls={"ca_file": authority.file}, **more)


def answering() -> Script:
    subgraph = reviews()

    async def answer(stream: Stream) -> None:
        headers = tuple(pair for pair in stream.headers if not pair[0].startswith(":"))
        request = SubgraphRequest("reviews", "/graphql", stream.body, headers)
        await stream.answer((await subgraph.answer(request)).body)

    return answer


async def test_requests_share_a_connection(authority: Authority) -> None:
    """They are under way at the same time: none is answered before all first fetches have come."""
    answer, everybody = answering(), asyncio.Event()
    waiting = 0

    async def together(stream: Stream) -> None:
        nonlocal waiting
        waiting += 1
        if waiting == 50:
            everybody.set()
        await everybody.wait()
        await answer(stream)

    async with (
        http2_peer(together, authority.server_context()) as server,
        fleet(server.url, http2(authority, timeout="60s")) as made,
    ):
        assert [each.json() for each in await made.wave(count=50)] == [{"data": WHOLE}] * 50
        assert server.protocols == {"h2"}
        assert server.connections < 10
        assert len(server.streams) == 100
        stream = server.streams[0]
        assert (stream.header(":method"), stream.header(":path")) == ("POST", "/graphql")
        callers = {each.header("authorization") for each in server.streams}
        assert callers == {f"Bearer {number}" for number in range(50)}


async def test_a_server_without_http2_is_spoken_to_as_it_can(authority: Authority) -> None:
    context = authority.server_context()
    context.set_alpn_protocols(["http/1.1"])
    async with (
        peer(serving(reviews()), context) as server,
        fleet(server.url, http2(authority, timeout="60s")) as made,
    ):
        assert [each.json() for each in await made.wave(count=10)] == [{"data": WHOLE}] * 10
        assert server.exchanges[0].request_line == "POST /graphql HTTP/1.1"


async def test_client_certificates_over_http2(authority: Authority) -> None:
    certificate, key = authority.issue("gateway")
    tls = {"ca_file": authority.file, "certificate_file": certificate, "key_file": key}
    async with (
        http2_peer(answering(), authority.server_context(ask_clients=True)) as server,
        fleet(server.url, settings(http2=True, tls=tls, timeout="60s")) as made,
    ):
        assert (await made.ask()).json() == {"data": WHOLE}
        assert server.protocols == {"h2"}


async def reset(stream: Stream) -> None:
    await stream.reset()


async def go_away(stream: Stream) -> None:
    await stream.go_away()


async def silent(stream: Stream) -> None:
    await asyncio.Event().wait()


async def too_much(stream: Stream) -> None:
    await stream.answer(b" " * 1_000_000)


async def error_page(stream: Stream) -> None:
    await stream.answer(b"<html></html>", 502)


_GIVEN_UP = {Code.GATEWAY_TIMEOUT, Code.SUBREQUEST_HTTP_ERROR, Code.SUBREQUEST_TOO_LARGE}
"""Streams that were given up take a connection's room from those that wait for it."""


@pytest.mark.parametrize(
    ("script", "codes", "patience"),
    [
        (reset, {Code.SUBREQUEST_HTTP_ERROR, Code.SUBREQUEST_MALFORMED_RESPONSE}, "60s"),
        (go_away, {Code.SUBREQUEST_HTTP_ERROR, Code.SUBREQUEST_MALFORMED_RESPONSE}, "60s"),
        (silent, _GIVEN_UP, "1s"),
        (too_much, _GIVEN_UP, "2s"),
        (error_page, {Code.SUBREQUEST_HTTP_ERROR}, "60s"),
    ],
    ids=["reset", "go away", "silent", "too much", "error page"],
)
async def test_faults_over_http2_leave_the_rest(
    authority: Authority, script: Script, codes: set[Code], patience: str
) -> None:
    tasks = asyncio.all_tasks()
    async with (
        http2_peer(script, authority.server_context()) as server,
        fleet(server.url, http2(authority, timeout=patience)) as made,
    ):
        for response in await made.wave():
            answer = response.json()
            assert (response.status_code, answer["data"]) == (200, PARTIAL)
            assert {error["extensions"]["code"] for error in answer["errors"]} <= codes
        await made.gateway.close()
        await eventually(lambda: not server.open_connections)
    assert asyncio.all_tasks() == tasks


@pytest.mark.parametrize(
    ("fault", "patience"), [(reset, "60s"), (go_away, "60s"), (silent, "1s"), (too_much, "1s")]
)
async def test_after_faults_over_http2_requests_are_answered_again(
    authority: Authority, fault: Script, patience: str
) -> None:
    """More requests are given up than a connection has room for, and the next are answered."""
    answer, ill = answering(), asyncio.Event()
    ill.set()

    async def script(stream: Stream) -> None:
        await (fault if ill.is_set() else answer)(stream)

    async with (
        http2_peer(script, authority.server_context()) as server,
        fleet(server.url, http2(authority, timeout=patience)) as made,
    ):
        for _ in range(3):
            assert {each.json()["data"]["latest"] for each in await made.wave(count=25)} == {None}
        ill.clear()

        async def well_again() -> bool:
            return bool((await made.ask()).json() == {"data": WHOLE})

        await eventually_answers(well_again)
