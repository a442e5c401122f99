"""The whole way of a GraphQL request, on one page."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from auth.caller import Caller
from gateway.answer_extensions import AnswerExtensions
from gateway.authorise.port import Authoriser
from gateway.document.cost import FREE, DemandControl
from gateway.document.operation import Operation
from gateway.document.persisted import DocumentStore
from gateway.document.reader import DocumentReader
from gateway.document.variables import coerce_variables
from gateway.errors import ClientError, Code
from gateway.exchange import (
    Answer,
    AnyAnswer,
    EventAnswer,
    GraphQLRequest,
    IncrementalAnswer,
    RequestContext,
)
from gateway.execute.port import (
    ErrorPolicy,
    EventSource,
    ExecutionContext,
    ExecutionResult,
    FetchDescription,
    FetchObserver,
    FetchOutcome,
    Payload,
    PreparedPlan,
)
from gateway.explain import Explainer, Explanation
from gateway.lineage import is_wanted
from gateway.outgoing import OutgoingHeaders
from gateway.plan.nodes import OperationKind
from gateway.plans import PlanStore
from gateway.response_headers import ResponseHeaderCollector, ResponseHeaderRules
from gateway.telemetry.request import RequestTelemetry
from gateway.telemetry.usage import UsageCoordinates


class Pipeline:
    """Serves requests on one supergraph with one set of settings."""

    def __init__(
        self,
        *,
        store: DocumentStore,
        documents: DocumentReader,
        authoriser: Authoriser,
        plans: PlanStore,
        demand: DemandControl,
        explainer: Explainer,
        outgoing: OutgoingHeaders,
        response_headers: ResponseHeaderRules,
        errors: ErrorPolicy,
        event_source: EventSource | None = None,
        usage: UsageCoordinates | None = None,
        identities: Callable[[Caller], str] | None = None,
    ) -> None:
        self.store = store
        self.documents = documents
        self.authoriser = authoriser
        self.plans = plans
        self.demand = demand
        self.explainer = explainer
        self.outgoing = outgoing
        self.response_headers = response_headers
        self.errors = errors
        self.event_source = event_source
        self.usage = usage
        self.identities = identities

    async def handle(self, request: GraphQLRequest, context: RequestContext) -> AnyAnswer:
        """Answer a request. Raises `GatewayError` for what cannot be executed."""
        record = context.record
        text = self.store.resolve(request)
        operation = self.documents.known(text, request.operation_name)
        if operation is None:
            operation = await self.documents.read(text, request.operation_name)
        if record is not None:
            used = frozenset[str]() if self.usage is None else self.usage.of(operation)
            record.describe(operation.name or "", operation.kind, used)
            record.stage("document")
        _refuse_what_the_carrier_cannot(operation, context)
        variables = (
            coerce_variables(operation.variables, request.variables) if operation.variables else {}
        )
        allowed = self.authoriser.allow(operation, context.caller)
        if allowed.operation is None:
            return _answer(_NOTHING, allowed.denials)
        noted: dict[str, Any] = {}
        if allowed.reported:
            noted["authorization"] = {"denied": allowed.reported}
        if record is not None:
            record.stage("authorise")
        plan = self.plans.known(allowed.operation)
        if plan is None:
            plan = await self.plans.get(allowed.operation)
        if record is not None:
            record.stage("plan")
        cost = self.demand.admit(allowed.operation, plan.plan, variables)
        if record is not None and cost is not FREE:
            record.costs(cost.estimated)
        explanation = self.explainer.explain(request, context, plan)
        if explanation is not None and explanation.dry_run:
            extensions = noted | explanation.extensions() | cost.extensions()
            return _answer(_NOTHING, allowed.denials, extensions, cost.headers())
        passed_on = self._watch_response_headers(context) if self.response_headers.active else None
        context.lineage = is_wanted(request, context)
        execution = ExecutionContext(
            variables=variables,
            headers=self.outgoing.source(context),
            deadline=context.deadline,
            observer=_observer(context, explanation),
            errors=self.errors,
            identity="" if self.identities is None else self.identities(context.caller),
            origin=context.origin,
        )
        if operation.kind is OperationKind.MUTATION and context.origin is not None:
            context.origin.hold()  # what is about to be sent must be seen to its end
        telling = AnswerExtensions(noted, cost, context.lineage, explanation)
        if operation.kind is OperationKind.SUBSCRIPTION:
            events = self._events(plan, execution, context)
            return EventAnswer(events, telling.of_event, list(allowed.denials))
        if context.incremental and plan.plan.deferred:
            payloads = _recorded(plan.stream(execution), record)
            denials, told = list(allowed.denials), cost.headers()
            return IncrementalAnswer(payloads, telling.of_payload, denials, told)
        result = await plan.run(execution)
        if record is not None:
            record.stage("execute")
            record.failed(result.errors)
        plain = explanation is None and cost is FREE and passed_on is None
        if plain and not (noted or result.extensions or context.lineage):
            return Answer(result.body(allowed.denials))
        headers = cost.headers(result) + (passed_on.headers() if passed_on else ())
        return _answer(result, allowed.denials, telling.of(result), headers)

    def _watch_response_headers(self, context: RequestContext) -> ResponseHeaderCollector:
        collector = ResponseHeaderCollector(self.response_headers)
        context.observers.append(collector)
        return collector

    def _events(
        self, plan: PreparedPlan, execution: ExecutionContext, context: RequestContext
    ) -> AsyncIterator[ExecutionResult]:
        if self.event_source is None:
            raise ClientError("Subscriptions are not enabled.", Code.SUBSCRIPTION_NOT_SUPPORTED)
        # The request's deadline is for one answer; a subscription may go on for days. So may what
        # observes it, except for the record, which is made for that.
        lasting = replace(execution, deadline=None, observer=context.record)
        return plan.subscribe(lasting, self.event_source)


async def _recorded(
    source: AsyncGenerator[Payload, None], record: RequestTelemetry | None
) -> AsyncGenerator[Payload, None]:
    """The payloads of an incremental delivery, noted as they go out."""
    async with aclosing(source) as payloads:
        async for payload in payloads:
            if record is not None:
                _note(payload, record)
            yield payload


def _note(payload: Payload, record: RequestTelemetry) -> None:
    if payload.initial is not None:
        record.failed(payload.initial.errors)
    for part in payload.parts:
        record.failed(part.errors)
    if not payload.has_next:
        record.stage("execute")


_NOTHING = ExecutionResult(encoded=b"null")


def _answer(
    result: ExecutionResult,
    denials: Sequence[dict[str, Any]],
    extensions: Mapping[str, Any] | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    return Answer(result.body(denials, extensions), headers=headers)


def _refuse_what_the_carrier_cannot(operation: Operation, context: RequestContext) -> None:
    if context.read_only and operation.kind is not OperationKind.QUERY:
        raise ClientError(
            f"A {operation.kind} must not be sent by GET.", Code.METHOD_NOT_ALLOWED, status=405
        )
    if operation.kind is OperationKind.SUBSCRIPTION and not context.events:
        raise ClientError(
            "A subscription needs a client that accepts text/event-stream or multipart/mixed.",
            Code.NOT_ACCEPTABLE,
            status=406,
        )


def _observer(context: RequestContext, explanation: Explanation | None) -> FetchObserver | None:
    if explanation is None and not context.observers:
        return None
    observers = list(context.observers)
    if explanation is not None:
        observers.append(explanation.timings)
    if len(observers) <= 1:
        return observers[0] if observers else None
    return _Observers(tuple(observers))


class _Observers:
    """Several observers as one."""

    def __init__(self, observers: tuple[FetchObserver, ...]) -> None:
        self._observers = observers

    def started(self, fetch: FetchDescription) -> tuple[Any, ...]:
        return tuple(observer.started(fetch) for observer in self._observers)

    def ended(self, token: tuple[Any, ...], fetch: FetchDescription, outcome: FetchOutcome) -> None:
        for observer, own in zip(self._observers, token, strict=True):
            observer.ended(own, fetch, outcome)
