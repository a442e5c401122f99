"""Processes of the bench: started on a core, waited for, measured through /proc, ended by pid."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
ROOT = Path(__file__).parent.parent


def pin_to_core(core: int) -> None:
    """Keep this process on one core."""
    os.sched_setaffinity(0, {core})


def free_port() -> int:
    """A port on which nothing listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """A child process, and its own children, pinned to one core."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        core: int,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        log: Path | None = None,
    ) -> None:
        output = subprocess.DEVNULL if log is None else log.open("wb")
        self._child = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if log is None else output,
            stderr=None if log is None else subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=folder or ROOT,
            start_new_session=True,
        )

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    def read_line(self) -> str:
        """The next line that the process prints."""
        assert self._child.stdout is not None
        return self._child.stdout.readline().decode().strip()

    def send_signal(self, number: signal.Signals) -> None:
        """Send the process, but not its children, a signal."""
        self._child.send_signal(number)

    def stop(self) -> None:
        """End the process and everything that it started (its own session)."""
        for ending in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._child.pid, ending)
                self._child.wait(5)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._child.wait()

    def cpu_seconds(self) -> float:
        """User and system time of the process and all that descend from it."""
        total = 0
        for pid in _family(self._child.pid):
            fields = _stat(pid)
            if fields:
                total += int(fields[11]) + int(fields[12])
        return total / _TICKS

    def memory_bytes(self) -> int:
        """Resident memory of the process and all that descend from it."""
        return sum(
            int(fields[21]) * _PAGE for pid in _family(self._child.pid) if (fields := _stat(pid))
        )


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _family(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    family = [root]
    for pid in family:
        family.extend(child for child, parent in parents.items() if parent == pid)
    return family


class SubgraphServer:
    """The workload's subgraphs on a core of their own."""

    def __init__(self, core: int) -> None:
        self._process = Process([sys.executable, "-m", "benchmarks.servers.subgraphs"], core=core)
        self.port = int(self._process.read_line())

    def __enter__(self) -> SubgraphServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.stop()


def wait_until(condition: object, seconds: float, what: str) -> None:
    """Call `condition` until it returns something true."""
    until = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > until:
            raise TimeoutError(f"{what} took more than {seconds} s")
        time.sleep(0.1)
