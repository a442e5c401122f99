"""TLS to subgraphs: own authorities, client certificates, and what must not be trusted."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.errors import Code
from gateway.transport.factory import create_transport
from gateway.transport.port import TransportError
from gateway.transport.settings import TlsSettings, TransportSettings
from tests.transport.conftest import Build, ask
from tests.transport.peer import Exchange, peer


async def fine(exchange: Exchange) -> None:
    await exchange.answer(b"{}")


@dataclass(frozen=True)
class Authority:
    """A certificate authority in a folder."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def file(self) -> str:
        return str(self.folder / "ca.pem")

    def issue(self, name: str, host: str = "127.0.0.1") -> tuple[str, str]:
        """Issue a certificate; returns the paths of certificate and key."""
        key = ec.generate_private_key(ec.SECP256R1())
        address = x509.IPAddress(ipaddress.ip_address(host))
        certificate = (
            _builder(name, self.certificate.subject, key)
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        certificate_file, key_file = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return str(certificate_file), str(key_file)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
    )


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder("test authority", _name("test authority"), key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(tmp_path, key, certificate)


def server_context(authority: Authority, host: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("server", host))
    return context


async def test_a_subgraph_with_a_certificate_of_the_own_authority(
    build: Build, authority: Authority
) -> None:
    transport = build(tls=TlsSettings(ca_file=authority.file))
    async with peer(fine, server_context(authority)) as subgraph:
        for _ in range(3):
            assert (await transport.send(ask(subgraph.url))).body == b"{}"
        assert subgraph.connections == 1
        await transport.close()


async def test_an_unknown_authority_is_not_trusted(build: Build, authority: Authority) -> None:
    async with peer(fine, server_context(authority)) as subgraph:
        with pytest.raises(TransportError) as caught:
            await build().send(ask(subgraph.url))
        assert subgraph.exchanges == []
    assert caught.value.code is Code.SUBREQUEST_HTTP_ERROR
    assert not caught.value.sent


async def test_a_certificate_for_another_host_is_not_trusted(
    build: Build, authority: Authority
) -> None:
    transport = build(tls=TlsSettings(ca_file=authority.file))
    async with peer(fine, server_context(authority, host="127.0.0.2")) as subgraph:
        with pytest.raises(TransportError) as caught:
            await transport.send(ask(subgraph.url))
    assert caught.value.code is Code.SUBREQUEST_HTTP_ERROR


async def test_verification_can_be_turned_off(build: Build, authority: Authority) -> None:
    async with peer(fine, server_context(authority)) as subgraph:
        transport = build(tls=TlsSettings(verify=False))
        assert (await transport.send(ask(subgraph.url))).body == b"{}"
        await transport.close()


async def test_client_certificates(build: Build, authority: Authority) -> None:
    context = server_context(authority)
    context.load_verify_locations(authority.file)
    context.verify_mode = ssl.CERT_REQUIRED
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
    async with peer(fine, server_context(authority)) as subgraph:
        with pytest.raises(TransportError):
            await build().send(ask(subgraph.url.replace("https:", "http:")))


async def test_tls_on_a_plain_port_is_an_error(build: Build) -> None:
    async with peer(fine) as subgraph:
        with pytest.raises(TransportError) as caught:
            await build(timeout=0.2).send(ask(subgraph.url.replace("http:", "https:")))
        assert subgraph.exchanges == []
    assert caught.value.code in (Code.GATEWAY_TIMEOUT, Code.SUBREQUEST_HTTP_ERROR)
