"""Which of the fields that matter at a position a location answers, as bit masks."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.plan.schema import PlannerSchema, Step, Vertex

OnTerms = tuple[tuple[int, Step], ...]
"""Bits of fields that are answered once the subgraph has been told something."""


class AnswerTable:
    """What vertices answer of the fields that some demands about a concrete type may want.

    Those are the demanded fields and all that keys and requirements on the way to them name. A leaf
    is one bit: whoever answers it, the answer is the same. A field with something below has one for
    each subgraph, since another's object may hold what is needed there.
    """

    def __init__(self, schema: PlannerSchema, type_name: str, demanded: Iterable[str]) -> None:
        self._schema = schema
        self._type_name = type_name
        names = {name for each in demanded for name in schema.on_the_way(type_name, each)[1]}
        self._names = sorted(names)
        self._known: dict[int, tuple[int, OnTerms]] = {}
        self.width = len(self._names) * len(schema.graph_index)

    def of(self, vertex: Vertex) -> tuple[int, OnTerms]:
        """What a vertex answers at once, and what on terms."""
        found = self._known.get(vertex.id)
        if found is None:
            found = self._known[vertex.id] = self._find(vertex)
        return found

    def _find(self, vertex: Vertex) -> tuple[int, OnTerms]:
        graphs = self._schema.graph_index
        at_once = 0
        on_terms: list[tuple[int, Step]] = []
        for number, name in enumerate(self._names):
            step = self._schema.step(vertex, self._type_name, name)
            if step is None:
                continue
            bit = 1 << (number * len(graphs))
            if step.target is not None:
                bit <<= graphs[vertex.graph]
            if step.requires is None and not step.contexts:
                at_once |= bit
            else:
                on_terms.append((bit, step))
        return at_once, tuple(on_terms)
