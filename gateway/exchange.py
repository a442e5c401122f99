"""What goes into the pipeline and what comes out of it, whatever protocol carried it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth.caller import ANONYMOUS, Caller
from gateway.execute.port import ExecutionResult, FetchObserver, Payload
from gateway.telemetry.request import RequestTelemetry
from gateway.transport.port import Holdable

Extensions = dict[str, Any]

LINEAGE_HEADER = "x-c2c-lineage"
"""Asks, of the gateway and of subgraphs, where the facts of an answer come from."""


# Not frozen, though nobody changes it: a frozen value takes several times as long to make, and one
# is made for every request.
@dataclass(slots=True)
class GraphQLRequest:
    """A GraphQL request as the client wrote it; nothing in it has been judged yet.

    `query` is missing where `document_id` or `extensions` name a persisted document.
    """

    query: str | None = None
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    document_id: str | None = None


@dataclass(slots=True)
class RequestContext:
    """What accompanies a request.

    `headers` are the client's, names in lower case, repeated ones joined by a comma. `read_only`
    forbids mutations (GET). `deadline` is a point of the running loop's clock, in seconds.
    `incremental` and `events` say what the client can receive. `observers` watch the fetches;
    `record` is told of the stages as well, where telemetry is on. `lineage` asks the subgraphs
    where their facts come from. `expires_at` is the end of the
    caller's token, on the running loop's clock. `origin` is what ends the request when its client
    goes away.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    caller: Caller = ANONYMOUS
    correlation_id: str = ""
    deadline: float | None = None
    client_address: str = ""
    read_only: bool = False
    incremental: bool = False
    events: bool = False
    observers: list[FetchObserver] = field(default_factory=list)
    record: RequestTelemetry | None = None
    lineage: bool = False
    expires_at: float | None = None
    origin: Holdable | None = None


@dataclass(slots=True)
class Answer:
    """A complete GraphQL response of an operation that was executed."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class IncrementalAnswer:
    """An answer in several payloads (`@defer`). `errors` go with the first; `extensions` tells what
    goes with each."""

    payloads: AsyncIterator[Payload]
    extensions: Callable[[Payload], Extensions]
    errors: list[dict[str, Any]] = field(default_factory=list)
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class EventAnswer:
    """The events of a subscription. Closing the iterator ends the subscription. `extensions` tells
    what goes with each event."""

    events: AsyncIterator[ExecutionResult]
    extensions: Callable[[ExecutionResult], Extensions]
    errors: list[dict[str, Any]] = field(default_factory=list)
    headers: tuple[tuple[str, str], ...] = ()


AnyAnswer = Answer | IncrementalAnswer | EventAnswer
