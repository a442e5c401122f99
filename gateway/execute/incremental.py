"""Delivering deferred parts (`@defer`) as what they need arrives.

Follows the incremental delivery draft: the first payload holds everything that was not deferred;
each part then comes once for every object that it completes. Parts wait for the part that they
stand in. Objects that a null has removed from the first payload get no parts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from typing import Any

from gateway.execute import wire_json
from gateway.execute.outputs import leads_somewhere
from gateway.execute.port import (
    ExecutionResult,
    GraphQLError,
    IncrementalPart,
    Payload,
    SubgraphExtensions,
)
from gateway.execute.positions import in_place_of, walk
from gateway.execute.program import Program, Tree
from gateway.execute.run import Run
from gateway.plan.nodes import Deferred, OperationKind, Output, QueryPlan


class Delivery:
    """One incremental delivery. `deferred` are the indexes of the parts that come later."""

    def __init__(
        self,
        plan: QueryPlan,
        run: Run,
        program: Program,
        deferred: frozenset[int],
        output: Output,
        everything: Output,
        abstract: Collection[str],
    ) -> None:
        self._plan = plan
        self._run = run
        self._program = program
        self._open = set(deferred)
        self._output = output
        self._everything = everything
        self._abstract = abstract
        self._fetched: set[int] = set()
        self._changed = asyncio.Event()
        self._removed: set[tuple[str | int, ...]] = set()
        run.on_fetch_done = self._on_fetch_done
        in_place = set(range(len(plan.deferred))) - deferred
        first = set(plan.primary)
        for index in in_place:
            first.update(plan.deferred[index].fetches)
        self._first = first

    def _on_fetch_done(self, fetch: int) -> None:
        self._fetched.add(fetch)
        self._changed.set()

    async def payloads(self, errors: list[GraphQLError]) -> AsyncGenerator[Payload, None]:
        """Yield the payloads; `errors` are of introspection and belong to the first."""
        fetching = asyncio.get_running_loop().create_task(self._run.fetch_all())
        fetching.add_done_callback(lambda _task: self._changed.set())
        try:
            await self._until(fetching, self._first)
            yield Payload(initial=self._initial(errors))
            while self._open:
                ready = self._ready(everything=fetching.done())
                if ready:
                    parts = [part for index in ready for part in self._parts(index)]
                    self._open -= set(ready)
                    if not self._open:
                        await fetching
                        parts = self._with_rest(parts)
                    if parts or not self._open:
                        yield Payload(None, tuple(parts), bool(self._open), self._extensions(ready))
                    continue
                await self._wait(fetching)
        finally:
            if self._plan.kind is OperationKind.MUTATION and not fetching.done():
                await asyncio.wait((fetching,))  # what was sent must be seen to its end
            fetching.cancel()
            self._run.on_fetch_done = None  # the run and its delivery must not keep each other

    async def _until(self, fetching: asyncio.Task[None], fetches: set[int]) -> None:
        while not fetches <= self._fetched and not fetching.done():
            await self._wait(fetching)
        if fetching.done():
            fetching.result()

    async def _wait(self, fetching: asyncio.Task[None]) -> None:
        self._changed.clear()
        if fetching.done():
            fetching.result()
            return
        await self._changed.wait()
        if fetching.done():
            fetching.result()

    def _ready(self, *, everything: bool) -> list[int]:
        """Parts whose fetches are done and whose enclosing part is delivered, outer ones first."""
        ready: list[int] = []
        for index in sorted(self._open):
            part = self._plan.deferred[index]
            waits = part.parent in self._open and part.parent not in ready
            if not waits and (everything or self._fetched.issuperset(part.fetches)):
                ready.append(index)
        return ready

    def _extensions(self, ready: list[int]) -> tuple[SubgraphExtensions, ...]:
        """Those of the parts that go out, and with the last ones all that are left."""
        fetches = {fetch for index in ready for fetch in self._plan.deferred[index].fetches}
        return tuple(self._run.collected_extensions(fetches if self._open else None))

    def _initial(self, errors: list[GraphQLError]) -> ExecutionResult:
        run = self._run
        projected = self._program.project(run.state, self._output, run.state.root)
        found = errors + run.errors.taken(self._first)
        if projected.violations:
            found += run.errors.violated(projected.violations)
            self._note_removed(wire_json.decode(projected.data))
        return ExecutionResult(found, run.collected_extensions(self._first), projected.data)

    def _note_removed(self, data: Any) -> None:
        """Remember the places that are null in the answer, for only they can lack an object."""
        stack: list[tuple[tuple[str | int, ...], Any]] = [((), data)]
        while stack:
            path, value = stack.pop()
            if value is None:
                self._removed.add(path)
            elif isinstance(value, dict):
                stack += [((*path, key), item) for key, item in value.items()]
            elif isinstance(value, list):
                stack += [((*path, index), item) for index, item in enumerate(value)]

    def _parts(self, index: int) -> list[IncrementalPart]:
        run, part = self._run, self._plan.deferred[index]
        if not run.reaches(part) or not leads_somewhere(self._everything, part, run.active):
            return []
        errors = run.errors.taken(part.fetches)
        parts: list[IncrementalPart] = []
        for place, item in walk(run.state.root, part.path):
            path = in_place_of(part.response_path, place)
            if self._is_removed(path) or not self._concerns(part, item):
                continue
            projected = self._program.project(run.state, part.output, item)
            own = [error for error in errors if _below(path, error)]
            errors = [error for error in errors if not _below(path, error)]
            violated = [
                type(violation)((*path, *violation.path), violation.message, violation.missing)
                for violation in projected.violations
            ]
            if violated:
                own += run.errors.violated(violated)
                if projected.data == b"null":
                    self._removed.add(path)
            parts.append(IncrementalPart(part.label, path, projected.data, tuple(own)))
        if errors:
            parts = _with_errors(parts, errors, part.label)
        return parts

    def _concerns(self, part: Deferred, item: Tree) -> bool:
        """Whether a part is about an object of this type; one position can hold several types."""
        typename = item.get("__typename")
        unknown = typename is None or typename in self._abstract
        return unknown or typename in part.output.possible

    def _with_rest(self, parts: list[IncrementalPart]) -> list[IncrementalPart]:
        """Errors of fetches that belong to no part alone go with the last payload."""
        rest = self._run.errors.taken()
        return _with_errors(parts, rest, None) if rest else parts

    def _is_removed(self, path: tuple[str | int, ...]) -> bool:
        return any(path[:length] in self._removed for length in range(len(path) + 1))


def _below(path: tuple[str | int, ...], error: GraphQLError) -> bool:
    return tuple(error.get("path", ()))[: len(path)] == path


def _with_errors(
    parts: list[IncrementalPart], errors: list[GraphQLError], label: str | None
) -> list[IncrementalPart]:
    if not parts:
        return [IncrementalPart(label, (), b"null", tuple(errors))]
    first = parts[0]
    told = IncrementalPart(first.label, first.path, first.data, (*first.errors, *errors))
    return [told, *parts[1:]]
