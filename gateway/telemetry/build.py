"""From settings to telemetry."""

from __future__ import annotations

from pathlib import Path

from gateway.settings import Settings
from gateway.telemetry.metrics import Metrics
from gateway.telemetry.request import Telemetry
from gateway.telemetry.request_log import RequestLog
from gateway.telemetry.tracing import OtlpSpans
from gateway.telemetry.usage import UsageRecorder


def build_telemetry(settings: Settings) -> Telemetry:
    """Everything that the settings turn on. Made once in a process: metrics outlive reloads."""
    given = settings.telemetry
    exporters = given.tracing.exporters
    spans = (
        OtlpSpans(exporters[0].endpoint, given.tracing.service_name, headers=exporters[0].headers)
        if exporters
        else None
    )
    return Telemetry(
        metrics=Metrics() if given.metrics.prometheus.enabled else None,
        log=RequestLog(slow_seconds=given.logging.slow_operation)
        if settings.requests_logged
        else None,
        spans=spans,
        usage=UsageRecorder(Path(given.usage.path)) if given.usage.path else None,
        sample_ratio=given.tracing.sampler,
        client_name_header=given.usage.client_name_header.lower(),
        client_version_header=given.usage.client_version_header.lower(),
    )
