"""Metrics of several worker processes, joined in a folder that they share.

Prometheus' library reads the folder's name from the environment when it is first imported, so this
module does not import it before a worker has ended.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def joined_metrics() -> Iterator[Callable[[int], None]]:
    """Give the processes that are started inside one folder for their metrics.

    Yields a function to be called with the pid of a worker that has ended: its gauges then stop
    counting, its counters do not. A folder that the environment names already is used as it is.
    """
    given = os.environ.get(VARIABLE)
    if given:
        yield _forget
        return
    with tempfile.TemporaryDirectory(prefix="gateway-metrics-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield _forget
        finally:
            del os.environ[VARIABLE]


def _forget(pid: int) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid)  # type: ignore[no-untyped-call]
