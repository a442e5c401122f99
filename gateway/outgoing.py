"""Headers of requests to subgraphs: what the rules pass on, who is asking, and which request it is.

Nothing of the client's request reaches a subgraph unless a rule says so. Headers of the connection
itself, and those that the gateway speaks for, never do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auth.signed_caller import CALLER_HEADER, CORRELATION_HEADER, CallerSigner
from gateway.exchange import LINEAGE_HEADER, RequestContext
from gateway.execute.port import FetchDescription, HeaderSource
from gateway.execute.port import Headers as HeaderPairs
from gateway.settings.subgraphs import HeaderRule, Headers, Propagate

NEVER_PASSED = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "content-type",
        "content-encoding",
        "accept",
        "accept-encoding",
        "host",
        "expect",
        CALLER_HEADER,
        CORRELATION_HEADER,
        "traceparent",
        "tracestate",
        LINEAGE_HEADER,
    }
)
_NEWLINE = re.compile(r"[\r\n\x00]")

Step = Callable[[Mapping[str, str], dict[str, str]], None]


@dataclass(frozen=True, slots=True)
class OutgoingHeaders:
    """Makes the header source of a request. `signer` is None where subgraphs ask for no proof."""

    steps: Mapping[str, tuple[Step, ...]]
    default: tuple[Step, ...]
    signer: CallerSigner | None = None

    def source(self, context: RequestContext) -> HeaderSource:
        """The headers of one client request's fetches; those of a subgraph are worked out once."""
        made: dict[str, HeaderPairs] = {}
        record = context.record

        def headers(fetch: FetchDescription, _token: Any) -> HeaderPairs:
            subgraph = fetch.subgraph
            result = made.get(subgraph)
            if result is None:
                result = made[subgraph] = self._for(subgraph, context)
            return result if record is None else result + record.headers_for(fetch)

        return headers

    def _for(self, subgraph: str, context: RequestContext) -> HeaderPairs:
        result: dict[str, str] = {}
        for step in self.steps.get(subgraph, self.default):
            step(context.headers, result)
        if context.correlation_id:
            result[CORRELATION_HEADER] = context.correlation_id
        if context.lineage:
            result[LINEAGE_HEADER] = "1"
        if self.signer is not None:
            result[CALLER_HEADER] = self.signer.sign(context.caller, subgraph)
        return tuple(result.items())


def compile_header_rules(settings: Headers, signer: CallerSigner | None) -> OutgoingHeaders:
    """Compile the request rules of the settings."""
    default = _steps(settings.all.request)
    return OutgoingHeaders(
        steps={name: default + _steps(rules.request) for name, rules in settings.subgraphs.items()},
        default=default,
        signer=signer,
    )


def _steps(rules: Sequence[HeaderRule]) -> tuple[Step, ...]:
    return tuple(map(_step, rules))


def _step(rule: HeaderRule) -> Step:
    if rule.propagate is not None:
        return _propagate(rule.propagate)
    if rule.insert is not None:
        name, value = rule.insert.name.lower(), rule.insert.value

        def insert(_: Mapping[str, str], result: dict[str, str]) -> None:
            result[name] = value

        return insert
    removed = rule.remove
    named = (removed.named or "").lower() if removed else ""
    pattern = re.compile(removed.matching, re.IGNORECASE) if removed and removed.matching else None

    def remove(_: Mapping[str, str], result: dict[str, str]) -> None:
        result.pop(named, None)
        if pattern is not None:
            for name in [name for name in result if pattern.fullmatch(name)]:
                del result[name]

    return remove


def _propagate(rule: Propagate) -> Step:
    if rule.named is not None:
        name, target, default = (
            rule.named.lower(),
            (rule.rename or rule.named).lower(),
            rule.default,
        )
        if name in NEVER_PASSED:
            raise ValueError(f"the header {name} is never passed on")

        def named(incoming: Mapping[str, str], result: dict[str, str]) -> None:
            value = incoming.get(name, default)
            if value is not None and _NEWLINE.search(value) is None:
                result[target] = value

        return named
    pattern = re.compile(rule.matching or "", re.IGNORECASE)

    def matching(incoming: Mapping[str, str], result: dict[str, str]) -> None:
        for name, value in incoming.items():
            if name not in NEVER_PASSED and pattern.fullmatch(name):
                result[name] = value

    return matching
