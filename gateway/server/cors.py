"""Cross-origin access from browsers (Fetch standard, section "CORS protocol")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.server.http import HeaderList, HttpResponse
from gateway.settings.serving import Cors, CorsPolicy

_TOKEN_LIST = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~, -]{0,2000}\Z")


@dataclass(frozen=True, slots=True)
class _Policy:
    settings: CorsPolicy
    patterns: tuple[re.Pattern[str], ...]

    def knows(self, origin: str) -> bool:
        return origin in self.settings.origins or any(
            pattern.fullmatch(origin) for pattern in self.patterns
        )


class CorsRules:
    """The headers that tell a browser what a page of some origin may do."""

    def __init__(self, settings: Cors) -> None:
        self._any = settings.allow_any_origin
        self._policies = tuple(
            _Policy(policy, tuple(map(re.compile, policy.match_origins)))
            for policy in settings.policies
        )
        self.enabled = self._any or bool(self._policies)

    def allows(self, origin: str) -> bool:
        """Whether pages of this origin have any access."""
        return self._any or self._find(origin) is not None

    def response_headers(self, headers: Mapping[str, str]) -> HeaderList:
        """What is added to the answer of an actual request."""
        if not self.enabled:
            return []
        result: HeaderList = [(b"vary", b"origin")]
        origin = headers.get("origin")
        if origin is None:
            return result
        policy = self._find(origin)
        if policy is None:
            return [*result, (b"access-control-allow-origin", b"*")] if self._any else result
        result += _allow(origin, policy)
        if policy.expose_headers:
            exposed = ", ".join(policy.expose_headers).encode()
            result.append((b"access-control-expose-headers", exposed))
        return result

    def preflight(self, headers: Mapping[str, str]) -> HttpResponse:
        """The answer to an OPTIONS request; without permission it names none."""
        response = HttpResponse(204, headers=[(b"allow", b"GET, POST, OPTIONS")])
        origin = headers.get("origin")
        if not self.enabled or origin is None or "access-control-request-method" not in headers:
            return response
        response.headers.append((b"vary", b"origin, access-control-request-headers"))
        policy = self._find(origin)
        if policy is None:
            if not self._any:
                return response
            policy = CorsPolicy()
            response.headers.append((b"access-control-allow-origin", b"*"))
        else:
            response.headers += _allow(origin, policy)
        asked = headers.get("access-control-request-headers", "")
        allowed = ", ".join(policy.allow_headers) or asked
        if allowed and _TOKEN_LIST.match(allowed):
            response.headers.append((b"access-control-allow-headers", allowed.encode()))
        response.headers.append(
            (b"access-control-allow-methods", ", ".join(policy.methods).encode())
        )
        response.headers.append((b"access-control-max-age", b"%d" % int(policy.max_age)))
        return response

    def _find(self, origin: str) -> CorsPolicy | None:
        return next((each.settings for each in self._policies if each.knows(origin)), None)


def _allow(origin: str, policy: CorsPolicy) -> HeaderList:
    # The origin is one that a policy names, so it is safe to repeat.
    headers = [(b"access-control-allow-origin", origin.encode("latin-1"))]
    if policy.allow_credentials:
        headers.append((b"access-control-allow-credentials", b"true"))
    return headers
