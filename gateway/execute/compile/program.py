"""The generated functions of one plan, behind the `Program` protocol."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from gateway.errors import Code
from gateway.execute import wire_json
from gateway.execute.compile import body, collector, merger, projector
from gateway.execute.compile.analysis import ROOT_CALL, analyse, is_plain_list
from gateway.execute.compile.body import body_writer
from gateway.execute.compile.collector import Collectors
from gateway.execute.compile.merger import Mergers
from gateway.execute.compile.projector import MISFIT, Projectors
from gateway.execute.compile.source import Source, condition
from gateway.execute.envelope import FetchFailure
from gateway.execute.interpreter.program import Interpreter
from gateway.execute.port import ExecutorOptions
from gateway.execute.program import Outgoing, Projected, State, Tree
from gateway.plan.nodes import Each, Fetch, Output, Path, QueryPlan

# Python bounds nested loops at 20 and indentation at 100; deeper paths are interpreted.
MAX_STEPS: Final = 48
MAX_LISTS: Final = 12

# What generated code raises when a value does not have the shape that its type promises.
SURPRISES: Final = (
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    ValueError,
    RecursionError,
)

Collected = tuple[bytes, tuple[Any, ...]]


class Compiled:
    """A `Program` whose moves were generated for its plan."""

    def __init__(
        self,
        plan: QueryPlan,
        options: ExecutorOptions,
        abstract: Collection[str],
        outputs: Collection[tuple[Output, Path]],
        *,
        once: bool = True,
    ) -> None:
        self._plan = plan
        self._options = options
        self._abstract = abstract
        self._places = outputs
        self._once = once and not plan.deferred
        self._careful: Compiled | None = None
        self.fallbacks = 0
        """How often an answer was not what its types promise, and the reference took over."""
        self._reference = Interpreter(plan, options, abstract)
        writer = _Writer(plan, abstract, once=self._once)
        names = writer.write(outputs)
        self.source: str = writer.source.text()
        namespace = writer.namespace()
        # The text holds names of plans only as literals written by repr().
        exec(compile(self.source, "<plan>", "exec"), namespace)  # noqa: S102
        self._requests = [namespace.get(name or "") for name in names.requests]
        self._mergers = [namespace[name] for name in names.mergers]
        self._projectors: dict[int, Callable[[Tree, Any], Any]] = {
            id(output): namespace[name] for output, name in names.projectors
        }
        self._outputs = [output for output, _ in names.projectors]  # keeps their ids

    def requests(self, state: State, fetch: int) -> list[Outgoing]:
        """See `Program`."""
        collect = self._requests[fetch]
        if collect is None:
            return self._reference.requests(state, fetch)
        try:
            collected = collect(state.root, state.variables, state.scratch)
        except SURPRISES:
            self.fallbacks += 1
            return self._reference.requests(state, fetch)
        if self._plan.fetches[fetch].root is not None:
            return [Outgoing(collected, (), [state.root])]
        if collected is None:
            return []
        text, owners = collected
        return [Outgoing(text, owners, [], self._counted(state, owners))]

    def _counted(self, state: State, owners: tuple[Any, ...]) -> int:
        total = 0
        for each in owners:
            if each is not None:
                count = len(each)
                total += count
                if count > self._options.max_representations:
                    raise FetchFailure(Code.SUBREQUEST_TOO_LARGE, f"{count} representations")
        state.entities += total
        if state.entities > self._options.max_entities:
            raise FetchFailure(Code.SUBREQUEST_TOO_LARGE, f"{state.entities} entities")
        return total

    def merge(self, state: State, fetch: int, outgoing: Outgoing, data: Tree) -> list[int]:
        """See `Program`."""
        merge = self._mergers[fetch]
        try:
            if self._plan.fetches[fetch].root is not None:
                merge(outgoing.roots, data)
                return []
            return list(merge(outgoing.owners, data))
        except SURPRISES:
            self.fallbacks += 1
            return self._reference.merge(state, fetch, outgoing, data)

    def project(
        self, state: State, output: Output, source: Tree, *, troubled: bool = False
    ) -> Projected:
        """See `Program`. In trouble a projection is used that leaves the tree as it is."""
        if troubled and self._once:
            return self._unspoilt().project(state, output, source)
        project = self._projectors.get(id(output))
        if project is not None:
            try:
                value = project(source, state.variables)
                if value is not MISFIT:
                    return Projected(wire_json.encode(value))
            except SURPRISES:
                pass  # whatever it was, the reference says what is wrong with it
            self.fallbacks += 1
            if self._once:
                source = self._again(state)
        return self._reference.project(state, output, source)

    def _unspoilt(self) -> Compiled:
        """The plan compiled so that projecting changes nothing; made when it is first needed."""
        if self._careful is None:
            self._careful = Compiled(
                self._plan, self._options, self._abstract, self._places, once=False
            )
        return self._careful

    def _again(self, state: State) -> Tree:
        """The merged tree made once more, by the reference: a projection has spoilt it."""
        again = State(state.variables, dict(state.introspected))
        for fetch in self._plan.fetches:
            if any(answered == fetch.id for answered, _ in state.answers):
                for outgoing in self._reference.requests(again, fetch.id):
                    body = state.answers.get((fetch.id, outgoing.turn))
                    data = wire_json.decode_exact(body).get("data") if body is not None else None
                    if data is not None:
                        self._reference.merge(again, fetch.id, outgoing, data)
        return again.root


class _Names:
    """The functions written for a plan."""

    def __init__(self) -> None:
        self.requests: list[str | None] = []
        self.mergers: list[str] = []
        self.projectors: list[tuple[Output, str]] = []


class _Writer:
    """Writes the whole source of a plan."""

    def __init__(self, plan: QueryPlan, abstract: Collection[str], *, once: bool) -> None:
        self._plan = plan
        self._once = once
        self.source = Source()
        self._abstract = abstract
        self._analysis = analyse(plan)
        self._collectors = Collectors(self.source, self._analysis)
        self._mergers = Mergers(self.source, self._analysis, abstract)

    def namespace(self) -> dict[str, Any]:
        """What the source's names are bound to."""
        return {
            "__builtins__": _BUILTINS,
            **collector.RUNTIME,
            **body.RUNTIME,
            **merger.RUNTIME,
            **projector.RUNTIME,
            **self.source.bound,
        }

    def write(self, outputs: Collection[tuple[Output, Path]]) -> _Names:
        """Write everything; returns the names of what was written."""
        names = _Names()
        for fetch in self._plan.fetches:
            names.requests.append(self._requests(fetch))
            self._note_exclusive(fetch, compiled=names.requests[-1] is not None)
            names.mergers.append(
                self._mergers.entities(fetch)
                if fetch.root is None
                else self._mergers.root(fetch.id, fetch.root)
            )
        places = [self._analysis.place(path) for path in self._collectors.shared_paths()]
        shared = {id(place) for place in places if place is not None}
        exclusive = self._mergers.exclusive
        projectors = Projectors(self.source, self._plan.enums, self._abstract, shared, exclusive)
        for output, path in outputs:
            place = self._analysis.place(path)
            name = projectors.projector(output, place, once=self._once)
            names.projectors.append((output, name))
        return names

    def _note_exclusive(self, fetch: Fetch, *, compiled: bool) -> None:
        """Note the calls whose objects stand at one place each.

        That holds for the root fields of the answer, and for entities that are merged into objects
        which have been made one, or that stand alone in one list: if an entity comes twice there
        all the same, the second gets a copy.
        """
        if not compiled:
            return
        if fetch.root is not None:
            self._mergers.exclusive.add((fetch.id, ROOT_CALL))
        for index, call in enumerate(fetch.entities):
            if len(call.targets) != 1:
                continue
            target, exclusive = call.targets[0], self._mergers.exclusive
            if self._collectors.is_shared(target) or (
                is_plain_list(target) and self._analysis.stand_alone(target, exclusive)
            ):
                exclusive.add((fetch.id, index))

    def _requests(self, fetch: Fetch) -> str | None:
        """The function that makes a fetch's request: `(root, V, N)`; `None`: interpreted.

        For root fields it returns the body, for entities `(body, owners)` or `None`.
        """
        if any(call.contexts or _too_deep(call.targets) for call in fetch.entities):
            return None
        if fetch.root is not None and fetch.root.target:
            return None
        source = self.source
        write_body = body_writer(source, fetch)
        if fetch.root is not None:
            name = source.fresh("request_")
            with source.block(f"def {name}(root, V, N):"):
                source.line(f"return {write_body}(V, N)")
            return name
        collectors = [
            self._collectors.collector((fetch.id, index), call)
            for index, call in enumerate(fetch.entities)
        ]
        name = source.fresh("request_")
        with source.block(f"def {name}(root, V, N):"):
            for index, (call, collect) in enumerate(zip(fetch.entities, collectors, strict=True)):
                got = f"r{index}, o{index} = {collect}(root, N)"
                if call.when is None:
                    source.line(got)
                    continue
                with source.block(f"if {condition(call.when)}:"):
                    source.line(got)
                with source.block("else:"):
                    source.line(f"r{index} = o{index} = ()")
            counts = range(len(fetch.entities))
            with source.block(f"if not ({' or '.join(f'o{index}' for index in counts)}):"):
                source.line("return None")
            lists = "".join(f", r{index}" for index in counts)
            owners = "".join(f"o{index} or None, " for index in counts)
            source.line(f"return {write_body}(V, N{lists}), ({owners})")
        return name


_BUILTINS: Final = {
    "enumerate": enumerate,
    "len": len,
    "list": list,
    "dict": dict,
    "str": str,
    "zip": zip,
}


def _too_deep(paths: Collection[Path]) -> bool:
    return any(
        len(path) > MAX_STEPS or sum(isinstance(step, Each) for step in path) > MAX_LISTS
        for path in paths
    )
