"""Directives that a supergraph carries in `join__directive`, subgraph by subgraph, as they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from gateway.composition.merge.join import join_directive
from gateway.composition.specs import CACHE_TAG, CONNECT, Spec, Version
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Applied, ObjectLiteral, Value
from gateway.supergraph.write import write_value

_CONNECT_RELEASED: Final = Version(0, 3)
_CACHE_TAG: Final = "federation__cacheTag"
_CONNECTORS: Final = frozenset({"connect", "source"})


def carried_in_join(
    sources: Iterable[tuple[Subgraph, tuple[Applied, ...]]],
) -> tuple[Applied, ...]:
    """The applications to one element that are carried in `join__directive`.

    Subgraphs that apply a directive with the same arguments share an entry.
    """
    found: dict[tuple[str, str], tuple[ObjectLiteral, list[Subgraph]]] = {}
    for subgraph, directives in sources:
        for applied in directives:
            name = _carried_name(applied)
            if name is not None:
                args = ObjectLiteral(tuple(applied.args.items()))
                entry = found.setdefault((name, write_value(args)), (args, []))
                if subgraph not in entry[1]:
                    entry[1].append(subgraph)
    return tuple(
        join_directive(subgraphs, name, args) for (name, _), (args, subgraphs) in found.items()
    )


def _carried_name(applied: Applied) -> str | None:
    """Connectors keep the names that their subgraph's link, carried too, gives them."""
    if applied.spec == "cacheTag":
        return _CACHE_TAG
    return applied.name if applied.spec in _CONNECTORS else None


def carried_links(subgraphs: Iterable[Subgraph]) -> tuple[Applied, ...]:
    """The links of subgraphs to connectors, without which their directives mean nothing.

    Subgraphs with equal links share an entry.
    """
    found: dict[str, tuple[ObjectLiteral, list[Subgraph]]] = {}
    for subgraph in subgraphs:
        feature = subgraph.features.by_identity.get(CONNECT.identity)
        if feature is None:
            continue
        fields: list[tuple[str, Value]] = [("url", str(feature.url))]
        if feature.namespace != feature.url.name:
            fields.append(("as", feature.namespace))
        if feature.imports:
            imports = tuple(
                name if name == local else ObjectLiteral((("name", name), ("as", local)))
                for name, local in feature.imports.items()
            )
            fields.append(("import", imports))
        args = ObjectLiteral(tuple(fields))
        found.setdefault(write_value(args), (args, []))[1].append(subgraph)
    return tuple(join_directive(linking, "link", args) for args, linking in found.values())


def carried_specs(subgraphs: Iterable[Subgraph]) -> list[tuple[Spec, str]]:
    """The specifications that subgraphs use in this way, with the version to link.

    The preview of connectors (0.4) is linked where the first subgraph that has any links it, and
    their last released version otherwise, as with other composers.
    """
    used: dict[str, tuple[Spec, str]] = {}
    for subgraph in subgraphs:
        feature = subgraph.features.by_identity.get(CONNECT.identity)
        if feature is not None:
            version = max(feature.url.version, _CONNECT_RELEASED)
            used.setdefault(CONNECT.name, (CONNECT, str(version)))
        groups = [subgraph.schema.applied]
        for definition in subgraph.types.values():
            groups.append(definition.directives)
            groups += [field.directives for field in definition.fields.values()]
        if any(applied.spec == "cacheTag" for group in groups for applied in group):
            used[CACHE_TAG.name] = (CACHE_TAG, "v0.1")
    return [used[name] for name in sorted(used)]
