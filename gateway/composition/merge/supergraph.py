"""The frame of a supergraph: links, and the definitions of what they bring."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from graphql import parse

from gateway.composition.merge.directives import MERGED
from gateway.composition.merge.join import applied
from gateway.composition.specs import (
    AUTHENTICATED,
    CACHE_TAG,
    CONTEXT,
    COST,
    INACCESSIBLE,
    LINK,
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
    Kind,
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
_IMPORTED: Final = frozenset({"@listSize"})
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


def build_frame(
    subgraphs: Sequence[Subgraph], used: Collection[str], *, carried: bool = False
) -> Frame:
    """The links and definitions for a supergraph in which these directives are `used`.

    `carried` tells that some directive is carried by `join__directive`.
    """
    join = _join_version(subgraphs, carried=carried)
    specs: dict[str, Spec] = {}
    for name in (*MERGED, "context"):
        if name in used:
            specs.setdefault(_SPEC_OF[name].name, _SPEC_OF[name])
    types, directives = _definitions(_join_text(join))
    types["join__Graph"] = replace(types["join__Graph"], values=_graph_values(subgraphs))
    for spec in (LINK, *specs.values()):
        more_types, more_directives = _spec_definitions(spec, spec.versions[-1])
        types |= more_types
        directives |= more_directives
    links = [_link(LINK.identity, LINK.versions[-1], None)]
    links.append(_link("https://specs.apollo.dev/join", join, "EXECUTION"))
    links += [
        _link(
            spec.identity,
            spec.versions[-1],
            spec.purpose,
            tuple(f"@{name}" for name in MERGED if name in used and _imports(name, spec)),
        )
        for _, spec in sorted(specs.items())
    ]
    return Frame(tuple(links), types, directives)


def _imports(name: str, spec: Spec) -> bool:
    return _SPEC_OF[name] is spec and name != spec.name


def _link(
    identity: str, version: Version, purpose: str | None, imports: tuple[str, ...] = ()
) -> Applied:
    args: dict[str, Value] = {"url": f"{identity}/{version}"}
    if imports:
        args["import"] = imports
    if purpose:
        args["for"] = EnumLiteral(purpose)
    return Applied("link", args)


def _join_version(subgraphs: Sequence[Subgraph], *, carried: bool) -> Version:
    highest = max((s.version for s in subgraphs), default=UPGRADED)
    if highest >= (2, 8):
        return Version(0, 5)
    return Version(0, 4) if highest >= (2, 7) or carried else Version(0, 3)


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
    spec: Spec, version: Version
) -> tuple[dict[str, TypeDef], dict[str, DirectiveDef]]:
    """Definitions of a specification under the names that a supergraph uses for them."""
    elements = list(spec.elements_at(version).values())
    document = parse("\n".join(element.definition for element in elements), no_location=True)
    reader = Reader("", None, nesting=10)
    reader.renamed = {
        element.name: f"{spec.name}__{element.name}"
        for element in elements
        if not element.name.startswith("@")
    }
    imported = _IMPORTED | {f"@{spec.name}"}
    directives = {
        local: replace(definition, name=local)
        for name, definition in reader.directives(document).items()
        for local in [name if f"@{name}" in imported else f"{spec.name}__{name}"]
    }
    return reader.types(document), directives


def _graph_values(subgraphs: Sequence[Subgraph]) -> dict[str, EnumValueDef]:
    return {
        subgraph.graph: EnumValueDef(
            subgraph.graph, (applied("join__graph", name=subgraph.name, url=subgraph.url),)
        )
        for subgraph in subgraphs
    }


def is_frame_type(definition: TypeDef) -> bool:
    """Whether a supergraph's type belongs to its frame rather than to the API."""
    return "__" in definition.name and definition.kind is not Kind.OBJECT
