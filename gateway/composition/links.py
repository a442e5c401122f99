"""Reads the `@link`s of a schema: which specifications it uses, and under which names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.features import Feature, Features, FeatureUrl, parse_feature_url
from gateway.composition.rules import (
    invalid_graphql,
    invalid_link_directive_usage,
    invalid_link_identifier,
    unknown_federation_link_version,
    unknown_link_version,
)
from gateway.composition.specs import CORE, LINK, Version
from gateway.supergraph.definitions import Applied, EnumLiteral, ObjectLiteral

_PURPOSES: Final = (EnumLiteral("SECURITY"), EnumLiteral("EXECUTION"))


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
    errors += invalid_link_directive_usage.check_together(features)
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
        return None, [invalid_link_directive_usage.no_text(link, url_argument)]
    url = parse_feature_url(text)
    if url is None:
        return None, [invalid_link_identifier.check(text, at)]
    for rule in (unknown_federation_link_version, unknown_link_version):
        unknown = rule.check(url, at)
        if unknown is not None:
            return None, [unknown]
    errors = list(invalid_link_directive_usage.check(link, url))
    purpose = link.args.get("for")
    if purpose is not None and purpose not in _PURPOSES:
        message = f"The purpose of the link to {url} has to be SECURITY or EXECUTION."
        errors.append(error(invalid_graphql.RULE, message, at))
    namespace = link.args.get("as")
    usable = isinstance(namespace, str) and invalid_link_directive_usage.is_namespace(namespace)
    return (
        Feature(
            url,
            str(namespace) if usable else url.name,
            invalid_link_directive_usage.sound_imports(link, url),
            purpose.name if isinstance(purpose, EnumLiteral) else None,
            at,
        ),
        errors,
    )
