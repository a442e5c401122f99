"""What the pipeline hands to the executor and what it gets back.

    executor = Executor(endpoints, transport, public_schema, ExecutorOptions())
    prepared = executor.prepare(plan)          # once for each plan; cache it with the plan
    result = await prepared.run(ExecutionContext(variables=...))
    body = result.body()

`Executor` and the prepared plans live in `gateway/execute/executor.py`; this module holds the
values that cross the border and the protocols that the pipeline may be typed (and tested) against.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.errors import Code
from gateway.execute import wire_json
from gateway.plan.nodes import Each, Key, OperationKind, Path, QueryPlan
from gateway.transport.port import Holdable, SubgraphRequest, SubgraphResponse

Headers = tuple[tuple[str, str], ...]
"""Header names in lower case and values as they are sent."""

GraphQLError = dict[str, Any]
"""An entry of a response's `errors`: `message`, and where known `path` and `extensions`."""


# --- settings ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExecutorOptions:
    """Bounds and switches that hold for every request.

    `max_response_bytes` bounds one subgraph answer, `max_representations` the distinct entities of
    one `_entities` call and `max_entities` those of a whole request; beyond them the fetch fails
    with `SUBREQUEST_TOO_LARGE`. `max_errors` bounds the errors taken from one subgraph answer.
    `trusting` lets a subgraph's answer through unwalked where the plan proves that nothing in it
    has to change; without it every value's kind is verified. `compiled` chooses generated code
    over the reference interpreter. `every_position` reports an entity's error once for each place
    where the entity stands, not once with a count.
    """

    max_response_bytes: int = 32 * 1024 * 1024
    max_representations: int = 100_000
    max_entities: int = 500_000
    max_errors: int = 1_000
    trusting: bool = True
    compiled: bool = True
    every_position: bool = False


@dataclass(frozen=True, slots=True)
class ErrorPolicy:
    """What a client may see of the subgraphs' errors (`include_subgraph_errors`).

    An error of a subgraph that is not included keeps its path; its message and extensions are
    replaced. `subgraphs` overrides `all`. `extensions` are the keys of a subgraph's own
    `extensions` that pass (`None`: all of them). `service` adds the subgraph's name.
    """

    all: bool = False
    subgraphs: Mapping[str, bool] = field(default_factory=dict)
    extensions: frozenset[str] | None = None
    service: bool = False

    def includes(self, subgraph: str) -> bool:
        """Whether errors of this subgraph go to the client as they are."""
        return self.subgraphs.get(subgraph, self.all)


# --- what accompanies a request ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FetchDescription:
    """A fetch as known from the plan alone; one value for each fetch, shared by all requests.

    `path` is the place it writes to, list levels written as `@` (`users.@.reviews`), empty for the
    answer itself.
    """

    id: int
    subgraph: str
    url: str
    kind: OperationKind
    operation_name: str | None
    path: str
    entities: bool


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """How a request to a subgraph went.

    `status` is the HTTP status, `None` when no answer came; `code` the coded failure of the fetch
    as a whole, `None` for a usable answer (which may still carry GraphQL errors, counted by
    `errors`). `representations` counts the entities asked for.
    """

    status: int | None
    code: Code | None
    detail: str
    request_bytes: int
    response_bytes: int
    representations: int
    errors: int
    response: SubgraphResponse | None


class FetchObserver(Protocol):
    """Telemetry's view of the fetches of one request. Must not raise and must not block."""

    def started(self, fetch: FetchDescription) -> Any:
        """A request to a subgraph is about to be sent; the value is handed back to the rest."""

    def ended(self, token: Any, fetch: FetchDescription, outcome: FetchOutcome) -> None:
        """The answer has been read, or there is none."""


HeaderSource = Callable[[FetchDescription, Any], Headers]
"""Headers for one request to a subgraph: the signed caller, trace context, correlation id, rules.

It gets the fetch and the token that the observer's `started` returned (`None` without observer).
`content-type` and `accept` are the executor's own.
"""


def no_headers(_fetch: FetchDescription, _token: Any) -> Headers:
    """The header source of requests that forward nothing."""
    return ()


# Not frozen, though nobody changes it: a frozen value takes several times as long to make, and one
# is made for every request.
@dataclass(slots=True)
class ExecutionContext:
    """One request's values.

    `variables` are the operation's variables, coerced, defaults filled in, encodable as JSON; a
    variable that was neither given nor has a default is absent. `deadline` is a point of the
    running loop's clock in seconds. `identity` stands for the caller's rights, and `origin` for the
    client's request (see `SubgraphRequest`).
    """

    variables: Mapping[str, Any] = field(default_factory=dict)
    headers: HeaderSource = no_headers
    deadline: float | None = None
    observer: FetchObserver | None = None
    errors: ErrorPolicy = ErrorPolicy()
    identity: str = ""
    origin: Holdable | None = None


