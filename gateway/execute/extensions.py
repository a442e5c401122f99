"""The extensions of subgraphs' answers, with the places of the client's answer they speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.execute.port import FetchDescription, SubgraphExtensions
from gateway.execute.positions import Step, Whereabouts, to_response
from gateway.execute.program import Outgoing, Tree
from gateway.plan.nodes import Fetch, Output, OutputField

_Place = tuple[Step, ...]
_ROOT = ""


@dataclass(frozen=True, slots=True)
class Locator:
    """Where the paths of one answer stand in the client's answer.

    `places[alias][i]` are the positions (in wire keys) of what entry i of that alias was merged
    into; the empty alias holds those of root fields, as a single entry.
    """

    places: Mapping[str, Sequence[Sequence[_Place]]]
    shape: Output
    active: Callable[[OutputField], bool]

    def __call__(self, path: Sequence[Step]) -> list[_Place]:
        """The client's paths for a path of the subgraph's `data`; none for what no client sees."""
        stands, below = self.places.get(_ROOT), path
        entry = 0
        if path and path[0] in self.places:
            stands, below = self.places[str(path[0])], path[2:]
            entry = int(path[1]) if len(path) > 1 else -1
        if stands is None or not 0 <= entry < len(stands):
            return []
        wholes = [(*place, *below) for place in stands[entry]]
        return [found for whole in wholes if len(found := self.shown(whole)) == len(whole)]

    def shown(self, place: Sequence[Step]) -> _Place:
        """A position in the client's keys, as far as it leads."""
        mapped = to_response([self.shape], place, self.active)
        return tuple(step for step in mapped if step is not None)

    def first(self) -> tuple[_Place, ...]:
        """Where each entry stands first."""
        return tuple(
            self.shown(stand[0]) if stand else ()
            for stands in self.places.values()
            for stand in stands
        )


def placed(
    fetch: Fetch,
    description: FetchDescription,
    outgoing: Outgoing,
    root: Tree,
    shape: Output,
    active: Callable[[OutputField], bool],
    extensions: Mapping[str, Any],
) -> SubgraphExtensions:
    """An answer's extensions; the tree is walked now, because later it may be spoilt."""
    places: dict[str, list[list[_Place]]] = {}
    if fetch.root is not None:
        places[_ROOT] = [Whereabouts(root, [fetch.root.target]).of(outgoing.roots)]
    for call, owners in zip(fetch.entities, outgoing.owners, strict=False):
        whereabouts = Whereabouts(root, call.targets)
        places[call.alias] = [whereabouts.of(targets) for targets in owners or ()]
    locator = Locator(places, shape, active)
    return SubgraphExtensions(description, extensions, locator.first(), locator)
