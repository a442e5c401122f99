"""Running a plan once: requests start as soon as what they need has been merged.

Every fetch has a counter of the fetches it still waits for; there are no waves, so a slow sibling
holds up nothing but what depends on it. As long as only one request is due it is awaited in place;
from the first fork on, completion callbacks take over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any

from gateway.errors import Code
from gateway.execute.conditions import holds
from gateway.execute.envelope import Answer, FetchFailure, failed, lacking, read
from gateway.execute.errors import ErrorLog
from gateway.execute.extensions import placed
from gateway.execute.left_out import left_out
from gateway.execute.port import (
    ExecutionContext,
    ExecutorOptions,
    FetchDescription,
    FetchOutcome,
    Headers,
    SubgraphExtensions,
)
from gateway.execute.program import Outgoing, Program, State
from gateway.execute.steps import Steps
from gateway.plan.nodes import Deferred, Fetch, OperationKind, OutputField
from gateway.transport.port import SubgraphRequest, SubgraphResponse, Transport, TransportError

CONTENT_HEADERS: Headers = (
    ("content-type", "application/json"),
    ("accept", "application/graphql-response+json, application/json;q=0.9"),
)


class Run:
    """One run of a plan, or of its fetches for one event of a subscription."""

    __slots__ = (
        "_context",
        "_done",
        "_errors",
        "_loop",
        "_options",
        "_pending",
        "_program",
        "_steps",
        "_tasks",
        "_transport",
        "_waiting",
        "extensions",
        "on_fetch_done",
        "state",
    )

    def __init__(
        self,
        steps: Steps,
        program: Program,
        transport: Transport,
        options: ExecutorOptions,
        context: ExecutionContext,
    ) -> None:
        self._steps = steps
        self._program = program
        self._transport = transport
        self._options = options
        self._context = context
        self.state = State(context.variables)
        self._errors: ErrorLog | None = None
        self.extensions: list[tuple[int, SubgraphExtensions]] = []
        self.on_fetch_done: Callable[[int], None] | None = None
        self._waiting = list(steps.waits_for)
        self._pending: dict[int, int] = {}
        self._tasks: set[asyncio.Task[SubgraphResponse]] = set()
        self._done: asyncio.Future[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def troubled(self) -> bool:
        """Whether anything went wrong so far."""
        return self._errors is not None

    @property
    def errors(self) -> ErrorLog:
        """What went wrong; made when it is first needed."""
        if self._errors is None:
            options = self._options
            self._errors = ErrorLog(
                self._context.errors,
                self._steps.shape,
                self.active,
                options.every_position,
                options.max_errors,
            )
        return self._errors

    @property
    def active(self) -> Callable[[OutputField], bool]:
        """Whether the request's variables want a field of the answer."""
        # Not a method of this object: a cycle would keep the whole tree alive until collected.
        return partial(_is_active, self._context.variables)

    def reaches(self, part: Deferred) -> bool:
        """Whether the request's variables let the client get to a deferred part."""
        return holds(part.reached, self._context.variables)

    # --- scheduling ---------------------------------------------------------------------------

    async def fetch_all(self, finished: Iterable[int] = ()) -> None:
        """Send every fetch that is due, until none is left. `finished` ones count as merged.

        Raises:
            BaseException: what a transport raised other than `TransportError`.
        """
        ready = list(self._steps.first)
        for fetch in finished:
            if fetch in ready:
                ready.remove(fetch)
            ready += self._released(fetch)
        try:
            while len(ready) == 1:
                outgoing = self._outgoing(ready[0])
                if len(outgoing) > 1:
                    self._start(ready.pop(), outgoing)
                    break
                if outgoing:
                    await self._send_in_place(ready[0], outgoing[0])
                ready = self._released(ready[0])
            self._advance(ready)
            if self._pending:
                self._done = self._running_loop().create_future()
                await self._done
        finally:
            for task in self._tasks:
                task.cancel()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        """Asked for once: that costs a system call on some versions of Python."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    def _released(self, fetch: int) -> list[int]:
        """Count a fetch as merged; return those for which it was the last."""
        if self.on_fetch_done is not None:
            self.on_fetch_done(fetch)
        due = []
        for other in self._steps.all[fetch].needed_by:
            self._waiting[other] -= 1
            if self._waiting[other] == 0:
                due.append(other)
        return due

    def _advance(self, ready: list[int]) -> None:
        """Start what is due; a fetch without a live target is over at once."""
        while ready:
            fetch = ready.pop(0)
            outgoing = self._outgoing(fetch)
            if outgoing:
                self._start(fetch, outgoing)
            else:
                ready += self._released(fetch)

    def _start(self, fetch: int, outgoing: list[Outgoing]) -> None:
        loop = self._running_loop()
        self._pending[fetch] = len(outgoing)
        for one in outgoing:
            token, request = self._request(fetch, one)
            task = loop.create_task(_send(self._transport, request))
            self._tasks.add(task)
            task.add_done_callback(partial(self._completed, fetch, one, token))

    def _completed(
        self, fetch: int, outgoing: Outgoing, token: Any, task: asyncio.Task[SubgraphResponse]
    ) -> None:
        self._tasks.discard(task)
        done = self._done
        if done is None or done.done():
            return
        if task.cancelled():
            done.cancel()
            return
        try:
            self._finish(fetch, outgoing, token, task.exception(), task)
            self._pending[fetch] -= 1
            if not self._pending[fetch]:
                del self._pending[fetch]
                self._advance(self._released(fetch))
        except Exception as error:
            done.set_exception(error)
            return
        if not self._pending:
            done.set_result(None)

    async def _send_in_place(self, fetch: int, outgoing: Outgoing) -> None:
        description = self._steps.all[fetch].description
        token, request = describe(self._context, description, outgoing.body)
        try:
            response = await self._transport.send(request)
        except TransportError as error:
            self.note_failure(fetch, outgoing, token, failed(error), None)
        else:
            self._answered(fetch, outgoing, token, response)

    def _finish(
        self,
        fetch: int,
        outgoing: Outgoing,
        token: Any,
        error: BaseException | None,
        task: asyncio.Task[SubgraphResponse],
    ) -> None:
        if error is None:
            self._answered(fetch, outgoing, token, task.result())
        elif isinstance(error, TransportError):
            self.note_failure(fetch, outgoing, token, failed(error), None)
        else:
            raise error

    # --- one request --------------------------------------------------------------------------

    def _outgoing(self, fetch: int) -> list[Outgoing]:
        step = self._steps.all[fetch]
        if step.fetch.when is not None and not holds(step.fetch.when, self._context.variables):
            return []
        try:
            outgoing = self._program.requests(self.state, fetch)
        except FetchFailure as failure:
            self.errors.failed(step.fetch, step.place, failure)
            return []
        if self._errors is not None:
            self._errors.left_out(step.fetch, step.place, left_out(step.fetch, self.state))
        return outgoing

    def _request(self, fetch: int, outgoing: Outgoing) -> tuple[Any, SubgraphRequest]:
        return describe(self._context, self._steps.all[fetch].description, outgoing.body)

    def _answered(
        self, fetch: int, outgoing: Outgoing, token: Any, response: SubgraphResponse
    ) -> None:
        try:
            answer = self.read(fetch, response, outgoing.turn)
        except FetchFailure as failure:
            self.note_failure(fetch, outgoing, token, failure, response)
            return
        wrong = self.take(fetch, outgoing, answer)
        if response.lacking is not None:
            wrong = lacking(response.lacking, max_bytes=self._options.max_response_bytes)
            step = self._steps.all[fetch]
            self.errors.failed(step.fetch, step.place, wrong)
        if self._context.observer is not None:
            self.note_answer(fetch, outgoing, token, response, len(answer.errors), wrong)

    def read(self, fetch: int, response: SubgraphResponse, turn: int = 0) -> Answer:
        """Read a fetch's answer, and keep its text for as long as the request runs.

        Raises:
            FetchFailure: it is not usable.
        """
        options = self._options
        answer = read(
            response,
            max_bytes=options.max_response_bytes,
            max_errors=options.max_errors,
            exact=self._steps.all[fetch].exact,
        )
        self.state.answers[fetch, turn] = response.body
        return answer

    def take(self, fetch: int, outgoing: Outgoing, answer: Answer) -> FetchFailure | None:
        """Merge an answer and note its errors; returns what was wrong with it as a whole."""
        step = self._steps.all[fetch]
        root = self.state.root
        unfit: list[int] = []
        if answer.data is not None:
            unfit = self._program.merge(self.state, fetch, outgoing, answer.data)
        if answer.errors:
            self.errors.reported(step.fetch, step.place, outgoing, root, answer.errors)
        if answer.extensions:
            self.note_extensions(fetch, outgoing, answer.extensions)
        # A null list with an error of its own is explained; any other misfit is not.
        if unfit and not (answer.errors and _all_null(step.fetch, unfit, answer)):
            failure = FetchFailure(
                Code.SUBREQUEST_MALFORMED_RESPONSE, "_entities does not fit its representations"
            )
            self.errors.failed(step.fetch, step.place, failure)
            return failure
        return None

    def note_answer(
        self,
        fetch: int,
        outgoing: Outgoing,
        token: Any,
        response: SubgraphResponse,
        errors: int,
        wrong: FetchFailure | None = None,
    ) -> None:
        """Tell the observer of an answer that was read."""
        observer = self._context.observer
        if observer is not None:
            outcome = FetchOutcome(
                response.status,
                None if wrong is None else wrong.code,
                "" if wrong is None else wrong.detail,
                len(outgoing.body),
                len(response.body),
                outgoing.representations,
                errors,
                response,
            )
            observer.ended(token, self._steps.all[fetch].description, outcome)

    def note_failure(
        self,
        fetch: int,
        outgoing: Outgoing,
        token: Any,
        failure: FetchFailure,
        response: SubgraphResponse | None,
    ) -> None:
        """Note an error for a fetch that gave nothing, and tell the observer."""
        step = self._steps.all[fetch]
        self.errors.failed(step.fetch, step.place, failure)
        observer = self._context.observer
        if observer is not None:
            outcome = FetchOutcome(
                None if response is None else response.status,
                failure.code,
                failure.detail,
                len(outgoing.body),
                0 if response is None else len(response.body),
                outgoing.representations,
                0,
                response,
            )
            observer.ended(token, step.description, outcome)

    def note_extensions(
        self, index: int, outgoing: Outgoing, extensions: Mapping[str, Any]
    ) -> None:
        """Keep the extensions of an answer, with the places that it was merged into."""
        step = self._steps.all[index]
        found = placed(
            step.fetch,
            step.description,
            outgoing,
            self.state.root,
            self._steps.shape,
            self.active,
            extensions,
        )
        self.extensions.append((index, found))

    def collected_extensions(
        self, fetches: Collection[int] | None = None
    ) -> list[SubgraphExtensions]:
        """The extensions so far (of these fetches), ordered by fetch; they are forgotten here."""
        if not self.extensions:
            return []
        if fetches is None:
            taken, self.extensions = self.extensions, []
        else:
            taken = [pair for pair in self.extensions if pair[0] in fetches]
            self.extensions = [pair for pair in self.extensions if pair[0] not in fetches]
        return [entry for _, entry in sorted(taken, key=lambda pair: pair[0])]


def _is_active(variables: Mapping[str, Any], field: OutputField) -> bool:
    """Whether this request's variables want a field of the answer."""
    return holds(field.when, variables)


async def _send(transport: Transport, request: SubgraphRequest) -> SubgraphResponse:
    return await transport.send(request)


def describe(
    context: ExecutionContext, description: FetchDescription, body: bytes
) -> tuple[Any, SubgraphRequest]:
    """The request to send for a fetch, and the observer's token for it."""
    observer = context.observer
    token = observer.started(description) if observer is not None else None
    return token, SubgraphRequest(
        description.subgraph,
        description.url,
        body,
        CONTENT_HEADERS + context.headers(description, token),
        context.deadline,
        description.kind is OperationKind.QUERY,
        context.identity,
        context.origin,
    )


def _all_null(fetch: Fetch, calls: list[int], answer: Answer) -> bool:
    data = answer.data or {}
    return all(data.get(fetch.entities[call].alias) is None for call in calls)
