"""Loads our supergraphs, and those of Apollo's composer, with other gateways' own loaders."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.composition_oracle.canonical import canonical
from tests.composition_oracle.composers import Compared
from tests.composition_oracle.deviations import DOCUMENT
from tests.node.kit import run_script

LOADING = DOCUMENT.with_name("supergraph_loading.md")
LOADERS = (
    "@apollo/query-planner",
    "@apollo/gateway",
    "@graphql-hive/router-query-planner",
    "@graphql-hive/gateway",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one loader made of the two supergraphs of one set of subgraphs."""

    refusal: str | None
    """Why it refuses ours, in one line."""
    refuses_apollos: bool | None
    """Whether it refuses that of Apollo's composer too; None if there is none."""
    same_schema: bool | None
    """Whether it derives the same public schema from both; None if it does not from one."""

    @property
    def ours_to_mend(self) -> bool:
        """Whether Apollo's supergraph is loaded and ours is not, or gives another schema."""
        return self.same_schema is False or (
            self.refusal is not None and self.refuses_apollos is False
        )


async def load_elsewhere(compared: Sequence[Compared], folder: Path) -> list[dict[str, Loaded]]:
    """For each set, what each loader made of it."""
    given, answer = folder / "supergraphs.json", folder / "loaded.json"
    texts = [
        {"ours": item.ours.supergraph_sdl, "apollo": item.theirs["apollo"].supergraph}
        for item in compared
    ]
    given.write_text(
        json.dumps([{name: sdl for name, sdl in each.items() if sdl} for each in texts]),
        encoding="utf-8",
    )
    await run_script("loaders.mjs", str(given), str(answer), seconds=580)
    results = json.loads(answer.read_text(encoding="utf-8"))
    return [{name: _loaded(by) for name, by in result.items()} for result in results]


def _loaded(by: dict[str, Any]) -> Loaded:
    ours, apollos = by["ours"], by.get("apollo")
    schemas = (ours.get("schema"), (apollos or {}).get("schema"))
    return Loaded(
        _in_short(ours["refused"]) if "refused" in ours else None,
        None if apollos is None else "refused" in apollos,
        None if None in schemas else canonical(schemas[0]) == canonical(schemas[1]),
    )


def _in_short(reason: str) -> str:
    """The first sentence that tells the reason."""
    found = re.search(r"Caused by:\s*(.+)", reason) or re.search(r"panicked at (.+)", reason)
    text = " ".join((found[1] if found else reason).split())
    return text[:120]


def render_loading(names: Sequence[str], loaded: Sequence[dict[str, Loaded]]) -> str:
    """What each loader took and refused, as a document."""
    lines = [_HEADER]
    refusals: list[str] = []
    for loader in LOADERS:
        found = [
            (name, each[loader]) for name, each in zip(names, loaded, strict=True) if loader in each
        ]
        refused = [(name, item) for name, item in found if item.refusal is not None]
        same = sum(item.same_schema is True for _, item in found)
        both = sum(item.refuses_apollos is not False for _, item in refused)
        lines.append(
            f"| `{loader}` | {len(found) - len(refused)} of {len(found)} | {same} | {len(refused)} |"
            f" {both} |"
        )
        reasons: dict[str, list[str]] = {}
        for name, item in refused:
            reasons.setdefault(item.refusal or "", []).append(name)
        refusals += [
            f"- `{loader}`: {reason} ({', '.join(reasons[reason])})" for reason in sorted(reasons)
        ]
    return "\n".join([*lines, "", "## What they refuse", "", *refusals]) + "\n"


_HEADER = """\
# Supergraphs in other gateways

Each supergraph of the corpus, and the one that @apollo/composition makes of the same subgraphs, is
given to the loaders of other gateways (`python -m tests.composition_oracle load`, and a part of it
in `make test`). Whatever one of them refuses of ours, it refuses of Apollo's as well, and the
public schemas that it derives from both are equal.

Grafbase's gateway is not among them: what npm has of it, its command line, composes subgraphs
itself and takes no supergraph.

| Loader | Loads ours | Same public schema from both | Refuses ours | of these, Apollo's too |
|---|---|---|---|---|"""
