"""One demo at a time in a data folder: two would overwrite each other's addresses and keys."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from subgraphs.demo.supervisor import DemoError

_LOCK_NAME = "demo.lock"


@contextlib.contextmanager
def occupied(data: Path) -> Iterator[None]:
    """Hold the data folder, making it if need be. Raises `DemoError` if another demo holds it.

    The kernel lets go of the lock when the process ends, however it ends.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / _LOCK_NAME).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(
                f"Another demo is running on the data in {data}. End it, or choose another "
                f"folder with --data (make run DATA=...)."
            ) from None
        yield
