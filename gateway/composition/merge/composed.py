"""Which directives a supergraph carries, and under which names.

Directives of known specifications are always carried, under the one name by which the subgraphs
import them. Directives of other linked features are carried where `@composeDirective` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, Hint, error, hint, quoted
from gateway.composition.hints import HintCode
from gateway.composition.links import Feature, FeatureUrl
from gateway.composition.specs import SPECS
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Applied, DirectiveDef, find_all

MERGED: Final = (
    "tag",
    "inaccessible",
    "authenticated",
    "requiresScopes",
    "policy",
    "cost",
    "listSize",
)
"""Directives of known specifications that every supergraph carries."""


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


@dataclass(frozen=True, slots=True)
class _Request:
    """One subgraph's valid wish."""

    subgraph: Subgraph
    name: str
    element: str
    feature: Feature
    applied: Applied


def carried_directives(subgraphs: Iterable[Subgraph]) -> Carried:
    """Settle names and wishes; what is wrong with them is in the result."""
    result = Carried()
    graphs = list(subgraphs)
    used = {subgraph.name: _used_names(subgraph) for subgraph in graphs}
    for spec in MERGED:
        _settle_name(graphs, used, spec, result)
    requests: dict[str, list[_Request]] = {}
    for subgraph in graphs:
        for applied in find_all(subgraph.schema.applied, "composeDirective"):
            request = _request(subgraph, applied, result)
            if request is not None:
                requests.setdefault(request.name, []).append(request)
    for name in requests:
        _settle_request(name, requests[name], graphs, result)
    _check_elements(result, requests)
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
    if len(names) > 1:
        parts = [
            f'"@{name}" in {quoted(subgraph.name for subgraph, _ in found)}'
            for name, found in names.items()
        ]
        result.errors.append(
            error(
                Code.LINK_IMPORT_NAME_MISMATCH,
                f"The directive @{spec} goes by different names: {', '.join(parts)}.",
                *(feature.location for found in names.values() for _, feature in found),
            )
        )
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


def _request(subgraph: Subgraph, applied: Applied, result: Carried) -> _Request | None:
    name = applied.args.get("name")
    problem: str | None = None
    found: tuple[Feature, str] | None = None
    if not isinstance(name, str) or not name:
        problem = "its argument is empty"
    elif not name.startswith("@"):
        problem = f'its argument "{name}" has to begin with "@"'
    else:
        found = subgraph.features.element(name)
        defined = name[1:] in subgraph.schema.directives
        if found is None and not defined:
            problem = f"there is no directive {name}"
        elif found is None:
            problem = f"{name} does not belong to a linked feature"
        elif found[0].url.identity in SPECS and found[1][1:] not in MERGED:
            problem = f"composing the federation directive {name} is not supported"
        elif found[0].url.identity not in SPECS and not defined:
            problem = f"there is no definition of {name}"
    if problem is not None or found is None or not isinstance(name, str):
        message = f'@composeDirective in subgraph "{subgraph.name}" cannot be followed: {problem}.'
        result.errors.append(error(Code.DIRECTIVE_COMPOSITION_ERROR, message, applied.location))
        return None
    feature, element = found
    if feature.url.identity in SPECS:
        message = f'{name} need not be composed by subgraph "{subgraph.name}": it always is.'
        result.hints.append(hint(HintCode.DIRECTIVE_COMPOSITION_INFO, message, applied.location))
        return None
    return _Request(subgraph, name[1:], element[1:], feature, applied)


def _settle_request(
    name: str, requests: list[_Request], graphs: list[Subgraph], result: Carried
) -> None:
    places = [request.applied.location for request in requests]
    identities = {request.feature.url.identity for request in requests}
    majors = {request.feature.url.version.major for request in requests}
    if len(identities) > 1:
        message = f"@{name} is composed from different features: {', '.join(sorted(identities))}."
        result.errors.append(error(Code.DIRECTIVE_COMPOSITION_ERROR, message, *places))
        return
    if len(majors) > 1:
        message = (
            f"@{name} is composed from different major versions of {min(identities)}, which do not "
            "fit together."
        )
        result.errors.append(error(Code.DIRECTIVE_COMPOSITION_ERROR, message, *places))
        return
    latest = max(requests, key=lambda request: request.feature.url.version)
    _warn_of_other_names(name, latest, graphs, result)
    result.composed[name] = Composed(
        name,
        latest.element,
        latest.feature.url,
        latest.subgraph.schema.directives[name],
        frozenset(request.subgraph.name for request in requests),
    )


def _warn_of_other_names(
    name: str, request: _Request, graphs: list[Subgraph], result: Carried
) -> None:
    element = f"@{request.element}"
    for subgraph in graphs:
        feature = subgraph.features.by_identity.get(request.feature.url.identity)
        if feature is None or feature.imports.get(element, f"@{name}") == f"@{name}":
            continue
        message = (
            f'The composed directive @{name} is called "{feature.imports[element]}" in subgraph '
            f'"{subgraph.name}", where it is not composed.'
        )
        result.hints.append(hint(HintCode.DIRECTIVE_COMPOSITION_WARN, message, feature.location))


def _check_elements(result: Carried, requests: Mapping[str, list[_Request]]) -> None:
    """One element of a feature cannot be composed under two names."""
    names: dict[tuple[str, str], list[str]] = {}
    for name, entry in result.composed.items():
        names.setdefault((entry.url.identity, entry.element), []).append(name)
    for (identity, element), found in sorted(names.items()):
        if len(found) > 1:
            message = f"@{element} of {identity} is composed under different names: " + ", ".join(
                f"@{name}" for name in found
            )
            places = [request.applied.location for name in found for request in requests[name]]
            result.errors.append(error(Code.DIRECTIVE_COMPOSITION_ERROR, f"{message}.", *places))
