"""`python -m tests.plan --worlds 100`: how our plans compare with other planners', in figures."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.plan.peers import Compared, compare, worlds, worlds_by_apollo

AT_ONCE = 20


async def run(first: int, count: int, *, by_apollo: bool) -> list[Compared]:
    """Compare `count` worlds from a seed on, some at a time."""
    found: list[Compared] = []
    for start in range(first, first + count, AT_ONCE):
        seeds = range(start, min(start + AT_ONCE, first + count))
        with tempfile.TemporaryDirectory() as folder:
            tasks = (
                await worlds_by_apollo(seeds, Path(folder)) if by_apollo else list(worlds(seeds))
            )
            print(f"seeds {start} to {seeds[-1]}: {len(tasks)} worlds compose", flush=True)
            found += await compare(tasks, Path(folder))
        print(f"{len(found)} operations compared", flush=True)
    return found


def report(found: Sequence[Compared]) -> str:
    """The figures as text: totals and differences of requests and of stages, by planner."""
    lines = []
    for peer in ("apollo", "hive"):
        both = [(each.ours, each.others[peer]) for each in found if peer in each.others]
        for what in ("requests", "stages"):
            pairs = [(getattr(ours, what), getattr(theirs, what)) for ours, theirs in both]
            differences = Counter(theirs - ours for ours, theirs in pairs)
            shown = ", ".join(f"{each:+d}: {differences[each]}" for each in sorted(differences))
            lines.append(
                f"{peer}, {len(pairs)} operations, {what}: ours {sum(a for a, _ in pairs)}, theirs "
                f"{sum(b for _, b in pairs)}; theirs minus ours: {shown}"
            )
    worse = [each for each in found if each.ours.requests > each.fewest]
    lines += [f"more requests than another: {each}" for each in worse]
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, compare, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.plan", description=__doc__)
    parser.add_argument("--worlds", type=int, default=100, help="number of random worlds")
    parser.add_argument("--start", type=int, default=0, help="first seed")
    parser.add_argument("--apollo", action="store_true", help="compose them with Apollo's library")
    arguments = parser.parse_args()
    print(report(asyncio.run(run(arguments.start, arguments.worlds, by_apollo=arguments.apollo))))


if __name__ == "__main__":
    main()
