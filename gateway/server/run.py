"""One worker process: a listening socket, uvicorn, signals, and the reloading around them."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from gateway.app import Surroundings, deploy
from gateway.server import collector
from gateway.server.application import Application
from gateway.server.deployment import Deployment, Gateway
from gateway.server.graphiql import GraphiqlPages
from gateway.server.http_protocol import bounded_protocol
from gateway.server.reload import Reloader, Source, first_deployment
from gateway.server.websocket import WebSocketEndpoint
from gateway.server.websocket_protocol import bounded_websocket_protocol
from gateway.settings import Mode, Settings, load_settings
from gateway.telemetry.build import build_telemetry

LOGGER = logging.getLogger("gateway.server")
BACKLOG = 2048


class StartError(Exception):
    """The gateway cannot start; the text says why."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What the command line says; it takes precedence over the configuration file."""

    supergraph: Path | None
    config: Path | None
    host: str | None
    port: int | None
    header_presets: Path | None = None


def read_settings(options: ServeOptions) -> Settings:
    """The settings that the options mean.

    Without a configuration file, on an address that only this machine reaches, the mode is
    `development`. Raises `SettingsError`, `OSError`.
    """
    if options.config is not None:
        settings = load_settings(options.config, os.environ)
    else:
        settings = Settings()
        host, _ = address(options, settings)
        if is_loopback(host):
            settings = settings.model_copy(update={"mode": Mode.DEVELOPMENT})
    if options.header_presets is not None:
        graphiql = settings.graphiql.model_copy(
            update={"header_presets": str(options.header_presets)}
        )
        settings = settings.model_copy(update={"graphiql": graphiql})
    return settings


def address(options: ServeOptions, settings: Settings) -> tuple[str, int]:
    """Host and port to listen on. Raises `StartError` if the settings' are not understood."""
    host, separator, port = settings.supergraph.listen.rpartition(":")
    if not separator or not port.isdigit():
        raise StartError(f"supergraph.listen is not host:port: {settings.supergraph.listen}")
    return options.host or host.strip("[]"), int(port) if options.port is None else options.port


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine only."""
    return host in ("localhost", "::1") or host.startswith("127.")


def source_of(options: ServeOptions) -> Source:
    """Where the options say that settings and supergraph are."""

    def supergraph(settings: Settings) -> Path:
        if options.supergraph is not None:
            return options.supergraph
        if settings.supergraph.path is None:
            raise StartError("no supergraph: give --supergraph, or supergraph.path in the file")
        return Path(settings.supergraph.path)

    def watched(settings: Settings) -> tuple[Path, ...]:
        manifest = settings.persisted_documents.manifest
        named = [supergraph(settings), options.config, Path(manifest) if manifest else None]
        return tuple(path for path in named if path is not None)

    return Source(lambda: read_settings(options), supergraph, watched)


def reserve(host: str, port: int) -> socket.socket:
    """The first socket of a gateway on its address, like `bind`.

    Another gateway's sockets may be shared too, and the kernel would give each of the two some of
    the requests: the address is therefore tried unshared first. Raises `StartError`.
    """
    bind(host, port, shared=False).close()
    return bind(host, port)


def bind(host: str, port: int, *, shared: bool = True) -> socket.socket:
    """A socket that several workers may bind; the kernel shares connections out among them.

    Raises `StartError`.
    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(shared))
        bound.bind(where)
    except OSError as error:
        raise StartError(f"cannot listen on {host}:{port}: {error.strerror or error}") from None
    bound.setblocking(False)
    return bound


class _Server(uvicorn.Server):
    """uvicorn, which lets the gateway drain before it closes anything.

    By itself it cuts WebSockets off at once, with what is under way on them.
    """

    def __init__(
        self, config: uvicorn.Config, gateway: Gateway, websockets: WebSocketEndpoint
    ) -> None:
        super().__init__(config)
        self._gateway = gateway
        self._websockets = websockets

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()  # whoever connects from now on would not be served to the end
        self._gateway.drain()
        total = self.config.timeout_graceful_shutdown or 0
        began = time.monotonic()
        try:
            async with asyncio.timeout(total):
                await self._websockets.closed()
        except TimeoutError:
            LOGGER.error("WebSockets are cut off: the time to drain is over")
        self.config.timeout_graceful_shutdown = max(1, total - round(time.monotonic() - began))
        await super().shutdown(sockets)


async def serve(options: ServeOptions, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight then end before this returns.

    `ready` is called once requests are accepted. Raises what makes the start impossible.
    """
    threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="planning")
    source = source_of(options)
    telemetry = build_telemetry(source.settings())
    surroundings = Surroundings(threads, os.environ, telemetry=telemetry)

    async def make(settings: Settings, sdl: str) -> Deployment:
        return await deploy(settings, sdl, surroundings)

    gateway = Gateway(await first_deployment(source, make), retired=collector.settle)
    metrics = telemetry.metrics
    reloader = Reloader(gateway, source, make, metrics.reload if metrics else None)
    stop = asyncio.Event()
    settings = gateway.current.settings
    application = Application(gateway, GraphiqlPages(), telemetry)
    server = _Server(_uvicorn(application, settings), gateway, application.websocket)
    bound.listen(BACKLOG)
    tasks = [asyncio.create_task(_reload_on_hangup(reloader, stop))]
    if telemetry.usage is not None:
        interval = settings.telemetry.usage.flush_interval
        tasks.append(asyncio.create_task(telemetry.usage.run(interval, _usage_failed)))
    if settings.supergraph.watch:
        tasks.append(asyncio.create_task(reloader.watch(stop)))
    collector.settle()
    ready()
    try:
        await server.serve(sockets=[bound])
    finally:
        stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await gateway.close()
        telemetry.close()
        threads.shutdown(wait=False, cancel_futures=True)


def _uvicorn(application: Application, settings: Settings) -> uvicorn.Config:
    tls = settings.supergraph.tls
    return uvicorn.Config(
        application,
        http=bounded_protocol(settings.limits),
        ws=bounded_websocket_protocol(settings.limits),
        interface="asgi3",
        lifespan="off",
        proxy_headers=False,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=max(1, round(settings.traffic_shaping.router.drain_timeout)),
        ws_max_size=settings.limits.http_max_request_bytes,
        ssl_certfile=tls.certificate_file if tls else None,
        ssl_keyfile=tls.key_file if tls else None,
        ssl_keyfile_password=tls.key_password if tls else None,
    )


def _usage_failed(error: OSError) -> None:
    LOGGER.error("the usage file cannot be written: %s", error)


async def _reload_on_hangup(reloader: Reloader, stop: asyncio.Event) -> None:
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    while not stop.is_set():
        await asked.wait()
        asked.clear()
        await reloader.reload()
