"""TLS to subgraphs: own authorities, client certificates, and what must not be trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import Code
from gateway.transport.factory import create_transport
from gateway.transport.port import TransportError
from gateway.transport.settings import TlsSettings, TransportSettings
from tests.kit.certificates import Authority, create_authority
from tests.transport.conftest import Build, ask
from tests.transport.peer import Exchange, peer


async def fine(exchange: Exchange) -> None:
    await exchange.answer(b"{}")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return create_authority(tmp_path)


async def test_a_subgraph_with_a_certificate_of_the_own_authority(
    build: Build, authority: Authority
) -> None:
    transport = build(tls=TlsSettings(ca_file=authority.file))
    async with peer(fine, authority.server_context()) as subgraph:
        for _ in range(3):
            assert (await transport.send(ask(subgraph.url))).body == b"{}"
        assert subgraph.connections == 1
        await transport.close()


async def test_an_unknown_authority_is_not_trusted(build: Build, authority: Authority) -> None:
    async with peer(fine, authority.server_context()) as subgraph:
        with pytest.raises(TransportError) as caught:
            await build().send(ask(subgraph.url))
        assert subgraph.exchanges == []
    assert caught.value.code is Code.SUBREQUEST_HTTP_ERROR
    assert not caught.value.sent


async def test_a_certificate_for_another_host_is_not_trusted(
    build: Build, authority: Authority
) -> None:
    transport = build(tls=TlsSettings(ca_file=authority.file))
    async with peer(fine, authority.server_context("127.0.0.2")) as subgraph:
        with pytest.raises(TransportError) as caught:
            await transport.send(ask(subgraph.url))
    assert caught.value.code is Code.SUBREQUEST_HTTP_ERROR


async def test_verification_can_be_turned_off(build: Build, authority: Authority) -> None:
    async with peer(fine, authority.server_context()) as subgraph:
        transport = build(tls=TlsSettings(verify=False))
        assert (await transport.send(ask(subgraph.url))).body == b"{}"
        await transport.close()


async def test_client_certificates(build: Build, authority: Authority) -> None:
    context = authority.server_context(ask_clients=True)
    certificate, key = authority.issue("gateway")
    known = TlsSettings(ca_file=authority.file, certificate_file=certificate, key_file=key)
    async with peer(fine, context) as subgraph:
        transport = build(tls=known)
        assert (await transport.send(ask(subgraph.url))).body == b"{}"
        await transport.close()
        with pytest.raises(TransportError):
            await build(tls=TlsSettings(ca_file=authority.file)).send(ask(subgraph.url))


def test_missing_files_are_found_at_once() -> None:
    with pytest.raises(OSError, match="No such file"):
        create_transport(TransportSettings(tls=TlsSettings(ca_file="/nowhere/ca.pem")))


async def test_plain_http_on_a_tls_port_is_an_error(build: Build, authority: Authority) -> None:
    async with peer(fine, authority.server_context()) as subgraph:
        with pytest.raises(TransportError):
            await build().send(ask(subgraph.url.replace("https:", "http:")))


async def test_tls_on_a_plain_port_is_an_error(build: Build) -> None:
    async with peer(fine) as subgraph:
        with pytest.raises(TransportError) as caught:
            await build(timeout=0.2).send(ask(subgraph.url.replace("http:", "https:")))
        assert subgraph.exchanges == []
    assert caught.value.code in (Code.GATEWAY_TIMEOUT, Code.SUBREQUEST_HTTP_ERROR)
