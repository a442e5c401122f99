"""The correlation id of the work in hand, for connectors to pass on and for logs to name.

A context variable, because it concerns every call and decides nothing: a port's signature would
only be cluttered by it. Tasks inherit it from whoever starts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

CORRELATION_HEADER = "x-correlation-id"

_current: ContextVar[str] = ContextVar("correlation_id", default="")


def current_correlation_id() -> str:
    """The id of the request or run being served; empty outside of one."""
    return _current.get()


@contextmanager
def correlated(correlation_id: str) -> Iterator[None]:
    """Serve under this id for the duration of the block."""
    token = _current.set(correlation_id)
    try:
        yield
    finally:
        _current.reset(token)
