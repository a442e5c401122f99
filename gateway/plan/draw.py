"""From positions to requests: solve, emit, and run the passes over the fetch graph.

Each place is solved for itself, so of several equally cheap ways one is taken blindly. Another
place may have fetched from the same subgraph at the same time had the choice been different; where
that could be, other preferences are tried as well and the plan with fewest requests is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from gateway.errors import ClientError, Code, GatewayError, InternalError
from gateway.plan.budget import Spending
from gateway.plan.emit import Emitter
from gateway.plan.fetch_graph import FetchGraph, FetchNode
from gateway.plan.indispensable import indispensable
from gateway.plan.nodes import OperationKind
from gateway.plan.operation import PositionBuilder
from gateway.plan.passes.batch import batch
from gateway.plan.passes.drop_refetched import drop_refetched, drop_refetched_by_requests
from gateway.plan.passes.merge_siblings import merge_siblings
from gateway.plan.passes.reduce_dependencies import reduce_dependencies
from gateway.plan.passes.widen_conditions import widen_conditions
from gateway.plan.positions import Position, TypeClass
from gateway.plan.schema import PlannerSchema
from gateway.plan.solve import CannotDeferError, Solver
from gateway.plan.visit import EmittedPart, Place
from gateway.plan.wires import WireNames

ENOUGH_TO_CHOOSE = 4
"""From how many requests on other preferences are tried."""

EASY = 200
"""Up to how many places solved, in all, an operation is easy enough to solve once more."""

PATIENCE = 3
"""After how many preferences in a row that saved nothing no others are tried."""

WORTHWHILE = 1_500
"""Bound on what other preferences may cost: solving once more grows with the requests squared."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A fetch graph, grouped into requests in topological order, and the names used in it."""

    groups: list[list[FetchNode]]
    wires: WireNames
    parts: Sequence[EmittedPart]


def draw_best(
    schema: PlannerSchema,
    position: Position,
    kind: OperationKind,
    requirements: PositionBuilder,
    spending: Spending,
    variables: Collection[str],
) -> Drawing:
    """Draw up the requests for a root position; `variables` are names taken by the client.

    Raises:
        ClientError: the subgraphs cannot answer it together, or planning costs too much.
        CannotDeferError: a deferred part has to be answered at once.
    """
    order = tuple(schema.graph_index)
    best = _draw(schema, position, kind, requirements, spending, variables, order)
    asked = {group[0].graph for group in best.groups}
    if len(best.groups) < ENOUGH_TO_CHOOSE:
        return best
    if len(best.groups) == len(indispensable(schema, position)):
        return best
    cost = 0
    vain = 0
    for other in _other_orders(order, asked):
        cost += len(best.groups) ** 2
        if vain == PATIENCE or spending.positions > EASY or cost > WORTHWHILE:
            return best
        try:
            drawing = _draw(schema, position, kind, requirements, spending, variables, other)
        except (ClientError, CannotDeferError):  # the budget ended, but there is a plan
            return best
        vain += 1
        if len(drawing.groups) < len(best.groups):
            best = drawing
            vain = 0
    return best


def _other_orders(order: tuple[str, ...], asked: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The order from behind, then each subgraph that is asked anyhow before all others."""
    yield order[::-1]
    for graph in order[1:]:
        if graph in asked:
            yield (graph, *(each for each in order if each != graph))


def _draw(
    schema: PlannerSchema,
    position: Position,
    kind: OperationKind,
    requirements: PositionBuilder,
    spending: Spending,
    variables: Collection[str],
    order: tuple[str, ...],
) -> Drawing:
    solver = Solver(schema, spending, requirements, order)
    graph = FetchGraph()
    wires = WireNames(schema)
    emitter = Emitter(schema, graph, wires, variables)
    if kind is OperationKind.MUTATION:
        _emit_mutation(position, solver, emitter, graph)
    else:
        _emit_root(position, solver, emitter, single=kind is OperationKind.SUBSCRIPTION)
    merge_siblings(graph)
    widen_conditions(graph)
    drop_refetched(graph)
    reduce_dependencies(graph)
    groups = batch(graph)
    drop_refetched_by_requests(groups)
    return Drawing(groups, wires, emitter.deferred)


def _emit_root(
    position: Position, solver: Solver, emitter: Emitter, *, single: bool = False
) -> None:
    solution = solver.solve(position, (), single=single)
    if solution is None:
        raise _impossible(position, solver)
    emitter.emit(solution, (), Place((), (), frozenset()))


def _emit_mutation(position: Position, solver: Solver, emitter: Emitter, graph: FetchGraph) -> None:
    """Root fields one after another, each with all that hangs below it before the next.

    A field joins the request of the one before it only if nothing else depends on that one: a
    subgraph runs the fields of one request in order as well.
    """
    (only,) = position.classes
    previous: FetchNode | None = None
    for barrier, demand in enumerate(only.demands):
        field = Position(position.type_name, (TypeClass(only.types, (demand,), (), False),))
        solution = solver.solve(field, (), single=True)
        if solution is None:
            raise _impossible(field, solver)
        before = frozenset(graph.nodes)
        reuse = previous if previous and solution.units[0].graph == previous.graph else None
        if reuse is not None:
            place = Place((), (), frozenset(reuse.depends_on), reuse.barrier)
        else:
            place = Place((), (), before, barrier)
        emitter.emit(solution, (), place, reuse=reuse)
        opened = [node for number, node in graph.nodes.items() if number not in before]
        if reuse is None:
            previous = opened[0] if len(opened) == 1 else None
        else:
            previous = reuse if not opened else None


def _impossible(position: Position, solver: Solver) -> GatewayError:
    """Why no plan exists, as far as one field of the root can tell."""
    for each in position.classes:
        for demand in each.demands:
            alone = Position(position.type_name, (TypeClass(each.types, (demand,), (), False),))
            if solver.solve(alone, ()) is None:
                return ClientError(
                    f"The subgraphs together cannot answer {position.type_name}.{demand.field} "
                    "as it is asked here.",
                    Code.QUERY_PLANNING_FAILED,
                )
    return InternalError(f"No plan was found for {position.type_name}.", Code.QUERY_PLANNING_FAILED)
