"""SATISFIABILITY_ERROR: what can be asked can be answered."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.satisfiability.explain import reasons, witness
from gateway.composition.satisfiability.obtain import Obtainer
from gateway.composition.satisfiability.search import Failure
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.SATISFIABILITY_ERROR,
    meaning="A query that the API allows could not be answered by any way through the subgraphs.",
    why="The public schema offers the query, so some client will send it.",
    mend="Add a key, share the field, or move it, as the reasons shown suggest.",
)


def judge(obtainer: Obtainer, failure: Failure, places: tuple[Location, ...]) -> CompositionError:
    """The error for a field that cannot be fetched where it can be reached.

    Its message is the smallest query found that cannot be answered, with a reason for each
    subgraph; `places` are where the subgraphs declare the field.
    """
    lines = [f"Cannot be resolved: {witness(obtainer, failure)}"]
    lines += [f"  {reason}" for reason in reasons(obtainer, failure)]
    subgraphs = tuple(dict.fromkeys(place.subgraph for place in places))
    return CompositionError(RULE, "\n".join(lines), subgraphs, places)
