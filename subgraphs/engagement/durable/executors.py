"""Which executors are alive, told by locks that die with their process.

Every executor of one machine holds an exclusive lock on a file of its own. A lock that can be
taken belongs to a process that has ended, whatever way it ended; whoever takes it recovers what
it left behind. Heartbeats would need a time-out, and a paused process would look like a dead one.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

_SUFFIX = ".executor"


class ExecutorLocks:
    """The lock files in one folder, on a local file system."""

    def __init__(self, folder: Path, executor_id: str) -> None:
        self._folder = folder
        self._own = folder / f"{executor_id}{_SUFFIX}"
        self._held: int | None = None

    def hold(self) -> None:
        """Announce this executor. Raises OSError if another one has its id."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = _lock(self._own, create=True)
        if descriptor is None:
            raise OSError(f"executor {self._own.stem} is running already")
        self._held = descriptor

    def release(self) -> None:
        """End as if dead: the file stays until somebody has recovered what may be left."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def take_over(self) -> list[DeadExecutor]:
        """The executors that have ended and that nobody else is recovering."""
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            if path != self._own and (descriptor := _lock(path, create=False)) is not None:
                found.append(DeadExecutor(path, descriptor))
        return found


class DeadExecutor:
    """An executor that has ended; locked until `recovered` or `abandoned` is called."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.id = path.name.removesuffix(_SUFFIX)
        self._path = path
        self._descriptor = descriptor

    def recovered(self) -> None:
        """Nothing of it is left: forget it."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def abandoned(self) -> None:
        """Recovery failed: leave it to the next sweep, ours or another's."""
        os.close(self._descriptor)


def _lock(path: Path, *, create: bool) -> int | None:
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        return None  # recovered by somebody else in this moment
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    if not path.exists():
        # Unlinked between opening and locking: the lock is on a file that nobody sees.
        os.close(descriptor)
        return _lock(path, create=create) if create else None
    return descriptor
