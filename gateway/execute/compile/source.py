"""Writing Python source: indentation, fresh names, bound constants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.plan.nodes import Condition


class Source:
    """Source text in the making, and the values that its names are bound to."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0
        self._numbers = 0
        self.bound: dict[str, Any] = {}

    def line(self, text: str) -> None:
        """Add a line at the current depth."""
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Add a header; what follows is one level deeper."""
        self.line(header)
        self._depth += 1
        yield
        self._depth -= 1

    def fresh(self, prefix: str) -> str:
        """A name that nothing else has. `prefix` is never text from a plan."""
        self._numbers += 1
        return f"{prefix}{self._numbers}"

    def bind(self, prefix: str, value: Any) -> str:
        """Bind a constant; returns its name."""
        name = self.fresh(prefix.upper() + "_")
        self.bound[name] = value
        return name

    def text(self) -> str:
        """The whole source."""
        return "\n".join(self._lines) + "\n"


def condition(when: Condition) -> str:
    """A condition as an expression over the variables `V`."""
    conjunctions = (
        " and ".join(f"V.get({literal.variable!r}) is {literal.value!r}" for literal in literals)
        or "True"
        for literals in when
    )
    return " or ".join(f"({text})" for text in conjunctions) or "False"
