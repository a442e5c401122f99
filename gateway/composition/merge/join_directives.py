"""Directives that a supergraph carries in `join__directive`, subgraph by subgraph, as they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from gateway.composition.merge.join import join_directive
from gateway.composition.specs import CACHE_TAG, CONNECT, Spec
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Applied, ObjectLiteral, Value
from gateway.supergraph.write import write_value

_NAMES: Final = {
    "cacheTag": "federation__cacheTag",
    "connect": "connect",
    "source": "source",
}


def carried_in_join(
    sources: Iterable[tuple[Subgraph, tuple[Applied, ...]]],
) -> tuple[Applied, ...]:
    """The applications to one element that are carried in `join__directive`.

    Subgraphs that apply a directive with the same arguments share an entry.
    """
    found: dict[tuple[str, str], tuple[ObjectLiteral, list[Subgraph]]] = {}
    for subgraph, directives in sources:
        for applied in directives:
            name = _NAMES.get(applied.spec or "")
            if name is not None:
                args = ObjectLiteral(tuple(applied.args.items()))
                entry = found.setdefault((name, write_value(args)), (args, []))
                if subgraph not in entry[1]:
                    entry[1].append(subgraph)
    return tuple(
        join_directive(subgraphs, name, args) for (name, _), (args, subgraphs) in found.items()
    )


def carried_links(subgraphs: Iterable[Subgraph]) -> tuple[Applied, ...]:
    """The links of subgraphs to connectors, without which their directives mean nothing."""
    result: list[Applied] = []
    for subgraph in subgraphs:
        feature = subgraph.features.by_identity.get(CONNECT.identity)
        if feature is None:
            continue
        fields: list[tuple[str, Value]] = [("url", str(feature.url))]
        if feature.imports:
            imports = tuple(
                name if name == local else ObjectLiteral((("name", name), ("as", local)))
                for name, local in feature.imports.items()
            )
            fields.append(("import", imports))
        result.append(join_directive([subgraph], "link", ObjectLiteral(tuple(fields))))
    return tuple(result)


def carried_specs(subgraphs: Iterable[Subgraph]) -> list[tuple[Spec, str]]:
    """The specifications that subgraphs use in this way, with the version to link."""
    used: dict[str, tuple[Spec, str]] = {}
    for subgraph in subgraphs:
        if subgraph.features.by_identity.get(CONNECT.identity) is not None:
            used[CONNECT.name] = (CONNECT, "v0.3")
        groups = [subgraph.schema.applied]
        for definition in subgraph.types.values():
            groups.append(definition.directives)
            groups += [field.directives for field in definition.fields.values()]
        if any(applied.spec == "cacheTag" for group in groups for applied in group):
            used[CACHE_TAG.name] = (CACHE_TAG, "v0.1")
    return [used[name] for name in sorted(used)]
