"""What the gateway says of an answer under `extensions`: cost, lineage, staleness, the plan.

An answer in several payloads says it bit by bit: each payload tells where what it brings comes
from. The actual cost and all timings are known with the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.document.cost import Cost
from gateway.exchange import Extensions
from gateway.execute import wire_json
from gateway.execute.port import ExecutionResult, IncrementalPart, Payload, SubgraphExtensions
from gateway.explain import Explanation
from gateway.lineage import EXTENSION as LINEAGE
from gateway.lineage import assemble
from gateway.response_cache.stale import stale_parts


@dataclass(slots=True)
class AnswerExtensions:
    """The extensions of one operation's answer. `noted` is what was known before it ran."""

    noted: Mapping[str, Any]
    cost: Cost
    lineage: bool
    explanation: Explanation | None
    _data: Any = field(default=None)

    def of(self, result: ExecutionResult) -> Extensions:
        """Of a whole answer."""
        extensions = dict(self.noted) | self.cost.extensions(result)
        if self.lineage or result.extensions:
            extensions |= self._provenance(result.extensions)
        if self.explanation is not None:
            extensions |= self.explanation.extensions()
        return extensions

    def of_event(self, result: ExecutionResult) -> Extensions:
        """Of one event of a subscription."""
        return dict(self.noted) | self._provenance(result.extensions)

    def of_payload(self, payload: Payload) -> Extensions:
        """Of one payload of an incremental delivery; to be asked in their order."""
        if payload.initial is None:
            return self._of_later(payload)
        if not payload.has_next:
            return self.of(payload.initial)
        if self.cost.wants_data:
            self._data = payload.initial.decoded()
        extensions = dict(self.noted) | self.cost.extensions()
        extensions |= self._provenance(payload.initial.extensions)
        if self.explanation is not None:
            extensions |= self.explanation.extensions()
        return extensions

    def _of_later(self, payload: Payload) -> Extensions:
        if self.cost.wants_data:
            for part in payload.parts:
                _insert(self._data, part)
        extensions = self._provenance(payload.extensions, always=False)
        if not payload.has_next:
            if self.cost.wants_data:
                whole = ExecutionResult(encoded=wire_json.encode(self._data))
                extensions |= self.cost.extensions(whole)
            if self.explanation is not None:
                extensions |= self.explanation.extensions()
        return extensions

    def _provenance(
        self, collected: Sequence[SubgraphExtensions], *, always: bool = True
    ) -> Extensions:
        found: Extensions = {}
        if self.lineage:
            entries = assemble(collected)
            if entries or always:
                found[LINEAGE] = entries
        if collected and (stale := stale_parts(collected)):
            found["stale"] = stale
        return found


def _insert(data: Any, part: IncrementalPart) -> None:
    """Put a deferred part into the answer so far, if its place is there."""
    value = wire_json.decode(part.data)
    for step in part.path:
        there = isinstance(data, dict) and step in data
        if not there and not (isinstance(data, list) and int(step) < len(data)):
            return
        data = data[step]
    if isinstance(data, dict) and isinstance(value, dict):
        _merge(data, value)


def _merge(into: dict[str, Any], value: Mapping[str, Any]) -> None:
    for key, item in value.items():
        present = into.get(key)
        if isinstance(present, dict) and isinstance(item, dict):
            _merge(present, item)
        elif isinstance(present, list) and isinstance(item, list) and len(present) == len(item):
            for index, (old, new) in enumerate(zip(present, item, strict=True)):
                if isinstance(old, dict) and isinstance(new, dict):
                    _merge(old, new)
                else:
                    present[index] = new
        else:
            into[key] = item
