"""The executor: plans made ready once, then run for each request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLSchema, GraphQLUnionType

from gateway.errors import Code, InternalError
from gateway.execute import wire_json
from gateway.execute.compile.program import Compiled
from gateway.execute.conditions import holds
from gateway.execute.envelope import FetchFailure, failed
from gateway.execute.incremental import Delivery
from gateway.execute.interpreter.program import Interpreter
from gateway.execute.introspection import Introspection
from gateway.execute.outputs import with_deferred
from gateway.execute.passthrough import PassThrough, is_answer
from gateway.execute.port import (
    EventSource,
    ExecutionContext,
    ExecutionResult,
    ExecutorOptions,
    Payload,
    SubgraphExtensions,
)
from gateway.execute.program import Outgoing, Program, State
from gateway.execute.run import Run, describe
from gateway.execute.steps import Steps, prepare_steps
from gateway.plan.nodes import Output, Path, QueryPlan
from gateway.transport.port import SubgraphResponse, Transport, TransportError


class Executor:
    """Prepares the plans of one supergraph (see `port.PlanExecutor`).

    `endpoints` are the subgraphs' URLs by name. `public_schema` is the API schema: it answers
    introspection and tells abstract types from concrete ones.
    """

    def __init__(
        self,
        endpoints: Mapping[str, str],
        transport: Transport,
        public_schema: GraphQLSchema,
        options: ExecutorOptions | None = None,
    ) -> None:
        self.endpoints = dict(endpoints)
        self.transport = transport
        self.schema = public_schema
        self.options = options or ExecutorOptions()
        self.abstract = frozenset(
            name
            for name, definition in public_schema.type_map.items()
            if isinstance(definition, GraphQLInterfaceType | GraphQLUnionType)
        )

    def prepare(self, plan: QueryPlan) -> Prepared:
        """Make a plan ready to run; no I/O.

        Raises:
            InternalError: the plan is inconsistent or names a subgraph without endpoint.
        """
        missing = sorted({fetch.subgraph for fetch in plan.fetches} - self.endpoints.keys())
        if missing:
            raise InternalError(f"no endpoint for {missing}", Code.INVALID_FEDERATION_SUPERGRAPH)
        if [fetch.id for fetch in plan.fetches] != list(range(len(plan.fetches))):
            raise InternalError("fetches are not numbered in order", Code.QUERY_PLANNING_FAILED)
        return Prepared(plan, self)


class Prepared:
    """A plan ready to run (see `port.PreparedPlan`)."""

    def __init__(self, plan: QueryPlan, executor: Executor) -> None:
        self.plan = plan
        self._executor = executor
        self._options = executor.options
        self._outputs: dict[frozenset[int], Output] = {}
        self._everything = self._output(frozenset(range(len(plan.deferred))))
        self._steps: Steps = prepare_steps(
            plan, executor.endpoints, self._everything, exact=not self._options.trusting
        )
        self._program: Program = self._make_program()
        self._introspection = (
            Introspection(executor.schema, plan.introspection) if plan.introspection else None
        )
        self._pass_through: PassThrough | None = None
        if plan.passthrough is not None and self._options.trusting and len(plan.fetches) == 1:
            self._pass_through = PassThrough(plan.passthrough)

    @property
    def fallbacks(self) -> int:
        """How often generated code left an answer that does not fit to the interpreter."""
        return self._program.fallbacks if isinstance(self._program, Compiled) else 0

    def _make_program(self) -> Program:
        """Generated code where every answer is trusted to fit its subgraph's schema."""
        plan, executor, options = self.plan, self._executor, self._options
        if not (options.compiled and options.trusting):
            return Interpreter(plan, options, executor.abstract)
        outputs: list[tuple[Output, Path]] = [(self._everything, ())]
        if plan.deferred:
            outputs.append((self._output(frozenset()), ()))
            outputs += [(part.output, part.path) for part in plan.deferred]
        try:
            return Compiled(plan, options, executor.abstract, outputs)
        except SyntaxError:  # lists nested deeper than Python nests loops
            return Interpreter(plan, options, executor.abstract)

    @property
    def source(self) -> str | None:
        """The generated Python source; `None` when interpreted."""
        return self._program.source

    # --- queries and mutations ----------------------------------------------------------------

    async def run(self, context: ExecutionContext) -> ExecutionResult:
        """Answer a query or mutation, deferred parts included in place."""
        if self._pass_through is not None and self._wanted(context):
            return await self._pass(self._pass_through, context)
        run = self._new_run(context)
        introspected = self._introspect(run) if self._introspection is not None else None
        await run.fetch_all()
        result = self._result(run, self._everything)
        if introspected:
            result.errors[:0] = introspected
        return result

    def _wanted(self, context: ExecutionContext) -> bool:
        return holds(self.plan.fetches[0].when, context.variables)

    def _new_run(self, context: ExecutionContext) -> Run:
        executor = self._executor
        return Run(self._steps, self._program, executor.transport, executor.options, context)

    def _introspect(self, run: Run) -> list[dict[str, Any]]:
        if self._introspection is None:
            return []
        fields, errors = self._introspection.answer(run.state.variables)
        run.state.introspected = fields
        run.state.root.update(fields)
        return errors

    def _result(self, run: Run, output: Output) -> ExecutionResult:
        errors = run.errors.taken() if run.troubled else []
        root = run.state.root
        projected = self._program.project(run.state, output, root, troubled=bool(errors))
        if projected.violations:
            errors += run.errors.violated(projected.violations)
        return ExecutionResult(errors, run.collected_extensions(), projected.data)

    def _output(self, in_place: frozenset[int]) -> Output:
        """The answer's shape with these deferred parts in place; made once for each set."""
        if in_place not in self._outputs:
            self._outputs[in_place] = with_deferred(self.plan, in_place)
        return self._outputs[in_place]

    async def _pass(self, passing: PassThrough, context: ExecutionContext) -> ExecutionResult:
        body = passing.body(context)
        token, request = describe(context, self._steps.all[0].description, body)
        try:
            response = await self._executor.transport.send(request)
        except TransportError as error:
            run = self._new_run(context)
            outgoing = Outgoing(body, (), [run.state.root])
            run.note_failure(0, outgoing, token, failed(error), None)
            return self._result(run, self._everything)
        plain = is_answer(response, self._options.max_response_bytes)
        if plain and context.observer is None:
            return ExecutionResult(whole=response.body)
        run = self._new_run(context)
        outgoing = Outgoing(body, (), [run.state.root])
        if plain:
            run.note_answer(0, outgoing, token, response, 0)
            return ExecutionResult(whole=response.body)
        try:
            answer = run.read(0, response)
        except FetchFailure as failure:
            run.note_failure(0, outgoing, token, failure, response)
            return self._result(run, self._everything)
        run.note_answer(0, outgoing, token, response, len(answer.errors))
        run.errors.passed(self.plan.fetches[0], answer.errors)
        if answer.extensions:
            description = self._steps.all[0].description
            # The client's own operation was sent, so the answer's paths are the client's.
            run.extensions.append((0, SubgraphExtensions(description, answer.extensions, ((),))))
        return ExecutionResult(
            run.errors.taken(), run.collected_extensions(), wire_json.encode(answer.data)
        )

    # --- incremental delivery -----------------------------------------------------------------

    async def stream(self, context: ExecutionContext) -> AsyncGenerator[Payload, None]:
        """Answer with incremental delivery: the first payload, then deferred parts as they come."""
        deferred = frozenset(
            index
            for index, part in enumerate(self.plan.deferred)
            if holds(part.when, context.variables)
        )
        if not deferred:
            yield Payload(initial=await self.run(context), has_next=False)
            return
        run = self._new_run(context)
        introspected = self._introspect(run)
        output = self._output(frozenset(range(len(self.plan.deferred))) - deferred)
        delivery = Delivery(
            self.plan,
            run,
            self._program,
            deferred,
            output,
            self._everything,
            self._executor.abstract,
        )
        async with aclosing(delivery.payloads(introspected)) as payloads:
            async for payload in payloads:
                yield payload

    # --- subscriptions ------------------------------------------------------------------------

    async def subscribe(
        self, context: ExecutionContext, source: EventSource
    ) -> AsyncGenerator[ExecutionResult, None]:
        """Answer each event of a subscription. A failed source raises what it raises."""
        fetch = self.plan.subscription
        if fetch is None:
            raise InternalError("the plan has no subscription", Code.QUERY_PLANNING_FAILED)
        opening = self._program.requests(State(context.variables), fetch)[0]
        _, request = describe(context, self._steps.all[fetch].description, opening.body)
        async with aclosing(_generator(source.subscribe(request))) as events:
            async for body in events:
                yield await self._event(context, fetch, body)

    async def _event(self, context: ExecutionContext, fetch: int, body: bytes) -> ExecutionResult:
        run = self._new_run(context)
        introspected = self._introspect(run)
        outgoing = Outgoing(b"", (), [run.state.root])
        try:
            answer = run.read(fetch, SubgraphResponse(200, body))
        except FetchFailure as failure:
            step = self._steps.all[fetch]
            run.errors.failed(step.fetch, step.place, failure)
        else:
            run.take(fetch, outgoing, answer)
        await run.fetch_all(finished=(fetch,))
        result = self._result(run, self._everything)
        result.errors[:0] = introspected
        return result


async def _generator(events: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """An async generator over any iterator, so that it can be closed; it closes what it wraps."""
    try:
        async for event in events:
            yield event
    finally:
        close = getattr(events, "aclose", None)
        if close is not None:
            await asyncio.shield(close())
