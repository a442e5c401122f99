"""Which subgraphs every plan has to ask: a bound that no plan can fall below."""

from __future__ import annotations

from gateway.plan.positions import Position
from gateway.plan.schema import PlannerSchema


def indispensable(schema: PlannerSchema, position: Position) -> set[str]:
    """The subgraphs that alone have some field that is wanted at a position or below it."""
    found: set[str] = set()
    seen: set[int] = set()
    pending = [position]
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        pending += [part.content for part in current.deferred]
        for each in current.classes:
            for demand in each.demands:
                if demand.child is not None:
                    pending.append(demand.child)
                for name in each.types:
                    having = {terms[0] for terms in schema.terms(name, demand.field)}
                    if len(having) == 1:
                        found |= having
    return found
