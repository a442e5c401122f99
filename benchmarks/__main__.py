"""The bench.

python -m benchmarks compare        the gateways side by side     -> results/comparison.*
python -m benchmarks clients        the HTTP clients side by side -> results/clients.md
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.gateways import GATEWAYS
from benchmarks.growth import write_growth
from benchmarks.planning import write_planning
from benchmarks.report import write_comparison
from benchmarks.rig import Plan, compare
from benchmarks.stages import write_stages
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
    commands.add_parser("stages", help="our own stages, one by one")
    commands.add_parser("planning", help="plans that are not cached, ordinary and hard ones")
    commands.add_parser("growth", help="cost against the number of fetches, items and types")
    commands.add_parser("all", help="everything, as committed")
    clients = commands.add_parser("clients", help="the HTTP clients side by side")
    clients.add_argument("--rounds", type=int, default=5)
    return parser


def _clients(rounds: int) -> None:
    # Its libraries are in the dependency group `bench`, which the other commands do without.
    from benchmarks.clients import write_clients

    write_clients(rounds)


def _compare(options: argparse.Namespace) -> None:
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


def main() -> None:
    options = _parser().parse_args()
    if options.command in ("stages", "all"):
        write_stages()
    if options.command in ("planning", "all"):
        write_planning()
    if options.command in ("growth", "all"):
        write_growth()
    if options.command in ("clients", "all"):
        _clients(getattr(options, "rounds", 5))
    if options.command == "compare":
        _compare(options)
    elif options.command == "all":
        _compare(_parser().parse_args(["compare"]))


if __name__ == "__main__":
    main()
