"""Everything that is recorded of one request; also the executor's observer of its fetches."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.trace import SpanKind

from gateway.correlation import correlation_of
from gateway.execute.port import FetchDescription, FetchOutcome, Headers
from gateway.telemetry.metrics import Metrics
from gateway.telemetry.request_log import RequestLog
from gateway.telemetry.trace_context import TraceContext, new_trace, read_trace_context
from gateway.telemetry.tracing import FinishedSpan, SpanSink
from gateway.telemetry.usage import UsageRecorder

_MAX_CLIENT = 100
_MAX_CODES = 20
_MAX_FETCHES = 200
"""Fetches whose times are kept for the slow-operation line; a subscription may have any number."""


@dataclass(frozen=True, slots=True)
class Telemetry:
    """The sinks, wired once. Each is optional: what is not configured costs nothing.

    `sample_ratio` is the share of traces of our own that are recorded; a caller's decision to
    sample is followed.
    """

    metrics: Metrics | None = None
    log: RequestLog | None = None
    spans: SpanSink | None = None
    usage: UsageRecorder | None = None
    sample_ratio: float = 1.0
    client_name_header: str = "apollographql-client-name"
    client_version_header: str = "apollographql-client-version"

    @property
    def active(self) -> bool:
        """Whether anything is recorded at all."""
        return any((self.metrics, self.log, self.spans, self.usage))

    def begin(self, headers: Mapping[str, str]) -> RequestTelemetry:
        """Start recording a request. `headers` have lower-case names."""
        if self.metrics is not None:
            self.metrics.in_flight.inc()
        return RequestTelemetry(
            self,
            _context(headers, self),
            correlation_of(headers),
            client=headers.get(self.client_name_header, "")[:_MAX_CLIENT],
            client_version=headers.get(self.client_version_header, "")[:_MAX_CLIENT],
        )

    def close(self) -> None:
        """Hand over what is still held."""
        if self.spans is not None:
            self.spans.close()


@dataclass(frozen=True, slots=True)
class _FetchToken:
    context: TraceContext
    started: int


@dataclass(slots=True)
class RequestTelemetry:
    """The record of one request.

    The pipeline calls `stage` at the end of each stage, `describe` once the operation is known;
    the server says which `protocol` carries the answer, and calls `finish` at the end. The executor
    calls `started` and `ended` around each fetch; `headers_for` gives the headers that continue the
    trace at its subgraph.
    """

    telemetry: Telemetry
    context: TraceContext
    correlation_id: str
    operation: str = ""
    kind: str = "unknown"
    client: str = ""
    client_version: str = ""
    coordinates: frozenset[str] = frozenset()
    caller: str = ""
    protocol: str = "http"
    events: int = 0
    fetch_count: int = 0
    cost: int | None = None
    stages: list[tuple[str, int, int]] = field(default_factory=list)
    fetches: list[tuple[FetchDescription, FetchOutcome, int]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    _open: dict[int, TraceContext] = field(default_factory=dict)
    _began: int = field(default_factory=time.perf_counter_ns)
    _epoch: int = field(default_factory=time.time_ns)
    _lap: int = field(default_factory=time.perf_counter_ns)

    def describe(self, operation: str, kind: str, coordinates: frozenset[str]) -> None:
        """Say which operation it is; its coordinates are counted as used when it is answered."""
        self.operation, self.kind, self.coordinates = operation, kind, coordinates

    def stage(self, name: str) -> None:
        """A stage has just ended; it began where the one before ended."""
        began, ended = self._lap, time.perf_counter_ns()
        self._lap = ended
        self.stages.append((name, began, ended))
        if self.telemetry.metrics is not None:
            self.telemetry.metrics.stage(name, (ended - began) / 1e9)

    def failed(self, errors: Iterable[Mapping[str, Any]]) -> None:
        """Errors of the answer; their codes are logged and counted, as far as there is room."""
        for error in errors:
            if len(self.codes) >= _MAX_CODES:
                return
            extensions = error.get("extensions") or {}
            self.codes.append(str(extensions.get("code", "DOWNSTREAM_SERVICE_ERROR")))

    def costs(self, estimated: int) -> None:
        """What the operation is estimated to cost (demand control)."""
        self.cost = estimated
        if self.telemetry.metrics is not None:
            self.telemetry.metrics.operation_cost.observe(estimated)

    def event(self, errors: Iterable[Mapping[str, Any]] = ()) -> None:
        """An event of a subscription goes out."""
        self.events += 1
        self.failed(errors)

    def refused(self, code: str) -> None:
        """The request was answered by an error of the gateway."""
        self.codes.append(code)

    # --- the executor's observer ----------------------------------------------------------------

    def started(self, fetch: FetchDescription) -> _FetchToken:
        """A request to a subgraph is about to be sent."""
        context = self._open[fetch.id] = self.context.child()
        return _FetchToken(context, time.perf_counter_ns())

    def headers_for(self, fetch: FetchDescription) -> Headers:
        """The headers that continue the trace at the subgraph of a fetch that has started."""
        context = self._open.get(fetch.id, self.context)
        if context.tracestate:
            return (("traceparent", context.traceparent), ("tracestate", context.tracestate))
        return (("traceparent", context.traceparent),)

    def ended(self, token: _FetchToken, fetch: FetchDescription, outcome: FetchOutcome) -> None:
        """A subgraph has answered, or failed to."""
        ended = time.perf_counter_ns()
        self.fetch_count += 1
        if self.fetch_count <= _MAX_FETCHES:
            self.fetches.append((fetch, outcome, ended - token.started))
        telemetry = self.telemetry
        if telemetry.metrics is not None:
            name = "ok" if outcome.code is None else str(outcome.code)
            telemetry.metrics.subgraph(fetch.subgraph, (ended - token.started) / 1e9, name)
        if telemetry.spans is not None and self.context.sampled:
            telemetry.spans.record(self._fetch_span(token, fetch, outcome, ended))

    def _fetch_span(
        self, token: _FetchToken, fetch: FetchDescription, outcome: FetchOutcome, ended: int
    ) -> FinishedSpan:
        attributes: dict[str, str | int] = {
            "subgraph.name": fetch.subgraph,
            "graphql.operation.type": str(fetch.kind),
            "http.request.body.size": outcome.request_bytes,
            "http.response.body.size": outcome.response_bytes,
            "graphql.entities": outcome.representations,
            "graphql.errors": outcome.errors,
        }
        if outcome.status is not None:
            attributes["http.response.status_code"] = outcome.status
        return FinishedSpan(
            f"fetch {fetch.subgraph}",
            token.context,
            self.context.span_id,
            self._absolute(token.started),
            self._absolute(ended),
            SpanKind.CLIENT,
            attributes,
            str(outcome.code) if outcome.code is not None else None,
        )

    # --- the end --------------------------------------------------------------------------------

    def finish(self, status: int, response_bytes: int) -> None:
        """The answer has been handed to the server."""
        ended = time.perf_counter_ns()
        seconds = (ended - self._began) / 1e9
        errors = tuple(self.codes[:_MAX_CODES])
        telemetry = self.telemetry
        if telemetry.metrics is not None:
            telemetry.metrics.in_flight.dec()
            telemetry.metrics.request(self.kind, status, seconds)
            for code in errors:
                telemetry.metrics.error(code)
        if telemetry.usage is not None and self.coordinates:
            name = self.operation or "(anonymous)"
            client = self.client or "(unknown)"
            telemetry.usage.record(name, client, self.client_version, self.coordinates)
        if telemetry.spans is not None and self.context.sampled:
            self._record_spans(telemetry.spans, status, ended, errors)
        if telemetry.log is not None:
            self._log(telemetry.log, status, response_bytes, errors, seconds)

    def _record_spans(
        self, spans: SpanSink, status: int, ended: int, errors: tuple[str, ...]
    ) -> None:
        for name, began, finished in self.stages:
            context = self.context.child()
            start, end = self._absolute(began), self._absolute(finished)
            spans.record(FinishedSpan(name, context, self.context.span_id, start, end))
        attributes: dict[str, str | int] = {
            "graphql.operation.name": self.operation,
            "graphql.operation.type": self.kind,
            "http.response.status_code": status,
            "correlation.id": self.correlation_id,
            "client.name": self.client,
            "network.protocol.name": self.protocol,
        }
        spans.record(
            FinishedSpan(
                f"{self.kind} {self.operation}".strip(),
                self.context,
                self.context.parent_id,
                self._epoch,
                self._absolute(ended),
                SpanKind.SERVER,
                attributes,
                errors[0] if errors and status >= 500 else None,
            )
        )

    def _log(
        self,
        log: RequestLog,
        status: int,
        response_bytes: int,
        errors: tuple[str, ...],
        seconds: float,
    ) -> None:
        line = {
            "correlation_id": self.correlation_id,
            "trace_id": self.context.trace_id,
            "operation": self.operation,
            "kind": self.kind,
            "client": self.client,
            "client_version": self.client_version,
            "caller": self.caller,
            "status": status,
            "errors": errors,
            "protocol": self.protocol,
            "fetches": self.fetch_count,
            "bytes": response_bytes,
            "ms": round(seconds * 1000, 3),
        }
        if self.cost is not None:
            line["cost"] = self.cost
        if self.kind == "subscription":
            line["events"] = self.events
        log.request(line)
        if log.slow_seconds is not None and seconds >= log.slow_seconds:
            log.slow(line | {"stages_ms": self._stage_times(), "fetches_ms": self._fetch_times()})

    def _stage_times(self) -> dict[str, float]:
        return {name: round((end - start) / 1e6, 3) for name, start, end in self.stages}

    def _fetch_times(self) -> list[dict[str, Any]]:
        return [
            {
                "subgraph": fetch.subgraph,
                "path": fetch.path,
                "ms": round(spent / 1e6, 3),
                "entities": outcome.representations,
                "code": outcome.code,
            }
            for fetch, outcome, spent in self.fetches
        ]

    def _absolute(self, counter: int) -> int:
        return self._epoch + counter - self._began


def _context(headers: Mapping[str, str], telemetry: Telemetry) -> TraceContext:
    caller = read_trace_context(headers.get("traceparent"), headers.get("tracestate"))
    if caller is not None:
        return caller.child()
    recorded = telemetry.spans is not None and (
        telemetry.sample_ratio >= 1.0 or secrets.randbelow(10**6) < telemetry.sample_ratio * 10**6
    )
    return new_trace(sampled=recorded)
