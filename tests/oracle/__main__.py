"""The long run: `python -m tests.oracle --cases 20000`. Failures are kept as golden cases."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from pathlib import Path

from tests.oracle.case import Case
from tests.oracle.judge import DoesNotComposeError, build, judge
from tests.oracle.operations import random_operation
from tests.oracle.partition import random_partition
from tests.oracle.world import random_world

OPERATIONS_PER_WORLD = 5


async def run(cases: int, start: int, keep: Path) -> int:
    """Run `cases` random cases; return how many failed."""
    failures: Counter[str] = Counter()
    done, began = 0, time.monotonic()
    seed = start
    while done < cases:
        partition = random_partition(random_world(seed))
        try:
            bench = build(partition)
        except DoesNotComposeError as error:
            print(f"seed {seed}: does not compose: {error}", flush=True)
            failures["does not compose"] += 1
            seed += 1
            done += 1
            continue
        for index in range(OPERATIONS_PER_WORLD):
            operation = random_operation(bench.public, seed * 1000 + index)
            if operation is None:
                continue
            verdict = await judge(bench, operation)
            done += 1
            if verdict.fault is not None:
                case = Case(partition, operation)
                case.save(keep / f"seed-{seed}-{index}.json", verdict.fault)
                failures[verdict.fault.split(":")[0]] += 1
                print(f"seed {seed}/{index}: {verdict.fault[:400]}", flush=True)
        seed += 1
        if seed % 100 == 0:
            rate = done / (time.monotonic() - began)
            print(f"{done} cases, {failures.total()} failures, {rate:.0f} a second", flush=True)
    print(f"{done} cases, {failures.total()} failures {dict(failures)}")
    return failures.total()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--start", type=int, default=0, help="first seed")
    parser.add_argument("--keep", type=Path, default=Path(__file__).parent / "failures")
    arguments = parser.parse_args()
    sys.exit(1 if asyncio.run(run(arguments.cases, arguments.start, arguments.keep)) else 0)


if __name__ == "__main__":
    main()
