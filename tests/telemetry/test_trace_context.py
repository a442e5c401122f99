"""Trace context by the W3C specification."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry.trace_context import new_trace, read_trace_context

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("traceparent", "sampled"),
    [
        (f"00-{TRACE}-{SPAN}-01", True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"00-{TRACE}-{SPAN}-03", True),
        (f"cc-{TRACE}-{SPAN}-01-what-the-future-brings", True),
    ],
)
def test_a_valid_context_is_continued(traceparent: str, sampled: bool) -> None:
    context = read_trace_context(traceparent, "vendor=1")
    assert context is not None
    assert (context.trace_id, context.span_id, context.sampled) == (TRACE, SPAN, sampled)
    child = context.child()
    assert child.traceparent.startswith(f"00-{TRACE}-")
    assert child.span_id != SPAN
    assert child.parent_id == SPAN
    assert child.tracestate == "vendor=1"


@pytest.mark.parametrize(
    "traceparent",
    [
        None,
        "",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE[:-1]}-{SPAN}-01",
    ],
)
def test_an_invalid_context_is_not(traceparent: str | None) -> None:
    assert read_trace_context(traceparent, None) is None


@given(st.text(), st.text())
def test_no_text_breaks_the_reader(traceparent: str, tracestate: str) -> None:
    context = read_trace_context(traceparent, tracestate)
    assert context is None or len(context.tracestate) <= 512


def test_a_hostile_tracestate_is_dropped_and_the_trace_kept() -> None:
    context = read_trace_context(f"00-{TRACE}-{SPAN}-01", "a=b\r\nx-evil: 1")
    assert context is not None
    assert context.tracestate == ""


def test_own_traces_differ_and_are_valid() -> None:
    first, second = new_trace(sampled=True), new_trace(sampled=False)
    assert first.trace_id != second.trace_id
    assert read_trace_context(first.traceparent, None) is not None
