"""INVALID_LINK_DIRECTIVE_USAGE: a link says which names mean what, so it has to be clear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error, suggestion
from gateway.composition.features import Feature, FeatureUrl
from gateway.composition.specs import SPECS
from gateway.supergraph.definitions import Applied, ObjectLiteral, Value

RULE = Rule(
    Code.INVALID_LINK_DIRECTIVE_USAGE,
    meaning="A `@link` is malformed, imports what the feature lacks, or clashes with another name.",
    why="Links decide what every directive of the schema means, so they have to be unambiguous.",
    mend="Correct the arguments of the `@link` shown.",
)


_NAMESPACE: Final = re.compile(r"[_A-Za-z][-_0-9A-Za-z]*")
_NAME: Final = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")


def no_text(link: Applied, url_argument: str) -> CompositionError:
    """The URL is no string."""
    message = f'@{link.name} needs a string as its argument "{url_argument}".'
    return error(RULE, message, link.location)


def check(link: Applied, url: FeatureUrl) -> Iterator[CompositionError]:
    """What is wrong with the namespace and the imports of one link."""
    namespace = link.args.get("as")
    if namespace is not None and not (isinstance(namespace, str) and is_namespace(namespace)):
        message = (
            f'"{namespace}" cannot be the namespace of {url}: it has to be a name without "__".'
        )
        yield error(RULE, message, link.location)
    elif namespace is None and not is_namespace(url.name):
        message = (
            f'"{url.name}" cannot be the namespace of {url}, as that has to be a name without '
            '"__": give it another one with "as".'
        )
        yield error(RULE, message, link.location)
    for problem in _read_imports(link, url)[1]:
        yield error(RULE, problem, link.location)


def is_namespace(name: str) -> bool:
    """Whether elements can be written as `name__element`."""
    return bool(_NAMESPACE.fullmatch(name)) and "__" not in name and not name.endswith("_")


def sound_imports(link: Applied, url: FeatureUrl) -> dict[str, str]:
    """Element -> local name, for the imports of a link that are as they should be."""
    return _read_imports(link, url)[0]


def check_together(features: list[Feature]) -> list[CompositionError]:
    """Names that would belong to two features, and features linked twice."""
    return list(_conflicts(features))


def _read_imports(link: Applied, url: FeatureUrl) -> tuple[dict[str, str], list[str]]:
    imports: dict[str, str] = {}
    problems: list[str] = []
    entries = link.args.get("import")
    for entry in entries if isinstance(entries, tuple) else () if entries is None else (entries,):
        problem = _import(entry, url, imports)
        if problem is not None:
            problems.append(problem)
    return imports, problems


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


def _conflicts(features: list[Feature]) -> Iterator[CompositionError]:
    identities: dict[str, Feature] = {}
    namespaces: dict[str, Feature] = {}
    locals_: dict[str, Feature] = {}

    for feature in features:
        first = identities.setdefault(feature.url.identity, feature)
        if first is not feature:
            message = f'"{feature.url.identity}" is linked twice.'
            yield error(RULE, message, first.location, feature.location)
            continue
        first = namespaces.setdefault(feature.namespace, feature)
        if first is not feature:
            yield error(
                RULE,
                f"{first.url} and {feature.url} would both use the namespace "
                f'"{feature.namespace}".',
                first.location,
                feature.location,
            )
            continue
        for name in feature.imports.values():
            other = locals_.setdefault(name, feature)
            if other is not feature:
                message = f'"{name}" is imported from {other.url} and {feature.url}.'
                yield error(RULE, message, other.location, feature.location)
