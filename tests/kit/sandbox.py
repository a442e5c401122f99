"""The embedded systems of record for tests: real sockets, seeded data, faults and call counts.

A firm is generated once for a test session; every sandbox that a test asks for is a copy of it.

- `sandbox`: a copy of its own for the test, to change and to break.
- `shared_sandbox`: one copy for the whole session, for tests that only read.

Both serve from a thread of their own, so they suit any event loop. Connect with
`systems(sandbox)`, an async context manager.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from subgraphs.systems_of_record.connect import ConnectedSystems, connect_file
from subgraphs.systems_of_record.http import ClientSettings
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.faults import Fault, FaultKind
from subgraphs.systems_of_record.sandbox.host import Host, Sandbox, bind, open_sandbox

# Fewer hours than the demonstration's: tests copy the files often.
TIME_ENTRIES = 2_000
IMPATIENT = ClientSettings(deadline=5.0, attempt=1.0, attempts=4, backoff=0.005)


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """Four systems that are being served."""

    host: Host

    @property
    def sandbox(self) -> Sandbox:
        """Their stores and shells."""
        return self.host.sandbox

    @property
    def systems_file(self) -> Path:
        """URLs and credentials, as `C2C_SYSTEMS_FILE` wants them."""
        return self.sandbox.systems_file

    def calls(self) -> dict[System, int]:
        """How many calls each system got since `reset_calls`; tokens are not counted."""
        return {system: shell.calls.total() for system, shell in self.sandbox.shells.items()}

    def operations(self, system: System) -> dict[str, int]:
        """The calls of one system by method and path."""
        return self.sandbox.shells[system].calls.counts()

    def reset_calls(self) -> None:
        """Start counting anew."""
        for shell in self.sandbox.shells.values():
            shell.calls.reset()

    def fail(
        self,
        system: System,
        kind: FaultKind,
        *,
        times: int | None = 1,
        skip: int = 0,
        path: str = "",
        methods: tuple[str, ...] = (),
        seconds: float | None = None,
    ) -> None:
        """Switch a fault on (see `Fault`)."""
        fault = Fault(kind, times, skip, path, methods, seconds)
        self.sandbox.shells[system].faults.add(fault)

    def heal(self) -> None:
        """Switch every fault off."""
        for shell in self.sandbox.shells.values():
            shell.faults.clear()


@contextmanager
def running(folder: Path) -> Iterator[RunningSandbox]:
    """Serve the data in a folder on free ports, from a thread, until the block ends."""
    host = Host.of(open_sandbox(folder), bind(0))
    thread = threading.Thread(target=lambda: asyncio.run(host.serve()), name="sandbox")
    thread.start()
    try:
        # The sockets listen already: a request that comes early waits for its server.
        yield RunningSandbox(host)
    finally:
        host.stop()
        thread.join(timeout=15)
        assert not thread.is_alive(), "the sandbox did not stop"


@asynccontextmanager
async def systems(
    sandbox: RunningSandbox, settings: ClientSettings = IMPATIENT
) -> AsyncIterator[ConnectedSystems]:
    """Connectors to a running sandbox; patient for milliseconds, as tests are."""
    connected = connect_file(sandbox.systems_file, settings)
    try:
        yield connected
    finally:
        await connected.aclose()


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the firm's data; do not change it, copy it."""
    folder = tmp_path_factory.mktemp("seeded")
    open_sandbox(folder, time_entries=TIME_ENTRIES).close()
    return folder


@pytest.fixture
def sandbox(seeded_folder: Path, tmp_path: Path) -> Iterator[RunningSandbox]:
    """A sandbox of the test's own."""
    with running(shutil.copytree(seeded_folder, tmp_path / "systems")) as started:
        yield started


@pytest.fixture(scope="session")
def shared_sandbox(
    seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSandbox]:
    """A sandbox for all tests that only read."""
    folder = tmp_path_factory.mktemp("shared") / "systems"
    with running(shutil.copytree(seeded_folder, folder)) as started:
        yield started
