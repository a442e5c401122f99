"""One request's record: log line, metrics, spans, usage."""

from __future__ import annotations

import io
import json
from pathlib import Path

from graphql import build_schema
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.errors import Code
from gateway.execute.port import FetchDescription, FetchOutcome
from gateway.plan.nodes import OperationKind
from gateway.telemetry.metrics import Metrics
from gateway.telemetry.request import Telemetry
from gateway.telemetry.request_log import RequestLog
from gateway.telemetry.tracing import OtlpSpans
from gateway.telemetry.usage import UsageRecorder
from gateway.usage.records import read_usage

FETCH = FetchDescription(
    0, "billing", "http://billing", OperationKind.QUERY, "Q", "engagement.billing", entities=True
)
GOOD = FetchOutcome(200, None, "", 10, 20, 3, 0, None)
BAD = FetchOutcome(None, Code.GATEWAY_TIMEOUT, "late: token=abc", 10, 0, 3, 0, None)
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def answered(telemetry: Telemetry, outcome: FetchOutcome = GOOD) -> dict[str, str]:
    """A request with one fetch; returns the headers that the subgraph got."""
    request = telemetry.begin({"traceparent": PARENT, "x-correlation-id": "order-66"})
    request.client = "portal"
    request.describe("Engagement", "query", frozenset({"Query.engagement"}))
    request.stage("plan")
    token = request.started(FETCH)
    headers = dict(request.headers_for(FETCH))
    request.ended(token, FETCH, outcome)
    if outcome.code is not None:
        request.failed([{"extensions": {"code": str(outcome.code)}}])
    request.finish(200, 1234)
    return headers


def test_the_subgraph_gets_the_trace() -> None:
    headers = answered(Telemetry())
    assert headers["traceparent"].startswith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
    assert headers["traceparent"] != PARENT


def test_a_hostile_correlation_id_is_replaced() -> None:
    request = Telemetry().begin({"x-correlation-id": "a\r\nset-cookie: b"})
    assert request.correlation_id.isalnum()


def test_one_line_for_a_request_and_one_more_when_it_is_slow() -> None:
    stream = io.StringIO()
    answered(Telemetry(log=RequestLog(stream, slow_seconds=0.0)), BAD)
    line, slow = (json.loads(text) for text in stream.getvalue().splitlines())
    assert line["event"] == "request"
    assert line["correlation_id"] == "order-66"
    assert (line["operation"], line["client"], line["fetches"]) == ("Engagement", "portal", 1)
    assert line["errors"] == ["GATEWAY_TIMEOUT"]
    assert slow["fetches_ms"][0]["subgraph"] == "billing"
    assert "token=abc" not in stream.getvalue()


def test_metrics_count_requests_fetches_and_errors() -> None:
    metrics = Metrics()
    answered(Telemetry(metrics=metrics))
    answered(Telemetry(metrics=metrics), BAD)
    text = metrics.render().decode()
    assert 'c2c_gateway_requests_total{kind="query",status="200"} 2.0' in text
    assert 'c2c_gateway_subgraph_requests_total{outcome="ok",subgraph="billing"} 1.0' in text
    assert 'outcome="GATEWAY_TIMEOUT",subgraph="billing"} 1.0' in text
    assert 'c2c_gateway_graphql_errors_total{code="GATEWAY_TIMEOUT"} 1.0' in text
    assert 'c2c_gateway_stage_seconds_count{stage="plan"} 2.0' in text


def test_spans_form_a_tree_below_the_callers() -> None:
    exporter = InMemorySpanExporter()
    spans = OtlpSpans("http://unused", "gateway", exporter=exporter)
    telemetry = Telemetry(spans=spans)
    answered(telemetry, BAD)
    telemetry.close()
    by_name = {span.name: span for span in exporter.get_finished_spans()}
    assert set(by_name) == {"query Engagement", "plan", "fetch billing"}
    root = by_name["query Engagement"]
    assert root.parent is not None
    assert f"{root.parent.span_id:016x}" == "00f067aa0ba902b7"
    assert root.context is not None
    for name in ("plan", "fetch billing"):
        span = by_name[name]
        assert span.parent is not None
        assert span.parent.span_id == root.context.span_id
        assert span.start_time is not None
        assert span.end_time is not None
        assert root.start_time is not None
        assert root.start_time <= span.start_time <= span.end_time
    assert by_name["fetch billing"].status.description == "GATEWAY_TIMEOUT"


def test_what_the_caller_did_not_sample_is_not_exported() -> None:
    exporter = InMemorySpanExporter()
    telemetry = Telemetry(spans=OtlpSpans("http://unused", "gateway", exporter=exporter))
    telemetry.begin({"traceparent": PARENT[:-1] + "0"}).finish(200, 1)
    telemetry.close()
    assert exporter.get_finished_spans() == ()


def test_usage_is_written_so_that_the_schema_check_reads_it(tmp_path: Path) -> None:
    recorder = UsageRecorder(tmp_path / "usage" / "usage.jsonl")
    for _ in range(3):
        answered(Telemetry(usage=recorder))
    recorder.flush()
    answered(Telemetry(usage=recorder))
    recorder.flush()
    schema = build_schema("type Query { engagement: Int }")
    with (tmp_path / "usage" / "usage.jsonl").open() as lines:
        reading = read_usage(lines, schema)
    assert reading.unusable == 0
    assert [record.count for record in reading.records] == [3, 1]
    assert reading.records[0].coordinates == {"Query.engagement"}
    assert reading.records[0].client == "portal"


def test_invented_names_do_not_grow_the_usage_without_bound(tmp_path: Path) -> None:
    recorder = UsageRecorder(tmp_path / "usage.jsonl")
    for number in range(10_050):
        recorder.record(f"op{number}", "portal", "", frozenset({"Query.a"}))
    recorder.flush()
    lines = (tmp_path / "usage.jsonl").read_text().splitlines()
    assert len(lines) == 10_001
    assert json.loads(lines[-1])["operation"] == "(other)"
    assert json.loads(lines[-1])["count"] == 50


def test_what_could_not_be_written_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "usage.jsonl"
    target.mkdir()
    recorder = UsageRecorder(target)
    recorder.record("op", "portal", "", frozenset({"Query.a"}))
    try:
        recorder.flush()
    except OSError:
        target.rmdir()
    recorder.flush()
    assert json.loads(target.read_text())["count"] == 1
