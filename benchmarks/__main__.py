"""The bench.

python -m benchmarks compare        the gateways side by side     -> results/comparison.*
python -m benchmarks clients        the HTTP clients side by side -> results/clients.md
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.gateways import GATEWAYS
from benchmarks.report import write_comparison
from benchmarks.rig import Plan, compare
from benchmarks.workload.resolve import OPERATIONS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    comparison = commands.add_parser("compare", help="the gateways side by side")
    comparison.add_argument("--rounds", type=int, default=Plan.rounds)
    comparison.add_argument("--seconds", type=float, default=Plan.seconds)
    comparison.add_argument("--users", type=int, default=Plan.users)
    comparison.add_argument("--gateways", nargs="+", default=[one.key for one in GATEWAYS])
    comparison.add_argument("--operations", nargs="+", choices=OPERATIONS, default=OPERATIONS)
    comparison.add_argument("--dry", action="store_true", help="print, write no results")
    clients = commands.add_parser("clients", help="the HTTP clients side by side")
    clients.add_argument("--rounds", type=int, default=5)
    return parser


def main() -> None:
    options = _parser().parse_args()
    if options.command == "clients":
        from benchmarks.clients import write_clients

        write_clients(options.rounds)
        return
    plan = Plan(
        rounds=options.rounds,
        seconds=options.seconds,
        users=options.users,
        operations=tuple(options.operations),
    )
    summaries, samples = compare(plan, options.gateways)
    if options.dry:
        print(f"{len(samples)} samples, nothing written", file=sys.stderr)
    else:
        write_comparison(plan, summaries, samples)


if __name__ == "__main__":
    main()
