"""Which specifications a schema links, and under which names it uses their elements.

Nothing after this stage looks a directive up by its literal text: `Features.element` translates a
local name into the specification's own, and `Feature.local` the other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error, suggestion
from gateway.composition.specs import CORE, FEDERATION, LINK, SPECS, Version
from gateway.supergraph.definitions import Applied, EnumLiteral, Location, ObjectLiteral, Value

_URL: Final = re.compile(
    r"(?P<identity>.*?(?P<name>[^/\s]+))/v(?P<major>0|[1-9]\d{0,8})\.(?P<minor>0|[1-9]\d{0,8})"
)
_PURPOSES: Final = (EnumLiteral("SECURITY"), EnumLiteral("EXECUTION"))
_NAME: Final = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
_VERSION_CODES: Final[Mapping[str, Code]] = {
    # Later versions of the other specifications are read as the latest that is known.
    FEDERATION.identity: Code.UNKNOWN_FEDERATION_LINK_VERSION,
    LINK.identity: Code.UNKNOWN_LINK_VERSION,
    CORE.identity: Code.UNKNOWN_LINK_VERSION,
}


@dataclass(frozen=True, slots=True)
class FeatureUrl:
    """`https://host/path/name/v1.2`, taken apart; `identity` is everything before the version."""

    identity: str
    name: str
    version: Version

    def __str__(self) -> str:
        return f"{self.identity}/{self.version}"


def parse_feature_url(text: str) -> FeatureUrl | None:
    """Take a feature's URL apart, or return None when it is malformed."""
    match = _URL.fullmatch(text)
    if match is None:
        return None
    version = Version(int(match["major"]), int(match["minor"]))
    return FeatureUrl(match["identity"], match["name"], version)


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


def read_links(applied: Iterable[Applied]) -> tuple[Features, list[CompositionError]]:
    """Read every `@link` (or legacy `@core`) among the directives applied to a schema."""
    items = list(applied)
    directive, url_argument = _link_directive(items)
    errors: list[CompositionError] = []
    features: list[Feature] = []
    for link in items:
        if link.name != directive:
            continue
        feature, problems = _feature(link, url_argument)
        errors += problems
        if feature is not None:
            features.append(feature)
    if not any(item.url.identity in (LINK.identity, CORE.identity) for item in features):
        features.append(_implicit_link())
    errors += _conflicts(features)
    return Features.of(features), errors


def _implicit_link() -> Feature:
    return Feature(FeatureUrl(LINK.identity, "link", Version(1, 0)), "link", {})


def _link_directive(items: list[Applied]) -> tuple[str, str]:
    """The local name of the linking directive, and the name of its argument for URLs."""
    for item in items:
        for argument, spec in (("url", LINK), ("feature", CORE)):
            text = item.args.get(argument)
            url = parse_feature_url(text) if isinstance(text, str) else None
            if url is None or url.identity != spec.identity:
                continue
            renamed = item.args.get("as")
            own = renamed if isinstance(renamed, str) else _self_import(item, spec.name)
            if item.name == own:
                return own, argument
    return "link", "url"


def _self_import(item: Applied, default: str) -> str:
    imports = item.args.get("import")
    for entry in imports if isinstance(imports, tuple) else ():
        if isinstance(entry, ObjectLiteral) and entry.get("name") == f"@{default}":
            renamed = entry.get("as")
            if isinstance(renamed, str):
                return renamed.removeprefix("@")
    return default


