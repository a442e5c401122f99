"""The long run: `python -m tests.oracle --cases 20000`. Failures are kept as golden cases."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from tests.execute.test_deferred_laws import check_folding
from tests.execute.test_fault_laws import check_faults
from tests.oracle.case import Case
from tests.oracle.features import operation_features, plan_features, schema_features
from tests.oracle.judge import Bench, DoesNotComposeError, build, judge
from tests.oracle.metamorphic import difference
from tests.oracle.operations import Operation, random_operation
from tests.oracle.partition import random_partition
from tests.oracle.rewriting import REWRITINGS
from tests.oracle.world import random_world

OPERATIONS_PER_WORLD = 5


async def run(cases: int, start: int, keep: Path) -> int:
    """Run `cases` random cases; return how many failed."""
    failures: Counter[str] = Counter()
    used: Counter[str] = Counter()
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
        features = schema_features(partition)
        for index in range(OPERATIONS_PER_WORLD):
            operation = random_operation(bench.public, seed * 1000 + index)
            if operation is None:
                continue
            done += 1
            used.update(features | operation_features(operation))
            fault = await _fault(bench, operation, seed, index, used)
            if fault is not None:
                Case(partition, operation).save(keep / f"seed-{seed}-{index}.json", fault)
                failures[fault.split(":")[0]] += 1
                print(f"seed {seed}/{index}: {fault[:400]}", flush=True)
        seed += 1
        if seed % 100 == 0:
            rate = done / (time.monotonic() - began)
            print(f"{done} cases, {failures.total()} failures, {rate:.0f} a second", flush=True)
    for feature, number in sorted(used.items()):
        print(f"{number:8} {feature}")
    print(f"{done} cases, {failures.total()} failures {dict(failures)}")
    return failures.total()


async def _fault(
    bench: Bench, operation: Operation, seed: int, index: int, used: Counter[str]
) -> str | None:
    """What is wrong: with the answer, with deferred answers, when subgraphs fail, or when the same
    is asked for in other words."""
    verdict = await judge(bench, operation)
    if verdict.plan is not None:
        used.update(plan_features(verdict.plan))
    if verdict.fault is not None:
        return verdict.fault
    try:
        used["@defer"] += await check_folding(bench, operation, Random(seed))
        used["faults"] += await check_faults(bench, operation, index)
        rewrite = REWRITINGS[index % len(REWRITINGS)]
        used[f"rewritten: {rewrite.__name__}"] += 1
        fault = await difference(bench, operation, rewrite, seed)
        if fault is not None:
            return f"{rewrite.__name__}: {fault}"
    except AssertionError as error:
        broken = traceback.extract_tb(error.__traceback__)[-1]
        return f"law broken: {broken.name}: {broken.line}: {error}"
    except Exception as error:  # any crash is a finding, and must not end the night's run
        broken = traceback.extract_tb(error.__traceback__)[-1]
        return f"crash: {type(error).__name__} in {broken.name}: {broken.line}: {error}"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--start", type=int, default=0, help="first seed")
    parser.add_argument("--keep", type=Path, default=Path(__file__).parent / "failures")
    arguments = parser.parse_args()
    sys.exit(1 if asyncio.run(run(arguments.cases, arguments.start, arguments.keep)) else 0)


if __name__ == "__main__":
    main()
