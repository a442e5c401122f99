"""Linked specifications: their URLs, and the local names of their elements.

Nothing looks a directive up by its literal text: `Features.element` translates a local name into
the specification's own, and `Feature.local` the other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from gateway.composition.specs import FEDERATION, Version
from gateway.supergraph.definitions import Location

_VERSION: Final = re.compile(r"v(\d{1,12})\.(\d{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class FeatureUrl:
    """`https://host/path/name/v1.2`, taken apart; `identity` is everything before the version."""

    identity: str
    name: str
    version: Version

    def __str__(self) -> str:
        return f"{self.identity}/{self.version}"


def parse_feature_url(text: str) -> FeatureUrl | None:
    """Take a feature's URL apart, or return None when it is malformed.

    Its path ends in the feature's name and version; credentials, query and fragment mean nothing.
    """
    try:
        url = urlsplit(text)
        host = url.netloc.rpartition("@")[2].lower()
    except ValueError:
        return None
    path, _, last = url.path.rpartition("/")
    name = path.rpartition("/")[2]
    version = _VERSION.fullmatch(last)
    if not url.scheme or not name or version is None:
        return None
    identity = urlunsplit((url.scheme, host, path, "", ""))
    return FeatureUrl(identity, name, Version(int(version[1]), int(version[2])))


@dataclass(frozen=True, slots=True)
class Feature:
    """One linked specification. `imports` maps elements to local names, both with any `@`."""

    url: FeatureUrl
    namespace: str
    imports: Mapping[str, str]
    purpose: str | None = None
    location: Location | None = None

    def local(self, element: str) -> str:
        """The local name of an element; directives are given and returned with their `@`."""
        if element in self.imports:
            return self.imports[element]
        if element.startswith("@"):
            bare = element[1:]
            return f"@{self.namespace}" if bare == self.url.name else f"@{self.namespace}__{bare}"
        return f"{self.namespace}__{element}"


@dataclass(frozen=True, slots=True)
class Features:
    """All linked specifications of a schema, by identity and by local name."""

    by_identity: Mapping[str, Feature] = field(default_factory=dict)
    _imported: Mapping[str, tuple[Feature, str]] = field(default_factory=dict)
    _namespaces: Mapping[str, Feature] = field(default_factory=dict)

    @classmethod
    def of(cls, features: Iterable[Feature]) -> Features:
        """Index these features."""
        items = list(features)
        return cls(
            {item.url.identity: item for item in items},
            {local: (item, name) for item in items for name, local in item.imports.items()},
            {item.namespace: item for item in items},
        )

    @property
    def federation(self) -> Feature | None:
        """The link to the federation specification, if any."""
        return self.by_identity.get(FEDERATION.identity)

    def element(self, local: str) -> tuple[Feature, str] | None:
        """The feature and its own name for a local name (`@` included for directives)."""
        found = self._imported.get(local)
        if found is not None:
            return found
        at = "@" if local.startswith("@") else ""
        namespace, separator, rest = local[len(at) :].partition("__")
        feature = self._namespaces.get(namespace)
        if feature is None:
            return None
        if separator:
            return (feature, at + rest) if rest else None
        # Only a directive may use the bare name of the feature.
        return (feature, at + feature.url.name) if at else None
