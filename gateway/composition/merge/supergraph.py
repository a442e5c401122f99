"""The frame of a supergraph: links, and the definitions of what they bring."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from graphql import parse

from gateway.composition.features import FeatureUrl
from gateway.composition.merge.composed import Carried
from gateway.composition.merge.context import Merge
from gateway.composition.merge.join import applied
from gateway.composition.merge.join_directives import carried_specs
from gateway.composition.specs import (
    AUTHENTICATED,
    CACHE_TAG,
    CONTEXT,
    COST,
    INACCESSIBLE,
    LINK,
    MERGED,
    POLICY,
    REQUIRES_SCOPES,
    TAG,
    Spec,
    Version,
)
from gateway.composition.subgraph import UPGRADED, Subgraph
from gateway.composition.syntax import Reader
from gateway.supergraph.definitions import (
    Applied,
    DirectiveDef,
    EnumLiteral,
    EnumValueDef,
    ObjectLiteral,
    TypeDef,
    Value,
)

_SPEC_OF: Final[Mapping[str, Spec]] = {
    "tag": TAG,
    "inaccessible": INACCESSIBLE,
    "authenticated": AUTHENTICATED,
    "requiresScopes": REQUIRES_SCOPES,
    "policy": POLICY,
    "cost": COST,
    "listSize": COST,
    "context": CONTEXT,
    "cacheTag": CACHE_TAG,
}
_JOIN_03: Final = """
enum join__Graph
scalar join__FieldSet
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false,
  resolvable: Boolean! = true, isInterfaceObject: Boolean! = false)
  repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__implements(graph: join__Graph!, interface: String!)
  repeatable on OBJECT | INTERFACE
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
"""
_FIELD: Final = (
    "directive @join__field(graph: join__Graph, requires: join__FieldSet,"
    " provides: join__FieldSet, type: String, external: Boolean, override: String,"
    " usedOverridden: Boolean"
)
_FIELD_PLACES: Final = ") repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION\n"
_JOIN_04: Final = (
    "scalar join__DirectiveArguments\n"
    "directive @join__directive(graphs: [join__Graph!], name: String!,"
    " args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE |"
    " FIELD_DEFINITION\n"
)
_JOIN_05: Final = (
    "scalar join__FieldValue\n"
    "input join__ContextArgument { name: String! type: String! context: String!"
    " selection: join__FieldValue! }\n"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the merged types."""

    links: tuple[Applied, ...]
    types: Mapping[str, TypeDef]
    directives: Mapping[str, DirectiveDef]


def build_frame(merge: Merge, used: Collection[str]) -> Frame:
    """The links and definitions for a supergraph that uses these specification directives."""
    subgraphs = merge.subgraphs
    join = _join_version(subgraphs)
    types, directives = _definitions(_join_text(join))
    types["join__Graph"] = replace(types["join__Graph"], values=_graph_values(subgraphs))
    links = [
        _link(f"{LINK.identity}/{LINK.versions[-1]}"),
        _link(f"https://specs.apollo.dev/join/{join}", purpose="EXECUTION"),
    ]
    by_spec: dict[str, list[str]] = {LINK.name: []}
    for name in (*MERGED, "context"):
        if name in used:
            by_spec.setdefault(_SPEC_OF[name].name, []).append(name)
    for spec in sorted({_SPEC_OF[n] for n in used if n in _SPEC_OF}, key=lambda item: item.name):
        imports = _imports(spec, by_spec[spec.name], merge.carried)
        links.append(_link(f"{spec.identity}/{spec.versions[-1]}", imports, spec.purpose))
        more_types, more_directives = _spec_definitions(spec, imports)
        types |= more_types
        directives |= more_directives
    more_types, more_directives = _spec_definitions(LINK, {})
    types |= more_types
    directives |= more_directives
    links += _composed_links(merge.carried)
    links += [
        _link(f"{spec.identity}/{version}", None, "EXECUTION")
        for spec, version in carried_specs(subgraphs)
    ]
    directives |= {
        name: replace(entry.definition, location=None)
        for name, entry in merge.carried.composed.items()
    }
    return Frame(tuple(links), types, directives)


def _imports(spec: Spec, names: list[str], carried: Carried) -> dict[str, str]:
    """Element -> its name in the supergraph, where the default would be another one."""
    imports: dict[str, str] = {}
    for name in names:
        local = carried.name(name)
        if name != spec.name or local != name:
            imports[f"@{name}"] = f"@{local}"
    return imports


def _composed_links(carried: Carried) -> list[Applied]:
    features: dict[str, tuple[FeatureUrl, dict[str, str]]] = {}
    for entry in carried.composed.values():
        url, imports = features.get(entry.url.identity, (entry.url, {}))
        imports[f"@{entry.element}"] = f"@{entry.name}"
        url = max(url, entry.url, key=lambda item: item.version)
        features[entry.url.identity] = (url, imports)
    return [_link(str(url), imports) for _, (url, imports) in sorted(features.items())]


def _link(
    url: str, imports: Mapping[str, str] | None = None, purpose: str | None = None
) -> Applied:
    args: dict[str, Value] = {"url": url}
    if purpose:
        args["for"] = EnumLiteral(purpose)
    if imports:
        args["import"] = tuple(
            name if name == local else ObjectLiteral((("name", name), ("as", local)))
            for name, local in imports.items()
        )
    return Applied("link", args)


def _join_version(subgraphs: Sequence[Subgraph]) -> Version:
    highest = max((s.version for s in subgraphs), default=UPGRADED)
    if highest >= (2, 8):
        return Version(0, 5)
    return Version(0, 4) if highest >= (2, 7) else Version(0, 3)


def _join_text(version: Version) -> str:
    text = _JOIN_03 + _FIELD
    if version.minor >= 4:
        text += ", overrideLabel: String"
    if version.minor >= 5:
        text += ", contextArguments: [join__ContextArgument!]"
    text += _FIELD_PLACES
    if version.minor >= 4:
        text += _JOIN_04
    if version.minor >= 5:
        text += _JOIN_05
    return text


def _definitions(text: str) -> tuple[dict[str, TypeDef], dict[str, DirectiveDef]]:
    document = parse(text, no_location=True)
    reader = Reader("", None, nesting=10)
    return reader.types(document), reader.directives(document)


def _spec_definitions(
    spec: Spec, imports: Mapping[str, str]
) -> tuple[dict[str, TypeDef], dict[str, DirectiveDef]]:
    """Definitions of a specification under the names that a supergraph uses for them."""
    elements = list(spec.elements_at(spec.versions[-1]).values())
    document = parse("\n".join(element.definition for element in elements), no_location=True)
    reader = Reader("", None, nesting=10)
    reader.renamed = {
        element.name: f"{spec.name}__{element.name}"
        for element in elements
        if not element.name.startswith("@")
    }
    directives: dict[str, DirectiveDef] = {}
    for name, definition in reader.directives(document).items():
        default = name if name == spec.name else f"{spec.name}__{name}"
        local = imports.get(f"@{name}", f"@{default}")[1:]
        directives[local] = replace(definition, name=local)
    return reader.types(document), directives


def _graph_values(subgraphs: Sequence[Subgraph]) -> dict[str, EnumValueDef]:
    return {
        subgraph.graph: EnumValueDef(
            subgraph.graph, (applied("join__graph", name=subgraph.name, url=subgraph.url),)
        )
        for subgraph in subgraphs
    }
