"""Which directives a supergraph carries, and under which names.

Directives of known specifications are always carried, under the one name by which the subgraphs
import them. Directives of other linked features are carried where `@composeDirective` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gateway.composition.diagnostics import CompositionError, Hint
from gateway.composition.features import Feature, FeatureUrl
from gateway.composition.hint_rules import (
    directive_composition_info,
    directive_composition_warn,
    inconsistent_type_system_directive_locations,
    inconsistent_type_system_directive_repeatable,
)
from gateway.composition.merge.compose_requests import ComposeRequest
from gateway.composition.rules import directive_composition_error, link_import_name_mismatch
from gateway.composition.specs import MERGED, SPECS
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Applied, DirectiveDef, find_all


@dataclass(frozen=True, slots=True)
class Composed:
    """A directive carried at the wish of the subgraphs named."""

    name: str
    element: str
    url: FeatureUrl
    definition: DirectiveDef
    subgraphs: frozenset[str]


@dataclass(slots=True)
class Carried:
    """The directives of a supergraph; `names` maps specification names to the supergraph's."""

    names: dict[str, str] = field(default_factory=dict)
    composed: dict[str, Composed] = field(default_factory=dict)
    errors: list[CompositionError] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)

    def name(self, spec: str) -> str:
        """The name of a specification's directive in the supergraph."""
        return self.names.get(spec, spec)

    def composes(self, subgraph: Subgraph, applied: Applied) -> bool:
        """Whether the supergraph carries this application because its subgraph asks for it."""
        entry = self.composed.get(applied.name)
        return entry is not None and subgraph.name in entry.subgraphs


def carried_directives(subgraphs: Iterable[Subgraph]) -> Carried:
    """Settle names and wishes; what is wrong with them is in the result."""
    result = Carried()
    graphs = list(subgraphs)
    used = {subgraph.name: _used_names(subgraph) for subgraph in graphs}
    for spec in MERGED:
        _settle_name(graphs, used, spec, result)
    requests: dict[str, list[ComposeRequest]] = {}
    for subgraph in graphs:
        for applied in find_all(subgraph.schema.applied, "composeDirective"):
            request = _request(subgraph, applied, result)
            if request is not None:
                requests.setdefault(request.name, []).append(request)
    for name in requests:
        _settle_request(name, requests[name], graphs, result)
    settled = [request for name in result.composed for request in requests[name]]
    result.errors += directive_composition_error.check_names(settled)
    return result


def _settle_name(
    graphs: list[Subgraph], used: Mapping[str, frozenset[str]], spec: str, result: Carried
) -> None:
    """The name by which subgraphs import or use a directive has to be the same everywhere."""
    names: dict[str, list[tuple[Subgraph, Feature]]] = {}
    for subgraph in graphs:
        for feature in subgraph.features.by_identity.values():
            if feature.url.identity not in SPECS:
                continue
            local = feature.local(f"@{spec}")[1:]
            if f"@{spec}" in feature.imports or local in used[subgraph.name]:
                names.setdefault(local, []).append((subgraph, feature))
    problem = link_import_name_mismatch.check(spec, names)
    if problem is not None:
        result.errors.append(problem)
    elif names:
        result.names[spec] = next(iter(names))


def _used_names(subgraph: Subgraph) -> frozenset[str]:
    """The local names of all specification directives that a subgraph applies."""
    groups = [subgraph.schema.applied]
    for definition in subgraph.types.values():
        groups.append(definition.directives)
        groups += [field.directives for field in definition.fields.values()]
        groups += [a.directives for f in definition.fields.values() for a in f.args.values()]
        groups += [item.directives for item in definition.inputs.values()]
        groups += [value.directives for value in definition.values.values()]
    return frozenset(item.name for group in groups for item in group if item.spec is not None)


def _request(subgraph: Subgraph, applied: Applied, result: Carried) -> ComposeRequest | None:
    problem = directive_composition_error.check(subgraph, applied)
    if problem is not None:
        result.errors.append(problem)
        return None
    name = str(applied.args.get("name"))
    found = subgraph.features.element(name)
    if found is None:
        return None
    feature, element = found
    if feature.url.identity in SPECS:
        result.hints.append(directive_composition_info.give(subgraph, name, applied))
        return None
    return ComposeRequest(subgraph, name[1:], element[1:], feature, applied)


def _settle_request(
    name: str, requests: list[ComposeRequest], graphs: list[Subgraph], result: Carried
) -> None:
    problem = directive_composition_error.check_together(name, requests)
    if problem is not None:
        result.errors.append(problem)
        return
    # Of equal versions the last one in the order of names counts, as with other composers.
    latest = max(reversed(requests), key=lambda request: request.feature.url.version)
    result.hints += directive_composition_warn.check(latest, graphs)
    for rule in (
        inconsistent_type_system_directive_repeatable,
        inconsistent_type_system_directive_locations,
    ):
        found = rule.check(name, requests, latest)
        if found is not None:
            result.hints.append(found)
    result.composed[name] = Composed(
        name,
        latest.element,
        latest.feature.url,
        latest.subgraph.schema.directives[name],
        frozenset(request.subgraph.name for request in requests),
    )
