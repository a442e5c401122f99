"""Builds the four sandbox systems over a data folder and serves them on four ports."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.access import ClientCredentials, TokenIssuer
from subgraphs.systems_of_record.sandbox.clm import app as clm_app
from subgraphs.systems_of_record.sandbox.clm import kinds as clm_kinds
from subgraphs.systems_of_record.sandbox.crm import app as crm_app
from subgraphs.systems_of_record.sandbox.crm import kinds as crm_kinds
from subgraphs.systems_of_record.sandbox.erp import app as erp_app
from subgraphs.systems_of_record.sandbox.erp import kinds as erp_kinds
from subgraphs.systems_of_record.sandbox.psa import app as psa_app
from subgraphs.systems_of_record.sandbox.psa import kinds as psa_kinds
from subgraphs.systems_of_record.sandbox.seed import world
from subgraphs.systems_of_record.sandbox.seed.firm import TIME_ENTRIES
from subgraphs.systems_of_record.sandbox.shell import Manner, Shell
from subgraphs.systems_of_record.sandbox.store import Store
from subgraphs.systems_of_record.settings import (
    Endpoint,
    SystemsFile,
    SystemsFileError,
    read_systems_file,
    write_systems_file,
)

DEFAULT_PORT = 4101
SYSTEMS_FILE = "systems.json"
ORDER = (System.CRM, System.CLM, System.ERP, System.PSA)
_CATALOGUES = {
    System.CRM: crm_kinds.CATALOGUE,
    System.CLM: clm_kinds.CATALOGUE,
    System.ERP: erp_kinds.CATALOGUE,
    System.PSA: psa_kinds.CATALOGUE,
}


class PortInUseError(Exception):
    """A port that was asked for is taken."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use; choose another with --port")
        self.port = port


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Four systems, not yet served."""

    folder: Path
    stores: Mapping[System, Store]
    shells: Mapping[System, Shell]

    @property
    def systems_file(self) -> Path:
        """Where URLs and credentials are written."""
        return self.folder / SYSTEMS_FILE

    def close(self) -> None:
        """Close the databases."""
        for store in self.stores.values():
            store.close()


def open_sandbox(
    folder: Path,
    *,
    scale: int = 1,
    time_entries: int = TIME_ENTRIES,
    today: date | None = None,
    token_lifetime: float = 300.0,
    progress: Callable[[str], None] = lambda line: None,
) -> Sandbox:
    """Open the data in a folder; a new folder is filled first. Credentials are kept there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = _credentials(folder / SYSTEMS_FILE)
    stores = {
        system: Store(folder / f"{system.value.lower()}.db", _CATALOGUES[system])
        for system in ORDER
    }
    founded = world.Founding(scale, today or date.today(), time_entries)
    held = _fill(stores, founded, progress)
    if held.scale != scale:
        progress(f"{folder} keeps the data that it has, of scale {held.scale}")
    shells = {system: _shell(system, stores[system], content, token_lifetime) for system in ORDER}
    return Sandbox(folder, stores, shells)


def _fill(
    stores: Mapping[System, Store], founded: world.Founding, progress: Callable[[str], None]
) -> world.Founding:
    """Fill the stores that are empty. If others are not (filling was interrupted), the same firm
    is continued, whatever is asked for now: the systems must agree. Returns the firm's founding.
    """
    holding = [held for store in stores.values() if (held := world.founding_of(store)) is not None]
    chosen = holding[0] if holding else founded
    empty = {s: store for s, store in stores.items() if world.founding_of(store) is None}
    if empty:
        world.write(world.build(chosen), empty, chosen, progress)
    return chosen


def _shell(system: System, store: Store, content: SystemsFile, lifetime: float) -> Shell:
    endpoint = content.endpoints[system]
    issuer = TokenIssuer(ClientCredentials(endpoint.client_id, endpoint.client_secret), lifetime)
    # The CRM tells its usage in a header, so it asks the counter of the shell around it.
    around: list[Shell] = []
    app, manner = _application(system, store, lambda: around[0].calls.total())
    around.append(Shell(app, manner, issuer, content.admin_key))
    return around[0]


def _application(system: System, store: Store, calls: Callable[[], int]) -> tuple[ASGIApp, Manner]:
    match system:
        case System.CRM:
            return crm_app.application(store, calls), crm_app.manner()
        case System.CLM:
            return clm_app.application(store), clm_app.manner()
        case System.ERP:
            return erp_app.application(store), erp_app.manner()
        case System.PSA:
            return psa_app.application(store), psa_app.manner()


def _credentials(path: Path) -> SystemsFile:
    """The folder's credentials, generated once."""
    with contextlib.suppress(SystemsFileError):
        return read_systems_file(path)
    endpoints = {
        system: Endpoint("", f"c2c-{system.value.lower()}", secrets.token_urlsafe(32))
        for system in ORDER
    }
    content = SystemsFile(endpoints, secrets.token_urlsafe(32))
    write_systems_file(path, content)
    return content


def bind(port: int, host: str = "127.0.0.1") -> dict[System, socket.socket]:
    """Four listening sockets on consecutive ports (0: on free ones). Raises PortInUseError."""
    sockets: dict[System, socket.socket] = {}
    for offset, system in enumerate(ORDER):
        wanted = port + offset if port else 0
        # With the protocol named, asyncio turns Nagle's algorithm off on what is accepted;
        # without, every answer would wait some 40 ms for the client's acknowledgement.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, wanted))
            listener.listen(256)
        except OSError as error:
            listener.close()
            for other in sockets.values():
                other.close()
            raise PortInUseError(wanted) from error
        sockets[system] = listener
    return sockets


class _Server(uvicorn.Server):
    """Signals are for whoever runs the four servers, not for each of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class Host:
    """The four servers of a sandbox on their sockets."""

    sandbox: Sandbox
    sockets: Mapping[System, socket.socket]
    servers: Mapping[System, uvicorn.Server]

    @classmethod
    def of(cls, sandbox: Sandbox, sockets: Mapping[System, socket.socket]) -> Host:
        """Prepare the servers and write their URLs into the systems file."""
        servers: dict[System, uvicorn.Server] = {}
        for system in ORDER:
            config = uvicorn.Config(
                sandbox.shells[system],
                # A cut connection is one of the faults to play: no error worth a traceback.
                log_level="critical",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=3,
            )
            servers[system] = _Server(config)
        host = cls(sandbox, sockets, servers)
        content = read_systems_file(sandbox.systems_file)
        endpoints = {
            system: Endpoint(host.urls[system], old.client_id, old.client_secret)
            for system, old in content.endpoints.items()
        }
        write_systems_file(sandbox.systems_file, SystemsFile(endpoints, content.admin_key))
        return host

    @property
    def urls(self) -> dict[System, str]:
        """The base URL of each system."""
        names = {system: sock.getsockname() for system, sock in self.sockets.items()}
        return {system: f"http://{name[0]}:{name[1]}" for system, name in names.items()}

    async def serve(self) -> None:
        """Serve until `stop`; then finish what is under way and close the databases."""
        try:
            await asyncio.gather(
                *(
                    server.serve(sockets=[self.sockets[system]])
                    for system, server in self.servers.items()
                )
            )
        finally:
            self.sandbox.close()

    def stop(self) -> None:
        """Ask the servers to end; safe to call from a signal handler or another thread."""
        for server in self.servers.values():
            server.should_exit = True
