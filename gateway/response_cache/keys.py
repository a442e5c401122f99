"""Keys: everything that a part of an answer depends on, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from gateway.execute import wire_json
from gateway.response_cache.analysis import EntityPart
from gateway.response_cache.cache_control import Scope
from gateway.transport.port import SubgraphRequest

# These say who asks and in which request; the first is in the key as the identity, and only where
# the answer is private.
_NOT_VARYING = frozenset({"x-c2c-caller", "traceparent", "tracestate", "x-correlation-id"})


def entity_key(
    request: SubgraphRequest,
    part: EntityPart,
    representation: Any,
    variables: Mapping[str, Any],
    scope: Scope,
) -> str:
    """The key of one entity. Its representation holds what `@requires` asks for as well."""
    used = {name: variables[name] for name in part.variables if name in variables}
    return _digest(request, scope, part.text, _canonical(representation), _canonical(used))


def query_key(
    request: SubgraphRequest, text: str, variables: Mapping[str, Any], scope: Scope
) -> str:
    """The key of a root query as a whole."""
    return _digest(request, scope, text, _canonical(dict(variables)))


def _digest(request: SubgraphRequest, scope: Scope, *parts: str) -> str:
    digest = hashlib.sha256()
    identity = request.identity if scope is Scope.PRIVATE else ""
    for part in (request.subgraph, request.url, scope, identity, *_headers(request), *parts):
        raw = part.encode("utf-8", "surrogatepass")
        # Lengths keep ("ab", "c") and ("a", "bc") apart.
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()


def _headers(request: SubgraphRequest) -> Iterable[str]:
    for name, value in sorted(request.headers):
        if name not in _NOT_VARYING:
            yield f"{name}:{value}"


def _canonical(value: Any) -> str:
    """JSON with sorted keys; types stay apart (`1`, `"1"` and `true` differ)."""
    return wire_json.encode(_sorted(value)).decode("utf-8", "surrogatepass")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
