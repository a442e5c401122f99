"""Splits a query language's text into tokens, for the parsers of the sandbox systems."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from subgraphs.systems_of_record.query.predicates import Scalar

MAX_DEPTH = 40


class QuerySyntaxError(ValueError):
    """The text is not in the language."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: `kind` is name, text, number or mark; `value` is its meaning."""

    kind: str
    value: str


class Tokens:
    """The tokens of a text, read from the front."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> Token:
        """A token that is still to come; a mark without a value stands for the end."""
        index = self._next + ahead
        return self._tokens[index] if index < len(self._tokens) else Token("mark", "")

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        self._next += 1
        return token

    def accept(self, *values: str) -> str | None:
        """Take the next token if it is one of these words or marks, whatever the case."""
        token = self.peek()
        if token.kind in ("name", "mark") and token.value.lower() in values:
            self._next += 1
            return token.value.lower()
        return None

    def expect(self, value: str) -> None:
        """Take this word or mark. Raises QuerySyntaxError if something else comes."""
        if self.accept(value) is None:
            raise QuerySyntaxError(f"{value!r} is expected before {self.peek().value!r}")

    def name(self) -> str:
        """Take a name."""
        token = self.take()
        if token.kind != "name":
            raise QuerySyntaxError(f"a name is expected before {token.value!r}")
        return token.value

    def scalar(self) -> Scalar:
        """Take a literal."""
        token = self.take()
        if token.kind == "text":
            return token.value
        if token.kind == "number":
            return Decimal(token.value)
        if token.kind == "name" and token.value.lower() in ("true", "false"):
            return token.value.lower() == "true"
        raise QuerySyntaxError(f"a literal is expected before {token.value!r}")

    def finish(self) -> None:
        """Raises QuerySyntaxError unless everything was read."""
        if self.peek() != Token("mark", ""):
            raise QuerySyntaxError(f"the text should end before {self.peek().value!r}")

    def deepen(self) -> None:
        """Count one level of nesting; bounds what hostile text can make a parser do."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise QuerySyntaxError("the condition is nested too deeply")

    def surface(self) -> None:
        """Leave a level of nesting."""
        self.depth -= 1


def split(text: str, string: re.Pattern[str], marks: re.Pattern[str]) -> list[tuple[str, str]]:
    """Raw (kind, text) pieces. `string` matches a quoted literal, `marks` an operator."""
    number = re.compile(r"-?\d+(\.\d+)?")
    name = re.compile(r"[A-Za-z_][A-Za-z0-9_./]*")
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        for kind, pattern in (
            ("text", string),
            ("number", number),
            ("name", name),
            ("mark", marks),
        ):
            match = pattern.match(text, position)
            if match:
                found.append((kind, match.group()))
                position = match.end()
                break
        else:
            raise QuerySyntaxError(f"unexpected {text[position]!r} at {position}")
    return found
