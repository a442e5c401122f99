"""What the gateway tells of itself: traces, metrics, one log line a request, and field usage.

trace_context.py  W3C trace context in and out
tracing.py        spans to an OTLP collector
metrics.py        Prometheus metrics, also joined over several worker processes
request_log.py    one structured line for each request
usage.py          which operations and fields clients use, for `c2c schema check`
request.py        all of them for one request; the executor's fetch observer
"""
