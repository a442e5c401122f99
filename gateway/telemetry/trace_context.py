"""W3C Trace Context (Level 2): reading and writing `traceparent` and `tracestate`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import SystemRandom

_TRACEPARENT = re.compile(r"^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$")
_MAX_TRACESTATE = 512
_SAMPLED = 0x01

# Ids must not be guessable from earlier ones, and a forked worker must not repeat its parent's.
_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class TraceContext:
    """Where a request stands in a distributed trace.

    `trace_id` are 32 and `span_id` 16 lower-case hexadecimal digits; `parent_id` is the span above.
    """

    trace_id: str
    span_id: str
    sampled: bool
    tracestate: str = ""
    parent_id: str | None = None

    @property
    def traceparent(self) -> str:
        """The header's value."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"

    def child(self) -> TraceContext:
        """A span below this one."""
        span_id = new_span_id()
        return TraceContext(self.trace_id, span_id, self.sampled, self.tracestate, self.span_id)


def new_span_id() -> str:
    """A random span id; never all zeros, which would be invalid."""
    return f"{_random.getrandbits(64) or 1:016x}"


def new_trace(*, sampled: bool) -> TraceContext:
    """The start of a trace of our own."""
    return TraceContext(f"{_random.getrandbits(128) or 1:032x}", new_span_id(), sampled)


def read_trace_context(traceparent: str | None, tracestate: str | None) -> TraceContext | None:
    """The caller's context, or `None` when there is none that the specification lets us use.

    An unknown version is read as version 00 as long as its first four fields are well formed.
    """
    match = _TRACEPARENT.match(traceparent or "")
    if match is None:
        return None
    version, trace_id, span_id, flags, rest = match.groups()
    if (
        version == "ff"
        or (version == "00" and rest)
        or not (int(trace_id, 16) and int(span_id, 16))
    ):
        return None
    state = tracestate or ""
    if len(state) > _MAX_TRACESTATE or not state.isprintable():
        state = ""
    sampled = bool(int(flags, 16) & _SAMPLED)
    return TraceContext(trace_id, span_id, sampled, state)
