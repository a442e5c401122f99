"""Headers of subgraphs' answers that reach the client, by the response rules of the settings.

Without a rule none does. Where several subgraphs send one header, its rule says which value counts:
the first that came, the last, or all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from gateway.execute.port import FetchDescription, FetchOutcome
from gateway.outgoing import NEVER_PASSED
from gateway.settings.subgraphs import HeaderRule, Headers, Propagate

_OURS = NEVER_PASSED | {"date", "server", "cache-control", "vary", "content-security-policy"}

Pairs = tuple[tuple[str, str], ...]
Collected = dict[str, list[str]]
Step = Callable[[Pairs, Collected], None]


class ResponseHeaderRules:
    """The compiled rules. `active` is false when there are none: then nothing needs watching."""

    def __init__(self, settings: Headers) -> None:
        self._default = tuple(map(_step, settings.all.response))
        self._steps = {
            name: self._default + tuple(map(_step, rules.response))
            for name, rules in settings.subgraphs.items()
        }
        self.active = bool(self._default) or any(self._steps.values())

    def steps(self, subgraph: str) -> tuple[Step, ...]:
        """The steps for a subgraph's answers, in order."""
        return self._steps.get(subgraph, self._default)


class ResponseHeaderCollector:
    """Watches the fetches of one request and keeps what the rules let through."""

    def __init__(self, rules: ResponseHeaderRules) -> None:
        self._rules = rules
        self._collected: Collected = {}

    def started(self, fetch: FetchDescription) -> Any:
        """Nothing happens before there is an answer."""
        return None

    def ended(self, token: Any, fetch: FetchDescription, outcome: FetchOutcome) -> None:
        """Apply the rules to an answer's headers."""
        if outcome.response is None:
            return
        for step in self._rules.steps(fetch.subgraph):
            step(outcome.response.headers, self._collected)

    def headers(self) -> Pairs:
        """What the client gets. `set-cookie` stays one line for each value (RFC 6265)."""
        result: list[tuple[str, str]] = []
        for name, values in self._collected.items():
            if name == "set-cookie":
                result += [(name, value) for value in values]
            else:
                result.append((name, ", ".join(values)))
        return tuple(result)


def _step(rule: HeaderRule) -> Step:
    if rule.propagate is not None:
        return _propagate(rule.propagate)
    if rule.insert is not None:
        name, value = rule.insert.name.lower(), rule.insert.value

        def insert(_: Pairs, collected: Collected) -> None:
            collected[name] = [value]

        return insert
    matches = _matcher(
        rule.remove.named if rule.remove else None, rule.remove.matching if rule.remove else None
    )

    def remove(_: Pairs, collected: Collected) -> None:
        for name in [name for name in collected if matches(name)]:
            del collected[name]

    return remove


def _propagate(rule: Propagate) -> Step:
    matches = _matcher(rule.named, rule.matching)
    keep: Mapping[str, Callable[[list[str], str], list[str]]] = {
        "first": lambda before, value: before or [value],
        "last": lambda _, value: [value],
        "append": lambda before, value: [*before, value],
    }
    combine = keep[rule.algorithm]

    def propagate(headers: Pairs, collected: Collected) -> None:
        found = False
        for name, value in headers:
            if name not in _OURS and matches(name):
                found = True
                target = (rule.rename or name).lower()
                collected[target] = combine(collected.get(target, []), value)
        if not found and rule.default is not None and rule.named is not None:
            target = (rule.rename or rule.named).lower()
            collected[target] = combine(collected.get(target, []), rule.default)

    return propagate


def _matcher(named: str | None, matching: str | None) -> Callable[[str], bool]:
    if named is not None:
        lower = named.lower()
        return lambda name: name == lower
    pattern = re.compile(matching or "", re.IGNORECASE)
    return lambda name: pattern.fullmatch(name) is not None
