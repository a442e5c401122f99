"""One JSON line for each request, and a second one for slow operations.

A line never holds variables, tokens or header values: what identifies a request is its correlation
and trace id, what describes it are names, counts and times.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson
import structlog

Line = Mapping[str, Any]


class RequestLog:
    """Writes lines through structlog, so that they share processors with the rest of the log.

    An operation that takes at least `slow_seconds` gets a further line `slow operation` with the
    time of each stage and fetch.
    """

    def __init__(self, stream: TextIO | None = None, slow_seconds: float | None = None) -> None:
        self.slow_seconds = slow_seconds
        self._log = structlog.wrap_logger(
            structlog.WriteLogger(stream or sys.stdout),
            processors=[_stamp, structlog.processors.JSONRenderer(serializer=_encode)],
        )

    def request(self, line: Line) -> None:
        """Log a request."""
        self._log.info("request", **line)

    def slow(self, line: Line) -> None:
        """Log a slow operation with its timings."""
        self._log.warning("slow operation", **line)


def _stamp(_logger: Any, method: str, event: Any) -> Any:
    event["time"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    event["level"] = method
    return event


def _encode(value: Any, default: Callable[[Any], Any] | None = None, **_: Any) -> str:
    return orjson.dumps(value, default=default or str).decode()
