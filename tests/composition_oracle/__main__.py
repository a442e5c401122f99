"""The comparison with other composers as a command.

    python -m tests.composition_oracle document           writes docs/composition_deviations.md
    python -m tests.composition_oracle compare            compares everything, writes the figures
    python -m tests.composition_oracle load               loads the corpus with other gateways,
                                                          writes docs/supergraph_loading.md

`compare --mutated N --valid N` takes fewer sets, and then writes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.composition.source import SubgraphSource
from tests.composition.corpus_files import corpus
from tests.composition_oracle.composers import compare
from tests.composition_oracle.deviations import DOCUMENT, NAMES, render_markdown
from tests.composition_oracle.judge import judge, refused_for_labels
from tests.composition_oracle.loaders import (
    LOADERS,
    LOADING,
    load_elsewhere,
    render_loading,
)
from tests.composition_oracle.sets import (
    mutated_set,
    sources,
    valid_set,
    without_labels,
)

FIGURES = DOCUMENT.with_name("composition_comparison.md")
_VALID, _MUTATED, _BATCH = 300, 2000, 100
Named = tuple[str, tuple[SubgraphSource, ...]]


@dataclass(slots=True)
class Tally:
    """How many sets agree, for one kind of set and one composer."""

    sets: int = 0
    verdict: int = 0
    codes: int = 0
    supergraphs: int = 0
    composed: int = 0
    unexplained: list[str] = field(default_factory=list)

    @property
    def row(self) -> str:
        """The figures as cells of a table."""
        listed = "all" if not self.unexplained else f"all but {len(self.unexplained)}"
        return (
            f"{self.sets} | {self.verdict} | {self.codes} | {self.supergraphs} of {self.composed} |"
            f" {listed}"
        )


async def _tally(kind: str, sets: Iterator[Named], count: int) -> dict[str, dict[str, Tally]]:
    """The tallies of a kind of sets, and of those of them that were composed without labels."""
    tallies = {
        each: {composer: Tally() for composer in NAMES}
        for each in (kind, f"{kind}, labels removed")
    }
    began, batch = time.monotonic(), list[Named]()
    for done, entry in enumerate(sets, 1):
        batch.append(entry)
        if len(batch) < _BATCH and done < count:
            continue
        again = await _compare(kind, batch, tallies[kind])
        kind_again = f"{kind}, labels removed"
        await _compare(kind_again, again, tallies[kind_again])
        batch = []
        print(f"{kind}: {done} of {count}, {time.monotonic() - began:.0f} s", flush=True)
    return tallies


async def _compare(kind: str, batch: Sequence[Named], tallies: dict[str, Tally]) -> list[Named]:
    """Compare some sets; what could not be for the labels in it is returned without them."""
    again: list[Named] = []
    with tempfile.TemporaryDirectory() as folder:
        compared = await compare([subgraphs for _, subgraphs in batch], Path(folder))
    for (name, _), item in zip(batch, compared, strict=True):
        if refused_for_labels(item):
            again.append((name, without_labels(item.subgraphs)))
        for composer, tally in tallies.items():
            found = judge(item, composer)
            tally.sets += 1
            tally.verdict += found.verdict
            tally.codes += found.codes
            tally.composed += found.supergraph is not None
            tally.supergraphs += found.supergraph is True
            if found.unexplained is not None:
                tally.unexplained.append(name)
                print(f"{kind} {name}, {NAMES[composer]}: {found.unexplained}", flush=True)
    return again


async def _run(valid: int, mutated: int) -> int:
    cases = corpus()
    kinds = {
        "corpus": ((case.name, case.subgraphs) for case in cases),
        "valid": ((str(seed), sources(valid_set(seed))) for seed in range(valid)),
        "mutated": ((str(seed), sources(mutated_set(seed))) for seed in range(mutated)),
    }
    counts = {"corpus": len(cases), "valid": valid, "mutated": mutated}
    lines = [_HEADER]
    failed = 0
    for kind, sets in kinds.items():
        for title, tallies in (await _tally(kind, sets, counts[kind])).items():
            for composer, tally in tallies.items():
                if tally.sets:
                    lines.append(f"| {title} | {NAMES[composer]} | {tally.row} |")
                failed += len(tally.unexplained)
    text = "\n".join(lines) + "\n"
    print(text)
    if (valid, mutated) == (_VALID, _MUTATED) and not failed:
        FIGURES.write_text(text, encoding="utf-8")
    return failed


_HEADER = """\
# Comparison with other composers

The last full run of `make nightly` (`python -m tests.composition_oracle compare`): how many sets of
subgraphs got the same verdict, the same set of error codes and, where both composers accept them,
the same supergraph after sorting. Every difference is of a kind that
[composition_deviations.md](composition_deviations.md) lists with its reason.

Sets that @apollo/composition refuses only because of the labels of progressive overrides (here they
compose, with the hint `LABELLED_OVERRIDE_IN_FIELD_SET`) are compared once more with all labels
removed.

| Sets | Compared with | Number | Same verdict | Same codes | Same supergraph | Differences listed |
|---|---|---|---|---|---|---|"""


async def _load() -> int:
    """Load the corpus everywhere, and write what each loader refuses; 1 if one is ours to mend."""
    cases = corpus()
    with tempfile.TemporaryDirectory() as folder:
        compared = await compare([case.subgraphs for case in cases], Path(folder))
        loaded = await load_elsewhere(compared, Path(folder))
    text = render_loading([case.name for case in cases], loaded)
    print(text)
    missing = set(LOADERS) - loaded[0].keys()
    if missing:
        print(f"Not installed (npm ci in benchmarks/peers): {', '.join(sorted(missing))}")
    else:
        LOADING.write_text(text, encoding="utf-8")
    return 1 if any(item.ours_to_mend for each in loaded for item in each.values()) else 0


def main() -> int:
    """Run the command; the exit status is 1 if a difference is not listed."""
    parser = argparse.ArgumentParser(prog="python -m tests.composition_oracle")
    parser.add_argument("command", choices=["document", "compare", "load"])
    parser.add_argument("--valid", type=int, default=_VALID)
    parser.add_argument("--mutated", type=int, default=_MUTATED)
    options = parser.parse_args()
    if options.command == "document":
        DOCUMENT.write_text(render_markdown(), encoding="utf-8")
        return 0
    if options.command == "load":
        return asyncio.run(_load())
    return 1 if asyncio.run(_run(options.valid, options.mutated)) else 0


if __name__ == "__main__":
    sys.exit(main())
