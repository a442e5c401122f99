"""Which places of the answer are already explained by an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

_END: Final = object()


class Coverage:
    """A trie of the paths of errors; `None` in a path stands for any list index.

    A place is covered if an error stands at it, above it or below it: an error below explains a
    null that bubbled up to the place.
    """

    __slots__ = ("_trie",)

    def __init__(self) -> None:
        self._trie: dict[Any, Any] = {}

    def add(self, path: Sequence[str | int | None]) -> None:
        """Note an error's path."""
        node = self._trie
        for step in path:
            node = node.setdefault(step, {})
        node[_END] = True

    def covers(self, path: Sequence[str | int]) -> bool:
        """Whether an error stands at, above or below this place."""
        nodes = [self._trie] if self._trie else []
        for step in path:
            if any(_END in node for node in nodes):
                return True
            nodes = [
                node[key]
                for node in nodes
                for key in ((step, None) if isinstance(step, int) else (step,))
                if key in node
            ]
            if not nodes:
                return False
        return bool(nodes)
