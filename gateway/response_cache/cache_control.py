"""How long an answer may be kept, and for whom (RFC 9111, RFC 5861)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from gateway.transport.port import SubgraphResponse

_DIRECTIVE = re.compile(r'([A-Za-z-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]+)))?')
_MAX_SECONDS = 31_536_000.0


class Scope(StrEnum):
    """Whose an answer is. Answers may depend on the caller, so private is what is assumed."""

    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Freshness:
    """For how many seconds an answer is fresh, and how long after that it may still serve."""

    ttl: float
    scope: Scope = Scope.PRIVATE
    stale_while_revalidate: float = 0.0
    stale_if_error: float = 0.0

    @property
    def kept(self) -> float:
        """Seconds until the entry is of no use at all."""
        return self.ttl + max(self.stale_while_revalidate, self.stale_if_error)


def freshness(response: SubgraphResponse, default: Freshness | None) -> Freshness | None:
    """What the answer's headers allow; `None`: it must not be kept.

    Without a `Cache-Control` header the configured `default` decides. The header may only shorten
    what the configuration grants as stale times, never make private what it calls public.
    """
    header = response.header("cache-control")
    if header is None:
        return default
    directives = _parse(header)
    if "no-store" in directives or "no-cache" in directives:
        return None
    ttl = _seconds(directives.get("s-maxage") or directives.get("max-age"))
    if ttl is None:
        ttl = default.ttl if default is not None else 0.0
    ttl -= _seconds(response.header("age")) or 0.0
    if ttl <= 0:
        return None
    if "private" in directives:
        scope = Scope.PRIVATE
    elif "public" in directives or "s-maxage" in directives:
        scope = Scope.PUBLIC
    else:
        scope = default.scope if default is not None else Scope.PRIVATE
    while_revalidate = _seconds(directives.get("stale-while-revalidate"))
    if_error = _seconds(directives.get("stale-if-error"))
    return Freshness(
        ttl,
        scope,
        _either(while_revalidate, default.stale_while_revalidate if default else 0.0),
        _either(if_error, default.stale_if_error if default else 0.0),
    )


def _parse(header: str) -> dict[str, str]:
    return {
        match[1].lower(): match[2] or match[3] or "" for match in _DIRECTIVE.finditer(header[:1024])
    }


def _seconds(text: str | None) -> float | None:
    """Delta seconds; what is not a whole number is treated as absent, what is huge as a year."""
    if text is None or not text.isascii() or not text.isdigit():
        return None
    return min(float(text[:12]), _MAX_SECONDS)


def _either(given: float | None, default: float) -> float:
    return default if given is None else given