# --- what comes back --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SubgraphExtensions:
    """The top-level `extensions` of one subgraph answer.

    `positions` are the response paths (names and list indexes) of the objects that the answer was
    merged into, in the order of the call's representations: for an `_entities` answer entry i is
    where representation i stands first. For a root fetch there is one entry. `locate` tells where a
    path of the subgraph's own `data` stands in the client's answer: nowhere if only the plan asked
    for it, at several places if an entity stands at several.
    """

    fetch: FetchDescription
    extensions: Mapping[str, Any]
    positions: tuple[tuple[str | int, ...], ...] = ()
    locate: Callable[[Sequence[str | int]], list[tuple[str | int, ...]]] = field(
        default=lambda path: [tuple(path)], compare=False, repr=False
    )


@dataclass(slots=True)
class ExecutionResult:
    """The answer to an operation, or to one event of a subscription.

    `data` is the JSON text of the response's `data` (`null` when a null reached the root). `whole`
    is the complete response body where a subgraph's bytes are the answer as they stand; `data` is
    then cut out of it when asked for.
    """

    errors: list[GraphQLError] = field(default_factory=list)
    extensions: list[SubgraphExtensions] = field(default_factory=list)
    encoded: bytes | None = None
    whole: bytes | None = None

    @property
    def data(self) -> bytes:
        """The JSON text of `data`."""
        if self.encoded is None:
            whole = self.whole or b'{"data":null}'
            self.encoded = whole[whole.index(b":") + 1 : whole.rindex(b"}")]
        return self.encoded

    def decoded(self) -> Any:
        """`data` as Python values. For tests and rare stages that must look into it."""
        return wire_json.decode(self.data)

    def body(
        self,
        errors: Sequence[GraphQLError] = (),
        extensions: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The response body: `data`, then all errors (these first), then `extensions` if any."""
        if self.whole is not None and not errors and not extensions and not self.errors:
            return self.whole
        parts = [b'{"data":', self.data]
        together = [*errors, *self.errors]
        if together:
            parts += (b',"errors":', wire_json.encode(together))
        if extensions:
            parts += (b',"extensions":', wire_json.encode(dict(extensions)))
        parts.append(b"}")
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class IncrementalPart:
    """One deferred part, for one object that it completes (`@defer`).

    `data` is the JSON text of the part's fields, `null` if a null reached its root.
    """

    label: str | None
    path: tuple[str | int, ...]
    data: bytes
    errors: tuple[GraphQLError, ...] = ()


@dataclass(frozen=True, slots=True)
class Payload:
    """A payload of an incremental delivery: the first holds `initial`, the later ones parts.

    `extensions` are those of the answers that the parts are made of.
    """

    initial: ExecutionResult | None = None
    parts: tuple[IncrementalPart, ...] = ()
    has_next: bool = True
    extensions: tuple[SubgraphExtensions, ...] = ()


class EventSource(Protocol):
    """Opens a subscription at a subgraph (SSE, WebSocket, ...)."""

    def subscribe(self, request: SubgraphRequest) -> AsyncIterator[bytes]:
        """Yield each event's GraphQL response body; closing the iterator ends the subscription."""


class PreparedPlan(Protocol):
    """A plan ready to run any number of times, also at the same time."""

    @property
    def plan(self) -> QueryPlan:
        """The plan that was prepared."""

    @property
    def source(self) -> str | None:
        """The generated Python source, for debugging; `None` when interpreted."""

    async def run(self, context: ExecutionContext) -> ExecutionResult:
        """Answer a query or mutation, deferred parts included in place."""

    def stream(self, context: ExecutionContext) -> AsyncGenerator[Payload, None]:
        """Answer with incremental delivery: the first payload, then deferred parts as they come."""

    def subscribe(
        self, context: ExecutionContext, source: EventSource
    ) -> AsyncIterator[ExecutionResult]:
        """Answer each event of a subscription."""


class PlanExecutor(Protocol):
    """Prepares plans. One for each supergraph."""

    def prepare(self, plan: QueryPlan) -> PreparedPlan:
        """Compile a plan; no I/O.

        Raises:
            InternalError: the plan is inconsistent or names a subgraph without endpoint.
        """


def path_text(path: Path) -> str:
    """A path of the plan as text: names joined by dots, `@` for each list level."""
    return ".".join(
        step.name if isinstance(step, Key) else "@" for step in path if isinstance(step, Key | Each)
    )
