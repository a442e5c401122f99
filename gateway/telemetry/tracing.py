"""Spans, exported over OTLP/HTTP. Without an exporter nothing is recorded and nothing is paid.

Spans are made by hand at the places that matter (the request, each stage, each fetch): a generic
ASGI instrumentation costs more than most requests do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags, TraceState
from opentelemetry.trace.status import Status, StatusCode

from gateway.telemetry.trace_context import TraceContext

Attributes = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class FinishedSpan:
    """A span with its times in nanoseconds since the epoch."""

    name: str
    context: TraceContext
    parent: str | None
    start: int
    end: int
    kind: SpanKind = SpanKind.INTERNAL
    attributes: Attributes | None = None
    error: str | None = None


class SpanSink(Protocol):
    """Takes finished spans. Must not block."""

    def record(self, span: FinishedSpan) -> None: ...

    def close(self) -> None: ...


class OtlpSpans:
    """Hands spans to a batch processor, which exports them from a thread of its own.

    `endpoint` is the collector's URL for traces (`http://host:4318/v1/traces`). What the collector
    does not take in time is dropped: telemetry never slows the gateway.
    """

    def __init__(
        self,
        endpoint: str,
        service_name: str,
        *,
        headers: Mapping[str, str] | None = None,
        exporter: SpanExporter | None = None,
    ) -> None:
        chosen = exporter or OTLPSpanExporter(endpoint=endpoint, headers=dict(headers or {}))
        self._resource = Resource.create({"service.name": service_name})
        self._processor: SpanProcessor = BatchSpanProcessor(chosen)

    def record(self, span: FinishedSpan) -> None:
        """Queue a span for export."""
        context = _span_context(span.context, span.context.span_id)
        parent = _span_context(span.context, span.parent) if span.parent else None
        status = Status(StatusCode.ERROR, span.error) if span.error else Status(StatusCode.UNSET)
        self._processor.on_end(
            ReadableSpan(
                name=span.name,
                context=context,
                parent=parent,
                resource=self._resource,
                attributes=dict(span.attributes or {}),
                kind=span.kind,
                status=status,
                start_time=span.start,
                end_time=span.end,
            )
        )

    def close(self) -> None:
        """Export what is queued, within the exporter's own time limit."""
        self._processor.shutdown()


def _span_context(context: TraceContext, span_id: str) -> SpanContext:
    return SpanContext(
        int(context.trace_id, 16),
        int(span_id, 16),
        is_remote=False,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
        trace_state=TraceState.from_header([context.tracestate] if context.tracestate else []),
    )
