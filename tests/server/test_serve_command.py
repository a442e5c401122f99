"""`c2c serve` as a process: start, signals, several workers, and faults at the start."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import typer
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from gateway.cli.serve import serve_command
from gateway.server.run import StartError, bind, reserve
from gateway.transport.port import SubgraphRequest, SubgraphResponse
from tests.kit.local_subgraph import LocalSubgraph
from tests.server.gateway_kit import composed, eventually, users
from tests.server.test_websocket import connected

C2C = [str(Path(sys.executable).with_name("c2c"))]


@asynccontextmanager
async def subgraph_server(subgraph: LocalSubgraph) -> AsyncIterator[str]:
    """The subgraph on a free port; yields its URL."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    config = uvicorn.Config(
        subgraph.app, interface="asgi3", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/"
    finally:
        server.should_exit = True
        await task


class Serving:
    """A running `c2c serve`."""

    def __init__(
        self, process: asyncio.subprocess.Process, url: str, client: httpx.AsyncClient
    ) -> None:
        self.process = process
        self.url = url
        self.client = client

    async def ready(self) -> bool:
        """Whether it answers at all."""
        try:
            await self.client.get(self.url.replace("/graphql", "/health/ready"))
        except httpx.TransportError:
            return False
        return True

    async def refuses(self) -> bool:
        """Whether it takes no more connections."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(self.url).port)
        except ConnectionRefusedError:
            return True
        writer.close()
        return False

    async def ask(self, query: str) -> httpx.Response:
        return await self.client.post(self.url, json={"query": query})

    async def until(self, query: str, expected: str) -> None:
        """Ask until the answer holds a text."""

        async def holds() -> bool:
            return expected in (await self.ask(query)).text

        await eventually(holds)


async def started(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *C2C, "serve", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


@asynccontextmanager
async def serving(*arguments: str, verify: ssl.SSLContext | bool = True) -> AsyncIterator[Serving]:
    process = await started("--port", "0", *arguments)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(40):
            line = (await process.stdout.readline()).decode()
        found = re.search(r"https?://\S+", line)
        assert found, line + (await process.stderr.read()).decode()
        async with httpx.AsyncClient(timeout=20, verify=verify) as client:
            made = Serving(process, found[0], client)
            await eventually(made.ready)
            yield made
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(40):
            await process.wait()


def write_supergraph(path: Path, url: str, *, field: str | None = None) -> None:
    made = users()
    sdl = made.sdl
    if field is not None:
        sdl = sdl.replace("  fails: String", f"  fails: String\n  {field}: String")
    path.write_text(composed((("users", url, sdl),)))


def held(subgraph: LocalSubgraph) -> tuple[asyncio.Event, asyncio.Event]:
    """Make a subgraph wait: it tells when it was asked, and is told when to answer."""
    entered, go_on = asyncio.Event(), asyncio.Event()
    answer = subgraph.answer

    async def waiting(request: SubgraphRequest) -> SubgraphResponse:
        entered.set()
        await go_on.wait()
        return await answer(request)

    subgraph.answer = waiting  # type: ignore[method-assign]
    return entered, go_on


async def test_what_is_under_way_on_a_websocket_ends_before_the_process_does(
    tmp_path: Path,
) -> None:
    file = tmp_path / "supergraph.graphql"
    subgraph = users()
    entered, go_on = held(subgraph)
    async with subgraph_server(subgraph) as url:
        write_supergraph(file, url)
        async with serving("--supergraph", str(file)) as gateway, connected(gateway) as client:
            await client.subscribe("q", "{ me { name } }")
            await entered.wait()
            gateway.process.terminate()
            await eventually(gateway.refuses)
            go_on.set()
            assert (await client.hear())["payload"] == {"data": {"me": {"name": "Ada"}}}
            assert (await client.hear())["type"] == "complete"
            assert await client.closed() == (1001, "The gateway is shutting down")
            async with asyncio.timeout(20):
                assert await gateway.process.wait() in (0, -signal.SIGTERM)


async def test_it_serves_reloads_on_hangup_and_drains_on_termination(tmp_path: Path) -> None:
    file = tmp_path / "supergraph.graphql"
    subgraph = users()
    async with subgraph_server(subgraph) as url:
        write_supergraph(file, url)
        async with serving("--supergraph", str(file)) as gateway:
            first = await gateway.ask("{ me { name } }")
            introspection = await gateway.ask("{ __schema { queryType { name } } }")
            write_supergraph(file, url, field="more")
            gateway.process.send_signal(signal.SIGHUP)
            await gateway.until('{ __type(name: "Query") { fields { name } } }', "more")
            entered, go_on = held(subgraph)
            running = asyncio.create_task(gateway.ask("{ users { name } }"))
            await entered.wait()
            gateway.process.terminate()
            await asyncio.sleep(0.2)  # usually enough for the signal to arrive first
            go_on.set()
            last = await running
            async with asyncio.timeout(20):
                status = await gateway.process.wait()
    assert first.json() == {"data": {"me": {"name": "Ada"}}}
    assert introspection.json()["data"]["__schema"]["queryType"]["name"] == "Query"
    assert last.json() == {"data": {"users": [{"name": "Ada"}, {"name": "Grace"}]}}
    assert status in (0, -signal.SIGTERM)


async def test_several_workers_share_the_port_and_one_that_dies_is_replaced(
    tmp_path: Path,
) -> None:
    file, config = tmp_path / "supergraph.graphql", tmp_path / "gateway.yaml"
    write_supergraph(file, "http://127.0.0.1:9/")
    config.write_text("mode: development\n")
    query = "{ __typename }"
    async with serving(
        "--supergraph", str(file), "--config", str(config), "--workers", "2"
    ) as gateway:
        workers = await _workers(gateway.process.pid, 2)
        assert (await gateway.ask(query)).json() == {"data": {"__typename": "Query"}}
        os.kill(workers[0], signal.SIGKILL)
        replaced = await _workers(gateway.process.pid, 2, but=workers[0])
        assert workers[1] in replaced
        async with httpx.AsyncClient(timeout=20) as client:
            other = Serving(gateway.process, gateway.url, client)
            await eventually(other.ready)  # connections of the dead worker are lost
            assert (await other.ask(query)).json() == {"data": {"__typename": "Query"}}
        gateway.process.terminate()
        async with asyncio.timeout(20):
            assert await gateway.process.wait() == 0


async def test_metrics_of_all_workers_are_joined(tmp_path: Path) -> None:
    file, config = tmp_path / "supergraph.graphql", tmp_path / "gateway.yaml"
    write_supergraph(file, "http://127.0.0.1:9/")
    config.write_text("telemetry: {metrics: {prometheus: {enabled: true}}}\n")
    line = 'c2c_gateway_requests_total{kind="query",status="200"} 30.0'
    async with serving(
        "--supergraph", str(file), "--config", str(config), "--workers", "2"
    ) as gateway:
        await _workers(gateway.process.pid, 2)
        for _ in range(30):
            async with httpx.AsyncClient(timeout=20) as client:  # the kernel chooses the worker
                assert (await client.post(gateway.url, json={"query": "{ __typename }"})).is_success
        url = gateway.url.replace("/graphql", "/metrics")
        for _ in range(4):
            async with httpx.AsyncClient(timeout=20) as client:
                assert line in (await client.get(url)).text
        gateway.process.terminate()
        async with asyncio.timeout(20):
            assert await gateway.process.wait() == 0


async def _workers(parent: int, count: int, but: int = -1) -> list[int]:
    """The worker processes, once there are as many as expected."""

    async def enough() -> bool:
        return len(_children(parent) - {but}) == count

    await eventually(enough)
    return sorted(_children(parent) - {but})


def _children(parent: int) -> set[int]:
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(pid) for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


async def test_tls_towards_clients(tmp_path: Path) -> None:
    file, config = tmp_path / "supergraph.graphql", tmp_path / "gateway.yaml"
    write_supergraph(file, "http://127.0.0.1:9/")
    certificate, key = self_signed(tmp_path)
    config.write_text(
        f"supergraph: {{path: {file}, tls: {{certificate_file: {certificate}, key_file: {key}}}}}"
    )
    trust = ssl.create_default_context(cafile=str(certificate))
    async with serving("--config", str(config), verify=trust) as gateway:
        assert gateway.url.startswith("https://")
        response = await gateway.ask("{ __typename }")
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--supergraph", "{bad}"], "INVALID_FEDERATION_SUPERGRAPH"),
        ([], "no supergraph"),
        (["--supergraph", "{good}", "--config", "{config}"], "did you mean `max_depth`"),
        (["--supergraph", "{good}", "--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
        (["--supergraph", "{good}", "--config", "{strict}"], "manifest"),
    ],
)
def test_what_makes_a_start_impossible_is_said(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    files = {
        "bad": "type Query { a: Int }",
        "config": "limits: {max_dept: 1}",
        "strict": "persisted_documents: {strict: true}",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    write_supergraph(tmp_path / "good", "http://127.0.0.1:9/")
    names = {name: str(tmp_path / name) for name in (*files, "good")}
    app = typer.Typer()
    app.command()(serve_command)
    result = CliRunner().invoke(app, ["--port", "0", *(each.format(**names) for each in arguments)])
    assert result.exit_code == 1
    assert message in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_port_that_another_gateway_listens_on_is_refused() -> None:
    with reserve("127.0.0.1", 0) as taken:
        taken.listen()
        host, port = taken.getsockname()
        with pytest.raises(StartError, match=f"cannot listen on {host}:{port}: Address already"):
            reserve(host, port)
        bind(host, port).close()  # what the workers of the same gateway do
