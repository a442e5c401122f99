"""Tags: names under which entries are found again to be invalidated.

Every entry is tagged with its subgraph and its type; `@cacheTag(format:)` on an entity type or a
root field adds tags of the schema's own, with `{$key.field}` and `{$args.name}` filled in; and a
subgraph may send tags with its answer, in `extensions.cacheTags`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    EnumValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
)

from gateway.supergraph.model import Supergraph

_PLACE = re.compile(r"\{\$(key|args)\.([A-Za-z_][A-Za-z0-9_.]*)\}")
MAX_TAGS = 32
MAX_TAG_LENGTH = 256


@dataclass(frozen=True, slots=True)
class TagTemplates:
    """The formats of `@cacheTag`: by (subgraph, type) and by (subgraph, root field)."""

    types: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    root_fields: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def subgraph_tag(subgraph: str) -> str:
    """The tag of everything that a subgraph said."""
    return f"subgraph:{subgraph}"


def type_tag(subgraph: str, type_name: str) -> str:
    """The tag of a type's entities as one subgraph knows them."""
    return f"type:{subgraph}:{type_name}"


def own_tag(tag: str) -> str:
    """A tag that the schema or a subgraph gave; kept apart from the two kinds above."""
    return f"tag:{tag}"


def entity_tags(
    templates: TagTemplates, subgraph: str, representation: Mapping[str, Any]
) -> list[str]:
    """All tags of an entity that its representation determines."""
    type_name = str(representation.get("__typename"))
    tags = [subgraph_tag(subgraph), type_tag(subgraph, type_name)]
    for template in templates.types.get((subgraph, type_name), ()):
        tags += _filled(template, "key", representation)
    return tags


def root_tags(
    templates: TagTemplates, subgraph: str, fields: Iterable[str], variables: Mapping[str, Any]
) -> list[str]:
    """All tags of a root query. Arguments are known by the variables of the same name."""
    tags = [subgraph_tag(subgraph), type_tag(subgraph, "Query")]
    for name in fields:
        for template in templates.root_fields.get((subgraph, name), ()):
            tags += _filled(template, "args", variables)
    return tags


def sent_tags(extensions: Any) -> list[str]:
    """The tags that a subgraph sent with its answer."""
    sent = extensions.get("cacheTags") if isinstance(extensions, dict) else None
    if not isinstance(sent, list):
        return []
    texts = [tag for tag in sent if isinstance(tag, str) and 0 < len(tag) <= MAX_TAG_LENGTH]
    return [own_tag(tag) for tag in texts[:MAX_TAGS]]


def _filled(template: str, kind: str, values: Mapping[str, Any]) -> list[str]:
    """The tag, or nothing where a value that it names is not there."""
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        found: Any = values if match[1] == kind else None
        for step in match[2].split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        if not isinstance(found, str | int) or isinstance(found, bool):
            missing = True
            return ""
        return str(found)

    text = _PLACE.sub(value, template)
    return [] if missing or len(text) > MAX_TAG_LENGTH else [own_tag(text)]


def read_templates(supergraph: Supergraph) -> TagTemplates:
    """The formats of a supergraph's `@cacheTag`s, which the join directives carry."""
    names = {graph.id: graph.name for graph in supergraph.graphs.values()}
    types: dict[tuple[str, str], tuple[str, ...]] = {}
    fields: dict[tuple[str, str], tuple[str, ...]] = {}
    for definition in supergraph.types.values():
        for graph, template in _carried(definition.directives, names):
            key = (graph, definition.name)
            types[key] = (*types.get(key, ()), template)
        if definition.name == supergraph.query:
            for item in definition.fields.values():
                for graph, template in _carried(item.directives, names):
                    key = (graph, item.name)
                    fields[key] = (*fields.get(key, ()), template)
    return TagTemplates(types, fields)


def _carried(
    directives: Iterable[DirectiveNode], names: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    """`@join__directive(graphs: [A], name: "federation__cacheTag", args: {format: "..."})`."""
    for directive in directives:
        if directive.name.value != "join__directive":
            continue
        given = {argument.name.value: argument.value for argument in directive.arguments or ()}
        name, graphs, args = given.get("name"), given.get("graphs"), given.get("args")
        if not isinstance(name, StringValueNode) or not name.value.endswith("cacheTag"):
            continue
        template = _format(args) if isinstance(args, ObjectValueNode) else None
        if template is None or not isinstance(graphs, ListValueNode):
            continue
        for graph in graphs.values:
            if isinstance(graph, EnumValueNode) and graph.value in names:
                yield names[graph.value], template


def _format(args: ObjectValueNode) -> str | None:
    for item in args.fields:
        if item.name.value == "format" and isinstance(item.value, StringValueNode):
            return item.value.value
    return None
