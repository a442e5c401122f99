"""DIRECTIVE_COMPOSITION_ERROR: only what has one meaning can be carried along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.merge.compose_requests import ComposeRequest
from gateway.composition.specs import MERGED, SPECS
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Applied

RULE = Rule(
    Code.DIRECTIVE_COMPOSITION_ERROR,
    meaning="A `@composeDirective` cannot be followed.",
    why="Only a directive with a known feature and one meaning can be carried to the supergraph.",
    mend="Name a directive, with its @, that is imported by a `@link` of this subgraph.",
    standing=Standing.SETTLED,
)


def check(subgraph: Subgraph, applied: Applied) -> CompositionError | None:
    """The error for a `@composeDirective` that names nothing which could be carried."""
    problem = _problem(subgraph, applied.args.get("name"))
    if problem is None:
        return None
    message = f'@composeDirective in subgraph "{subgraph.name}" cannot be followed: {problem}.'
    return error(RULE, message, applied.location)


def _problem(subgraph: Subgraph, name: object) -> str | None:
    if not isinstance(name, str) or not name:
        return "its argument is empty"
    if not name.startswith("@"):
        return f'its argument "{name}" has to begin with "@"'
    found = subgraph.features.element(name)
    defined = name[1:] in subgraph.schema.directives
    if found is None:
        if defined:
            return f"{name} does not belong to a linked feature"
        return f"there is no directive {name}"
    known = found[0].url.identity in SPECS
    if known and found[1][1:] not in MERGED:
        return f"composing the federation directive {name} is not supported"
    if not known and not defined:
        return f"there is no definition of {name}"
    return None


def check_together(name: str, requests: Sequence[ComposeRequest]) -> CompositionError | None:
    """The error for subgraphs that mean different directives by one name."""
    places = [request.applied.location for request in requests]
    identities = {request.feature.url.identity for request in requests}
    if len(identities) > 1:
        message = f"@{name} is composed from different features: {', '.join(sorted(identities))}."
        return error(RULE, message, *places)
    if len({request.feature.url.version.major for request in requests}) > 1:
        message = (
            f"@{name} is composed from different major versions of {min(identities)}, which do not "
            "fit together."
        )
        return error(RULE, message, *places)
    return None


def check_names(requests: Sequence[ComposeRequest]) -> Iterator[CompositionError]:
    """Every element of a feature that would be composed under several names."""
    by_element: dict[tuple[str, str], dict[str, list[ComposeRequest]]] = {}
    for request in requests:
        key = (request.feature.url.identity, request.element)
        by_element.setdefault(key, {}).setdefault(request.name, []).append(request)
    for (identity, element), found in sorted(by_element.items()):
        if len(found) > 1:
            names = ", ".join(f"@{name}" for name in found)
            yield error(
                RULE,
                f"@{element} of {identity} is composed under different names: {names}.",
                *(request.applied.location for each in found.values() for request in each),
            )
