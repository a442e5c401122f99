"""Which specifications a supergraph document links, and what their elements are called in it.

`@link` and its predecessor `@core` are read; a document may rename either, and any feature's
elements. After this step nobody looks up a directive of a feature by literal text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from graphql import (
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    ListValueNode,
    ObjectValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    ValueNode,
)

from gateway.errors import Code, InternalError
from gateway.supergraph.arguments import argument_values
from gateway.supergraph.model import Feature

JOIN = "https://specs.apollo.dev/join"
INACCESSIBLE = "https://specs.apollo.dev/inaccessible"
CONTEXT = "https://specs.apollo.dev/context"
LINK = "https://specs.apollo.dev/link"
CORE = "https://specs.apollo.dev/core"

EXECUTABLE = frozenset(
    {
        LINK,
        CORE,
        JOIN,
        INACCESSIBLE,
        CONTEXT,
        "https://specs.apollo.dev/tag",
        "https://specs.apollo.dev/authenticated",
        "https://specs.apollo.dev/requiresScopes",
        "https://specs.apollo.dev/policy",
        "https://specs.apollo.dev/cost",
        "https://specs.apollo.dev/cacheTag",
    }
)
"""Features that a runtime may be obliged to know (`for:`) and that this one does know."""

_URL = re.compile(
    r"(?P<identity>.*?/(?P<name>[A-Za-z_]\w*))/v(?P<major>\d{1,6})\.(?P<minor>\d{1,6})/?\Z"
)


def unusable(message: str) -> InternalError:
    """The error for a supergraph that cannot be served; the message is for its operator."""
    return InternalError(message, Code.INVALID_FEDERATION_SUPERGRAPH)


class Features:
    """The linked features of one document, by identity."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self.all = tuple(features)
        self._by_identity = {feature.identity: feature for feature in self.all}

    def get(self, identity: str) -> Feature | None:
        """The feature with this identity, if the document links it."""
        return self._by_identity.get(identity)

    def local(self, identity: str, element: str) -> str:
        """What a directive (`field`, or the feature's own name) of a feature is called here.

        A feature that is not linked is looked up under its usual name: hand-written documents
        often leave the links of the lesser features out.
        """
        default = identity.rsplit("/", 1)[-1]
        feature = self._by_identity.get(identity)
        if feature is None:
            return default if element == default else f"{default}__{element}"
        imported = feature.imports.get("@" + element)
        if imported:
            return imported.removeprefix("@")
        return feature.name if element == default else f"{feature.name}__{element}"

    def owns(self, name: str, *, directive: bool) -> bool:
        """Whether a type or directive of this name belongs to a linked feature."""
        for feature in self.all:
            if name.startswith(feature.name + "__"):
                return True
            if directive and (name == feature.name or "@" + name in feature.imports.values()):
                return True
            if not directive and name in feature.imports.values():
                return True
        return False


def read_features(document: DocumentNode) -> Features:
    """Read the links of a supergraph document.

    Raises:
        InternalError: the document links nothing, a link is malformed, or it obliges the runtime
            to a feature that this one does not know.
    """
    applied = [
        directive
        for node in document.definitions
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)
        for directive in node.directives or ()
    ]
    features = [feature for each in applied if (feature := _feature(each)) is not None]
    if not any(feature.identity == JOIN for feature in features):
        raise unusable(
            "This is not a supergraph: its schema definition does not link the join specification "
            f'(`@link(url: "{JOIN}/v0.5", for: EXECUTION)`).'
        )
    for feature in features:
        if feature.purpose is not None and feature.identity not in EXECUTABLE:
            raise unusable(
                f"The supergraph needs the feature {feature.identity} for {feature.purpose}, "
                "which this gateway does not know."
            )
        if feature.identity == JOIN and not (feature.version[0] == 0 and feature.version[1] <= 5):
            major, minor = feature.version
            raise unusable(f"Version {major}.{minor} of the join specification is not supported.")
    return Features(features)


def _feature(directive: DirectiveNode) -> Feature | None:
    arguments = argument_values(directive)
    url = arguments.get("url", arguments.get("feature"))
    if not isinstance(url, StringValueNode):
        return None
    match = _URL.match(url.value)
    if match is None:
        if directive.name.value in ("link", "core"):
            return Feature(url.value, url.value.rsplit("/", 1)[-1], (0, 0), _purpose(arguments))
        return None
    renamed = arguments.get("as")
    return Feature(
        match["identity"],
        renamed.value if isinstance(renamed, StringValueNode) else match["name"],
        (int(match["major"]), int(match["minor"])),
        _purpose(arguments),
        _imports(arguments.get("import")),
    )


def _purpose(arguments: Mapping[str, ValueNode]) -> str | None:
    purpose = arguments.get("for")
    return purpose.value if isinstance(purpose, EnumValueNode) else None


def _imports(value: ValueNode | None) -> dict[str, str]:
    imports: dict[str, str] = {}
    if not isinstance(value, ListValueNode):
        return imports
    for item in value.values:
        if isinstance(item, StringValueNode):
            imports[item.value] = item.value
        elif isinstance(item, ObjectValueNode):
            parts = {entry.name.value: entry.value for entry in item.fields}
            name, alias = parts.get("name"), parts.get("as")
            if isinstance(name, StringValueNode):
                imports[name.value] = (
                    alias.value if isinstance(alias, StringValueNode) else name.value
                )
    return imports
