"""From what goes wrong at subgraphs to the errors that the client gets.

Follows federation.md's rule of thumb: one error for a failed request, a subgraph's own errors at
the client's paths, and a generic null error only where nothing else explains the null.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.errors import Code
from gateway.execute.coverage import Coverage
from gateway.execute.envelope import FetchFailure
from gateway.execute.port import ErrorPolicy, GraphQLError
from gateway.execute.positions import Step, Whereabouts, as_steps, to_response, to_responses
from gateway.execute.program import Outgoing, Tree, Violation
from gateway.plan.nodes import EntityCall, Fetch, Output, OutputField, Path

MASKED: Final = "A subgraph reported an error."
_FAILED: Final[Mapping[Code, str]] = {
    Code.GATEWAY_TIMEOUT: "A subgraph did not answer in time.",
    Code.SUBREQUEST_HTTP_ERROR: "A subgraph could not be reached or refused the request.",
    Code.SUBREQUEST_MALFORMED_RESPONSE: "A subgraph gave an answer that cannot be used.",
    Code.SUBREQUEST_TOO_LARGE: "A subgraph's answer, or the request to it, is too large.",
}
# A bound for hostile answers: errors that all stand at very many places.
_PLACES_PER_ERROR: Final = 20
_UNAVAILABLE: Final = "A subgraph is not available."
_LEFT_OUT: Final = "Not everything could be fetched here: something that it needs has failed."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fetch writes, in the client's terms; `None` is any list index.

    `targets` are what a failure of the fetch explains. `path` is what its error reports: the
    longest path without list indexes above everything that the fetch, and those that need it,
    would have written.
    """

    targets: tuple[tuple[Step | None, ...], ...]
    path: tuple[Step, ...]
    text: tuple[str, ...]


