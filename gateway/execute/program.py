"""What differs between interpreting and compiling a plan; everything else is shared.

A `Program` turns the merged tree into requests, answers into the merged tree, and the merged tree
into the client's data. Scheduling, sending, reading and errors are `run.py`'s, for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.plan.nodes import Output

Tree = dict[str, Any]
"""An object of the merged tree."""

Owners = list[list[Tree]]
"""For each representation, the objects that it stands for, in the order of the tree."""


@dataclass(slots=True)
class Outgoing:
    """One request of a fetch.

    `owners[c]` belongs to the fetch's c-th entity call (`None`: not asked in this request).
    `roots` are the objects that a root call's fields are merged into. `turn` counts the requests of
    a fetch that has several.
    """

    body: bytes
    owners: tuple[Owners | None, ...] = ()
    roots: list[Tree] = field(default_factory=list)
    representations: int = 0
    turn: int = 0


@dataclass(slots=True)
class State:
    """What a program works on while a request runs.

    `answers` are the usable response bodies by fetch and turn, `introspected` what the gateway
    itself put into the tree.
    """

    variables: Mapping[str, Any]
    root: Tree = field(default_factory=dict)
    entities: int = 0
    answers: dict[tuple[int, int], bytes] = field(default_factory=dict)
    introspected: Mapping[str, Any] = field(default_factory=dict)
    scratch: dict[Any, Any] = field(default_factory=dict)
    """The program's own notes, such as encoded variables."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A place of the answer where the merged tree does not fit the public schema.

    `path` is the place in the client's terms. `missing` tells a null (or nothing) under a non-null
    type from a value of a wrong kind.
    """

    path: tuple[str | int, ...]
    message: str
    missing: bool


# Not frozen, though nobody changes it: a frozen value takes several times as long to make, and one
# is made for every request.
@dataclass(slots=True)
class Projected:
    """`data` is JSON text; `violations` are in the order of the answer."""

    data: bytes
    violations: list[Violation] = field(default_factory=list)


class Program(Protocol):
    """The three moves of execution, for one plan."""

    @property
    def source(self) -> str | None:
        """Generated source, if any."""

    def requests(self, state: State, fetch: int) -> list[Outgoing]:
        """Collect a fetch's targets and write its requests; none if there is no live target.

        Raises:
            FetchFailure: more entities than allowed.
        """

    def merge(self, state: State, fetch: int, outgoing: Outgoing, data: Tree) -> list[int]:
        """Write an answer's data into the merged tree.

        Returns the indexes of entity calls whose `_entities` list did not fit the request.
        """

    def project(
        self, state: State, output: Output, source: Tree, *, troubled: bool = False
    ) -> Projected:
        """Make the client's object of an object of the merged tree, as JSON text.

        `troubled`: there are errors, so it is likely that not everything is there.
        """
