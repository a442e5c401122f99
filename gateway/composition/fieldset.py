"""Field sets: the selections in `@key`, `@requires`, `@provides` and `@fromContext`.

Trees are normalised (sorted, repeated fields merged), so equal selections are equal values. The
parser is our own because it has to be safe on any text and to say precisely what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

_TOKEN: Final = re.compile(
    r"[\s,\ufeff]+|\#[^\n\r]*|(?P<token>\.\.\.|[_A-Za-z]\w*|[{}():\[\]@$!=|&]"
    r'|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\\n]|\\.)*")',
    re.ASCII,
)
_NAME: Final = re.compile(r"[_A-Za-z]\w*", re.ASCII)
_MAX_DEPTH: Final = 40
_MAX_TOKENS: Final = 20_000


@dataclass(frozen=True, slots=True)
class FieldNode:
    """A selected field; `args` is its argument text, normalised, or empty."""

    name: str
    args: str
    children: FieldSet

    def __str__(self) -> str:
        inner = f" {{ {show(self.children)} }}" if self.children else ""
        return f"{self.name}{self.args}{inner}"


@dataclass(frozen=True, slots=True)
class FragmentNode:
    """An inline fragment; `on` is None without a type condition."""

    on: str | None
    children: FieldSet

    def __str__(self) -> str:
        condition = f" on {self.on}" if self.on else ""
        return f"...{condition} {{ {show(self.children)} }}"


Node: TypeAlias = FieldNode | FragmentNode
FieldSet: TypeAlias = tuple[Node, ...]


class FieldSetError(Exception):
    """Why a text is no field set."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def parse_field_set(text: str) -> tuple[FieldSet, tuple[str, ...]]:
    """Parse a selection with or without braces around it; raises `FieldSetError`.

    Returns the selection, and the names of directives applied within it: those are never
    allowed, but the selection can be read in spite of them.
    """
    parser = _Parser(text)
    return normalise(list(parser.document())), tuple(parser.directives)


def parse_as_written(text: str) -> FieldSet:
    """Parse a selection, and leave everything in its place; raises `FieldSetError`."""
    return _Parser(text).document()


def show(field_set: FieldSet) -> str:
    """The selection as text, without braces around it."""
    return " ".join(str(node) for node in field_set)


def normalise(nodes: list[Node]) -> FieldSet:
    """Sort, merge what is selected twice, and dissolve fragments without condition."""
    fields: dict[tuple[str, str], list[Node]] = {}
    fragments: dict[str, list[Node]] = {}
    pending = list(nodes)
    for node in pending:
        if isinstance(node, FieldNode):
            fields.setdefault((node.name, node.args), []).extend(node.children)
        elif node.on is None:
            pending.extend(node.children)
        else:
            fragments.setdefault(node.on, []).extend(node.children)
    result: list[Node] = [
        FieldNode(name, args, normalise(fields[name, args])) for name, args in sorted(fields)
    ]
    result += [FragmentNode(on, normalise(fragments[on])) for on in sorted(fragments)]
    return tuple(result)


def _tokens(text: str) -> Iterator[str]:
    position = count = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FieldSetError(f'unexpected character "{text[position]}"')
        position = match.end()
        if match["token"]:
            count += 1
            if count > _MAX_TOKENS:
                raise FieldSetError("the selection is too long")
            yield match["token"]


class _Parser:
    """Recursive descent over tokens; a sentinel `}` ends the outermost selection."""

    def __init__(self, text: str) -> None:
        tokens = list(_tokens(text))
        if tokens and tokens[0] == "{" and tokens[-1] == "}":
            tokens = tokens[1:-1]
        self.tokens = [*tokens, "}"]
        self.position = 0
        self.directives: list[str] = []

    def document(self) -> FieldSet:
        result = self.selections(0)
        if self.position != len(self.tokens):
            raise FieldSetError('there is a "}" too many')
        return result

    def _next(self) -> str:
        if self.position >= len(self.tokens):
            raise FieldSetError("the selection ends too early")
        self.position += 1
        return self.tokens[self.position - 1]

    def _peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def selections(self, depth: int) -> FieldSet:
        if depth > _MAX_DEPTH:
            raise FieldSetError("the selection is nested too deeply")
        nodes: list[Node] = []
        while (token := self._next()) != "}":
            if token == "...":  # noqa: S105 (no password)
                nodes.append(self._fragment(depth))
            elif _NAME.fullmatch(token):
                nodes.append(self._field(token, depth))
            else:
                raise FieldSetError(f'unexpected "{token}"')
        if not nodes:
            raise FieldSetError("a selection is empty")
        return tuple(nodes)

    def _fragment(self, depth: int) -> FragmentNode:
        on = None
        if self._peek() == "on":
            self._next()
            on = self._next()
            if not _NAME.fullmatch(on):
                raise FieldSetError(f'"{on}" is no type name')
        self._directives()
        if self._next() != "{":
            raise FieldSetError("only inline fragments are allowed")
        return FragmentNode(on, self.selections(depth + 1))

    def _field(self, name: str, depth: int) -> FieldNode:
        if self._peek() == ":":
            raise FieldSetError(f'"{name}:" is an alias, and aliases are not allowed')
        args = self._arguments() if self._peek() == "(" else ""
        self._directives()
        children: FieldSet = ()
        if self._peek() == "{":
            self._next()
            children = self.selections(depth + 1)
        return FieldNode(name, args, children)

    def _directives(self) -> None:
        while self._peek() == "@":
            self._next()
            self.directives.append(self._next())
            if self._peek() == "(":
                self._arguments()

    def _arguments(self) -> str:
        parts: list[str] = []
        open_brackets = 0
        while True:
            token = self._next()
            if token in ("(", "[", "{"):
                open_brackets += 1
            elif token in (")", "]", "}"):
                open_brackets -= 1
            parts.append(token)
            if open_brackets == 0:
                break
        text = " ".join(parts)
        for before, after in ((" :", ":"), ("( ", "("), (" )", ")"), ("[ ", "["), (" ]", "]")):
            text = text.replace(before, after)
        return text
