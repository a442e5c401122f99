"""The corpus: sets of subgraphs that compose, each in one file with its supergraph beside it.

A file starts with a sentence about what it shows. Then come the subgraphs, each under a line
`# --- NAME: federation VERSION`. A subgraph of Federation 2 that links nothing itself gets a link
that imports everything of that version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gateway.composition.source import SubgraphSource
from tests.composition.harness import Federation1, source

FOLDER = Path(__file__).parent / "corpus"
_SECTION = re.compile(r"^# --- (\S+): federation ([\d.]+)$", re.MULTILINE)
_GOLDEN = ".supergraph.graphql"


@dataclass(frozen=True, slots=True)
class CorpusCase:
    """One set of subgraphs."""

    path: Path
    subgraphs: tuple[SubgraphSource, ...]

    @property
    def name(self) -> str:
        """Folder and file, without the ending."""
        return str(self.path.relative_to(FOLDER).with_suffix(""))

    @property
    def served(self) -> bool:
        """Whether a gateway can serve it here: connectors are only carried."""
        return self.path.parent.name != "connect"

    @property
    def golden(self) -> Path:
        """Where the expected supergraph is kept."""
        return self.path.with_suffix(_GOLDEN)


def corpus() -> list[CorpusCase]:
    """All cases, by name."""
    paths = sorted(path for path in FOLDER.rglob("*.graphql") if not path.name.endswith(_GOLDEN))
    return [CorpusCase(path, _subgraphs(path.read_text(encoding="utf-8"))) for path in paths]


def _subgraphs(text: str) -> tuple[SubgraphSource, ...]:
    parts = _SECTION.split(text)[1:]
    return tuple(
        source(name, Federation1(body) if version == "1" else body, f"v{version}")
        for name, version, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    )