def _feature(link: Applied, url_argument: str) -> tuple[Feature | None, list[CompositionError]]:
    at = link.location
    text = link.args.get(url_argument)
    if text is None:
        return None, []  # The argument may be null, and then nothing is linked.
    if not isinstance(text, str):
        message = f'@{link.name} needs a string as its argument "{url_argument}".'
        return None, [error(Code.INVALID_LINK_DIRECTIVE_USAGE, message, at)]
    url = parse_feature_url(text)
    if url is None:
        message = f'"{text}" does not end in a feature name and a version such as "/name/v1.0".'
        return None, [error(Code.INVALID_LINK_IDENTIFIER, message, at)]
    unknown = _unknown_version(url, at)
    if unknown is not None:
        return None, [unknown]
    errors: list[CompositionError] = []
    namespace = link.args.get("as")
    if namespace is None:
        namespace = url.name
    elif not isinstance(namespace, str) or not _valid_namespace(namespace):
        message = (
            f'"{namespace}" cannot be the namespace of {url}: it has to be a name without "__".'
        )
        errors.append(error(Code.INVALID_LINK_DIRECTIVE_USAGE, message, at))
        namespace = url.name
    purpose = link.args.get("for")
    if purpose is not None and purpose not in _PURPOSES:
        message = f"The purpose of the link to {url} has to be SECURITY or EXECUTION."
        errors.append(error(Code.INVALID_GRAPHQL, message, at))
    imports: dict[str, str] = {}
    entries = link.args.get("import")
    for entry in entries if isinstance(entries, tuple) else () if entries is None else (entries,):
        problem = _import(entry, url, imports)
        if problem is not None:
            errors.append(error(Code.INVALID_LINK_DIRECTIVE_USAGE, problem, at))
    name = purpose.name if isinstance(purpose, EnumLiteral) else None
    return Feature(url, namespace, imports, name, at), errors


def _valid_namespace(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and "__" not in name and not name.endswith("_")


def _unknown_version(url: FeatureUrl, at: Location | None) -> CompositionError | None:
    spec = SPECS.get(url.identity)
    code = _VERSION_CODES.get(url.identity)
    if spec is None or code is None or url.version in spec.versions:
        return None
    known = f"{spec.versions[0]} to {spec.versions[-1]}"
    message = f"Version {url.version} of the {spec.name} specification is unknown; known: {known}."
    return error(code, message, at)


def _import(entry: Value, url: FeatureUrl, imports: dict[str, str]) -> str | None:
    """Add an entry of `import` to `imports`, or return what is wrong with it."""
    if isinstance(entry, str):
        name, local = entry, entry
    elif isinstance(entry, ObjectLiteral):
        given, renamed = entry.get("name"), entry.get("as")
        if not isinstance(given, str) or not (renamed is None or isinstance(renamed, str)):
            return 'An import is written as a string, or as {name: "...", as: "..."}.'
        extra = {key for key, _ in entry.fields} - {"name", "as"}
        if extra:
            return f'An import has no field "{min(extra)}".'
        name, local = given, renamed if renamed is not None else given
    else:
        return 'An import is written as a string, or as {name: "...", as: "..."}.'
    if name.startswith("@") != local.startswith("@"):
        return f'"{name}" and "{local}" have to be both directives (with @) or both types.'
    if not _NAME.fullmatch(name.removeprefix("@")) or not _NAME.fullmatch(local.removeprefix("@")):
        return f'"{name}" cannot be imported as "{local}": that is no name.'
    spec = SPECS.get(url.identity)
    if spec is not None and name not in spec.elements_at(url.version):
        return f'{url} has no element "{name}" to import.' + _suggestion(
            name, spec.elements_at(url.version)
        )
    if any(other == local and known != name for known, other in imports.items()):
        return f'Two elements of {url} are imported as "{local}".'
    if name in imports and imports[name] != local:
        return f'"{name}" is imported twice, as "{imports[name]}" and as "{local}".'
    imports[name] = local
    return None


def _suggestion(name: str, known: Iterable[str]) -> str:
    names = list(known)
    if f"@{name}" in names:
        return f' Did you mean "@{name}"?'
    return suggestion(name, names)


def _conflicts(features: list[Feature]) -> list[CompositionError]:
    errors: list[CompositionError] = []
    identities: dict[str, Feature] = {}
    namespaces: dict[str, Feature] = {}
    locals_: dict[str, Feature] = {}

    def complain(message: str, *features: Feature) -> None:
        places = (feature.location for feature in features)
        errors.append(error(Code.INVALID_LINK_DIRECTIVE_USAGE, message, *places))

    for feature in features:
        first = identities.setdefault(feature.url.identity, feature)
        if first is not feature:
            complain(f'"{feature.url.identity}" is linked twice.', first, feature)
            continue
        first = namespaces.setdefault(feature.namespace, feature)
        if first is not feature:
            complain(
                f"{first.url} and {feature.url} would both use the namespace "
                f'"{feature.namespace}".',
                first,
                feature,
            )
            continue
        for name in feature.imports.values():
            other = locals_.setdefault(name, feature)
            if other is not feature:
                complain(
                    f'"{name}" is imported from {other.url} and {feature.url}.', other, feature
                )
    return errors
