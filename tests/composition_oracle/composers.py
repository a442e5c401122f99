"""Runs other composers under Node.js while this one composes the same sets here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.composition.compose import Composition, compose
from gateway.composition.source import SubgraphSource
from tests.composition_oracle.deviations import CRASH, NAMES
from tests.node.kit import run_script


@dataclass(frozen=True, slots=True)
class Verdict:
    """What another composer said."""

    codes: frozenset[str]
    supergraph: str | None
    hints: frozenset[str]
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One set of subgraphs and what each composer made of it."""

    subgraphs: tuple[SubgraphSource, ...]
    ours: Composition
    theirs: dict[str, Verdict]

    @property
    def codes(self) -> frozenset[str]:
        """Our error codes."""
        return frozenset(problem.code.name for problem in self.ours.errors)

    @property
    def hints(self) -> frozenset[str]:
        """Our hints' codes."""
        return frozenset(hint.code.name for hint in self.ours.hints)


async def compare(sets: Sequence[tuple[SubgraphSource, ...]], folder: Path) -> list[Compared]:
    """Compose all sets with the other composers and with ours."""
    given, answer = folder / "sets.json", folder / "results.json"
    texts = [[{"name": s.name, "url": s.url, "sdl": s.sdl} for s in one] for one in sets]
    given.write_text(json.dumps(texts), encoding="utf-8")
    script = run_script("composers.mjs", str(given), str(answer), ",".join(NAMES), seconds=280)
    theirs = asyncio.create_task(script)
    await asyncio.sleep(0)
    ours = await asyncio.to_thread(lambda: [compose(one) for one in sets])
    await theirs
    results = json.loads(answer.read_text(encoding="utf-8"))
    return [
        Compared(one, mine, {name: _verdict(value) for name, value in result.items()})
        for one, mine, result in zip(sets, ours, results, strict=True)
    ]


def _verdict(value: dict[str, Any]) -> Verdict:
    if "crashed" in value:
        return Verdict(frozenset({CRASH}), None, frozenset(), (value["crashed"],))
    return Verdict(
        frozenset(value["codes"]),
        value.get("supergraph"),
        frozenset(value.get("hints", ())),
        tuple(value.get("messages", ())),
    )