@dataclass(slots=True)
class ErrorLog:
    """The errors of one run, kept by fetch so that their order does not depend on timing.

    `limit` bounds what a single answer, and the projection, may add.
    """

    policy: ErrorPolicy
    shape: Output
    active: Callable[[OutputField], bool]
    every_position: bool = False
    limit: int = 1_000
    by_fetch: dict[int, list[GraphQLError]] = field(default_factory=dict)
    coverage: Coverage = field(default_factory=Coverage)
    # The paths that failed requests are reported at: they explain what depends on them, too.
    _failures: set[tuple[Step, ...]] = field(default_factory=set)

    def taken(self, fetches: Collection[int] | None = None) -> list[GraphQLError]:
        """The errors so far of these fetches (`None`: of all), in their order; then forgotten."""
        wanted = sorted(self.by_fetch if fetches is None else self.by_fetch.keys() & set(fetches))
        return [error for fetch in wanted for error in self.by_fetch.pop(fetch)]

    def failed(self, fetch: Fetch, place: Place, failure: FetchFailure) -> None:
        """Note that a request gave nothing: one error."""
        extensions: dict[str, Any] = {"code": str(failure.code)}
        if failure.status is not None and failure.code is Code.SUBREQUEST_HTTP_ERROR:
            extensions["http"] = {"status": failure.status}
        if "@" in place.text:
            extensions["fetchPath"] = list(place.text)
        message = _FAILED.get(failure.code, _UNAVAILABLE)
        self._add(fetch, message, place.path, extensions)
        self._failures.add(place.path)
        for target in place.targets:
            self.coverage.add(target)

    def reported(
        self,
        fetch: Fetch,
        place: Place,
        outgoing: Outgoing,
        root: Tree,
        errors: Sequence[Mapping[str, Any]],
    ) -> None:
        """Note the errors in a subgraph's answer, at the client's paths."""
        locate = _Locator(fetch, outgoing, root)
        room = self.limit * _PLACES_PER_ERROR
        for error in errors:
            message, extensions = self._shown(fetch.subgraph, error)
            bases, rest = locate.bases(_valid(error.get("path")))
            if not bases:
                self._add(fetch, message, place.path, extensions)
                self.coverage.add(place.path)
                continue
            paths = [
                path for base in bases[: max(1, room)] for path in self._to_client((*base, *rest))
            ]
            room -= len(paths)
            more = {"positions": len(bases)} if len(bases) > 1 and not self.every_position else {}
            for path in paths if self.every_position else paths[:1]:
                self._add(fetch, message, path, {**extensions, **more})
            for path in paths:
                self.coverage.add(path)

    def left_out(
        self,
        fetch: Fetch,
        place: Place,
        missing: Iterable[tuple[tuple[Step, ...], Sequence[str]]],
    ) -> None:
        """Note that objects were not asked for: one error, unless others explain every null.

        `missing` has the position of each object and the keys that stay null, all in wire keys.
        An object without any error below it was left out for no failure: it has no key.
        """
        if all(self._follows_failure(target) for target in place.targets):
            return
        found: dict[tuple[Step, ...], None] = {}
        for position, keys in missing:
            for key in keys:
                for path in self._to_client((*position, key)):
                    if len(path) == len(position) + 1 and self._lost(path):
                        found[tuple(path[:-1])] = None
        more = {"positions": len(found)} if len(found) > 1 and not self.every_position else {}
        for number, owner in enumerate(found):
            if number < (self.limit if self.every_position else 1):
                extensions = {"code": str(Code.DOWNSTREAM_SERVICE_ERROR), **more}
                self._add(fetch, _LEFT_OUT, owner, extensions)
            self.coverage.add(owner)

    def _lost(self, path: Sequence[Step]) -> bool:
        """Whether an error in the object explains that a field is null, but is not at the field."""
        covers = self.coverage.covers
        return covers(path[:-1]) and not covers(path) and not self._follows_failure(path)

    def _follows_failure(self, path: Sequence[Step | None]) -> bool:
        return any(tuple(path[: len(failure)]) == failure for failure in self._failures)

    def passed(self, fetch: Fetch, errors: Sequence[Mapping[str, Any]]) -> None:
        """Note errors of a passed-through operation, whose paths are the client's already."""
        for error in errors:
            message, extensions = self._shown(fetch.subgraph, error)
            self._add(fetch, message, _valid(error.get("path")), extensions)

    def violated(self, violations: Sequence[Violation]) -> list[GraphQLError]:
        """Errors for what the projection found, without nulls that an error explains already."""
        errors: list[GraphQLError] = []
        for violation in violations:
            if len(errors) == self.limit:
                break
            if violation.missing and self.coverage.covers(violation.path):
                continue
            code = Code.NON_NULL_VIOLATION if violation.missing else _MALFORMED
            errors.append(
                {
                    "message": violation.message,
                    "path": list(violation.path),
                    "extensions": {"code": str(code)},
                }
            )
        return errors

    def _add(
        self, fetch: Fetch, message: str, path: Sequence[Step], extensions: dict[str, Any]
    ) -> None:
        error: GraphQLError = {"message": message}
        if path:
            error["path"] = list(path)
        if self.policy.service:
            extensions["service"] = fetch.subgraph
        error["extensions"] = extensions
        self.by_fetch.setdefault(fetch.id, []).append(error)

    def _shown(self, subgraph: str, error: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        if not self.policy.includes(subgraph):
            return MASKED, {"code": str(Code.DOWNSTREAM_SERVICE_ERROR)}
        message = error.get("message")
        given = error.get("extensions")
        allowed = self.policy.extensions
        extensions = {
            key: value
            for key, value in (given.items() if isinstance(given, dict) else ())
            if allowed is None or key in allowed
        }
        extensions.setdefault("code", str(Code.DOWNSTREAM_SERVICE_ERROR))
        return message if isinstance(message, str) else MASKED, extensions

    def _to_client(self, steps: Sequence[Step]) -> list[list[Step]]:
        """The client's paths: several where it asked for the same under several names."""
        return [
            [step for step in mapped if step is not None]
            for mapped in to_responses([self.shape], steps, self.active)
        ]


_MALFORMED: Final = Code.SUBREQUEST_MALFORMED_RESPONSE


def _valid(path: Any) -> list[Step]:
    if path.__class__ is not list:
        return []
    steps: list[Step] = []
    for step in path:
        if step.__class__ is not str and (step.__class__ is not int or step < 0):
            break
        steps.append(step)
    return steps


class _Locator:
    """Where the paths of one answer's errors lead."""

    def __init__(self, fetch: Fetch, outgoing: Outgoing, root: Tree) -> None:
        self._outgoing = outgoing
        self._calls = {call.alias: index for index, call in enumerate(fetch.entities)}
        self._where = [Whereabouts(root, call.targets) for call in fetch.entities]
        self._root = None if fetch.root is None else Whereabouts(root, [fetch.root.target])

    def bases(self, steps: list[Step]) -> tuple[list[tuple[Step, ...]], list[Step]]:
        """The positions (in wire keys) of the objects that an error is about, and the way on.

        No position if the path does not tell, or tells of nothing that was asked.
        """
        if self._root is not None:
            return self._root.of(self._outgoing.roots) or [()], steps
        call = self._calls.get(steps[0]) if steps and isinstance(steps[0], str) else None
        if call is None or len(steps) == 1 or not isinstance(steps[1], int):
            return [], []
        owners = self._outgoing.owners[call]
        if owners is None or steps[1] >= len(owners):
            return [], []
        return self._where[call].of(owners[steps[1]]), steps[2:]


def place_of(fetch: Fetch, dependents: Sequence[Fetch], shape: Output) -> Place:
    """Where a fetch writes. `dependents` are the entity fetches that need it, near or far."""
    targets = _targets(fetch, shape)
    below = [target for other in dependents for target in _targets(other, shape)]
    everything = [*targets, *below]
    prefix = list(everything[0]) if everything else []
    for target in everything[1:]:
        while prefix != list(target[: len(prefix)]):
            prefix.pop()
    path: list[Step] = []
    for step in prefix:
        if step is None:
            break
        path.append(step)
    text = tuple("@" if step is None else str(step) for step in (targets or [()])[0])
    return Place(tuple(targets), tuple(path), text)


def _targets(fetch: Fetch, shape: Output) -> list[tuple[Step | None, ...]]:
    def anything(_field: OutputField) -> bool:
        return True

    if fetch.root is not None:
        base = as_steps(fetch.root.target)
        return [
            tuple(to_response([shape], [*base, wire.key], anything))
            for wire in fetch.root.selection
            if not wire.internal
        ]
    found: dict[tuple[Step | None, ...], None] = {}
    for call in fetch.entities:
        shown = [wire.key for wire in call.selection if not wire.internal]
        for path in call.targets:
            steps = as_steps(path)
            # A place may stand in the answer under several keys; what counts are those under which
            # the client sees something that this fetch brings.
            for tail in [[key] for key in shown] or [[]]:
                for place in to_responses([shape], [*steps, *tail], anything):
                    found[tuple(place[: len(steps)])] = None
    return list(found)


def _paths(calls: Sequence[EntityCall]) -> list[Path]:
    return list(dict.fromkeys(path for call in calls for path in call.targets))
