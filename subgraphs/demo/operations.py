"""The operations that the demo prints, the README shows and a test runs."""

from __future__ import annotations

from dataclasses import dataclass

from subgraphs.demo.layout import SCHEMA

FOLDER = SCHEMA / "operations" / "demo"
CALLER = "delivery-lead"


@dataclass(frozen=True, slots=True)
class DemoOperation:
    """A document, and the demonstration caller whom it is meant for."""

    name: str
    text: str
    caller: str


def demo_operations() -> list[DemoOperation]:
    """All of them, in the order in which they are meant to be tried."""
    return [
        DemoOperation(path.stem, path.read_text().strip(), CALLER)
        for path in sorted(FOLDER.glob("*.graphql"))
    ]
