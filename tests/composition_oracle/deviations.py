"""The list of deviations from other composers, and whether one of them explains a difference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "deviations.yaml"
DOCUMENT = Path(__file__).parents[2] / "docs" / "composition_deviations.md"
CRASH = "CRASH"
NAMES = {"apollo": "@apollo/composition", "guild": "@theguild/federation-composition"}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One kind of deviation from another composer."""

    title: str
    reason: str
    verdict: bool = False
    ends: str = ""
    """`ours` or `theirs`: the composer that goes no further, so that later errors stay untold."""
    ours: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    message: str = ""
    their: str = ""
    text: str = ""
    hint: str = ""
    """The code of a hint given here, which tells that the other composer refuses the subgraphs."""

    def explains(self, found: Difference) -> tuple[frozenset[str], frozenset[str]]:
        """The codes of ours and of theirs that this explains."""
        ours, theirs = self.ours & found.extra, self.theirs & found.missing
        applies = (
            (not found.verdict or self.verdict)
            and not (self.ours and not ours)
            and not (self.theirs and not theirs)
            and not (self.beside and not self.beside & found.common)
            and (not self.message or any(re.search(self.message, m) for m in found.messages))
            and (not self.their or any(re.search(self.their, m) for m in found.their_messages))
            and (not self.text or any(re.search(self.text, text) for text in found.texts))
            and (not self.hint or self.hint in found.hints)
        )
        if not applies:
            return frozenset(), frozenset()
        return (
            found.extra if self.ends == "theirs" else ours,
            found.missing if self.ends == "ours" else theirs,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Two composers' codes for the same subgraphs, and what may explain that they differ."""

    ours: frozenset[str]
    theirs: frozenset[str]
    messages: Sequence[str] = ()
    texts: Sequence[str] = ()
    hints: frozenset[str] = frozenset()
    their_messages: Sequence[str] = ()

    @property
    def extra(self) -> frozenset[str]:
        """Reported here only."""
        return self.ours - self.theirs

    @property
    def missing(self) -> frozenset[str]:
        """Reported there only."""
        return self.theirs - self.ours

    @property
    def common(self) -> frozenset[str]:
        """Reported by both."""
        return self.ours & self.theirs

    @property
    def verdict(self) -> bool:
        """Whether only one of them accepts the subgraphs."""
        return not self.ours or not self.theirs - {CRASH}


@dataclass(frozen=True, slots=True)
class Deviations:
    """The list for one other composer."""

    kinds: tuple[Deviation, ...]
    lines: tuple[str, ...]
    """Patterns of lines in which supergraphs may differ."""
    without: tuple[str, ...]
    """Patterns of what one of two lines may have that else are equal."""
    hints: frozenset[str]
    """Codes of hints that only one composer gives."""

    def unexplained(self, found: Difference) -> tuple[list[str], list[str]]:
        """Codes of ours and of theirs that no entry explains."""
        ours, theirs = set(found.extra), set(found.missing)
        for deviation in self.kinds:
            explained = deviation.explains(found)
            ours -= explained[0]
            theirs -= explained[1]
        return sorted(ours), sorted(theirs)

    def lines_explained(self, ours: str, theirs: str) -> bool:
        """Whether two sorted supergraphs are equal but for known differences."""
        mine, other = set(ours.splitlines()), set(theirs.splitlines())
        sides = (mine - other, other - mine)
        for pattern in self.without:
            sides = tuple({re.sub(pattern, "", line) for line in side} for side in sides)
        return all(
            any(re.search(pattern, line) for pattern in self.lines) for line in sides[0] ^ sides[1]
        )


def load_deviations() -> dict[str, Deviations]:
    """Read the lists, by composer."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    sets = ("ours", "theirs", "beside")
    return {
        composer: Deviations(
            tuple(
                Deviation(**{k: frozenset(v) if k in sets else v for k, v in entry.items()})
                for entry in content[composer]["codes"]
            ),
            *(
                tuple(entry[key] for entry in content[composer]["supergraphs"] if key in entry)
                for key in ("lines", "without")
            ),
            frozenset(
                code
                for entry in content[composer].get("hints", ())
                for side in ("ours", "theirs")
                for code in entry.get(side, ())
            ),
        )
        for composer in NAMES
    }


def render_markdown() -> str:
    """The lists as a document for readers."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    parts = [_INTRODUCTION]
    for composer, name in NAMES.items():
        parts.append(f"## {name}\n")
        for entry in sorted(content[composer]["codes"], key=lambda item: not item.get("verdict")):
            parts.append(f"### {entry['title']}\n")
            parts.append("".join(_facts(entry)))
            parts.append(f"{' '.join(entry['reason'].split())}\n")
        parts.append(f"### Supergraphs{' and hints' if composer == 'apollo' else ''}\n")
        for entry in content[composer]["supergraphs"]:
            parts.append(f"- {entry['title']}: {' '.join(entry['reason'].split())}")
        for entry in content[composer].get("hints", ()):
            codes = ", ".join(
                f"`{code}`" for code in (*entry.get("ours", ()), *entry.get("theirs", ()))
            )
            where = "here" if "ours" in entry else "there"
            parts.append(f"- {codes}, only given {where}: {' '.join(entry['reason'].split())}")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _facts(entry: Mapping[str, Any]) -> Iterable[str]:
    labels = (
        ("ours", "Reported here only"),
        ("theirs", "Reported there only"),
        ("beside", "Together with one of"),
    )
    if entry.get("verdict"):
        yield "- The verdict may differ: only one of the two composers accepts the subgraphs.\n"
    for key, label in labels:
        if key in entry:
            yield f"- {label}: {', '.join(f'`{code}`' for code in entry[key])}\n"
    if "hint" in entry:
        yield f"- Only where this composer gives the hint `{entry['hint']}`\n"


_INTRODUCTION = """\
# Deviations from other composers

Composition is compared with two other composers: on the corpus and on valid and spoilt sets of
subgraphs it has to give the same verdict, the same set of error codes, and the same supergraph
apart from order. Where results differ on purpose, the kind of difference is listed here; the
comparison fails on any other. `make test` compares the corpus and a part of the generated sets,
`make nightly` all of them; `composition_comparison.md` has the figures of the last full run.

Two differences in method: of the supergraphs of @theguild's composer only the types of the
subgraphs are compared, as it links other versions of specifications; and its hints are not, as it
gives none.

This document is written from `tests/composition_oracle/deviations.yaml` by
`python -m tests.composition_oracle document`.
"""
