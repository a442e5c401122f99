"""Connectors (`@connect`, `@source`), which resolve fields without a server of their own.

Composition carries them in `@join__directive`, with the links that say what a subgraph calls them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from graphql import DocumentNode, value_from_ast_untyped

from gateway.supergraph.arguments import argument_values, named

_CONNECT: Final = "https://specs.apollo.dev/connect/"


def has_connectors(document: DocumentNode, directive: str) -> bool:
    """Whether a supergraph depends on connectors; `directive` is its name of `@join__directive`."""
    carried = list(_carried(document, directive))
    names = {"connect", "source", "connect__connect", "connect__source"}
    for name, args in carried:
        if name == "link" and str(args.get("url")).startswith(_CONNECT):
            names |= _local_names(args)
    return any(name in names for name, _ in carried)


def _carried(document: DocumentNode, directive: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for node in document.definitions:
        for holder in (node, *(getattr(node, "fields", None) or ())):
            for applied in named(getattr(holder, "directives", None), directive):
                values = {
                    key: value_from_ast_untyped(value)
                    for key, value in argument_values(applied).items()
                }
                args = values.get("args")
                yield str(values.get("name")), args if isinstance(args, dict) else {}


def _local_names(link: dict[str, Any]) -> set[str]:
    """What a link calls `@connect` and `@source`, without the @."""
    namespace = str(link.get("as") or "connect")
    names = {namespace, f"{namespace}__source"}
    imports = link.get("import")
    for entry in imports if isinstance(imports, list) else ():
        local = entry.get("as") or entry.get("name") if isinstance(entry, dict) else entry
        names.add(str(local).removeprefix("@"))
    return names
