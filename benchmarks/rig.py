"""The comparison: each gateway on one core, subgraphs and load on the other, rounds interleaved."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.gateways import GATEWAYS, Gateway, Site
from benchmarks.load import Job, Outcome
from benchmarks.processes import ROOT, Process, SubgraphServer, free_port, wait_until
from benchmarks.workload.resolve import OPERATIONS, expected, operation

GATEWAY_CORE, LOAD_CORE = 0, 1
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Plan:
    """How much to measure. `seconds` is the length of one round of one gateway and operation."""

    rounds: int = 5
    seconds: float = 4.0
    warm_up: float = 3.0
    users: int = 50
    operations: tuple[str, ...] = OPERATIONS


@dataclass(frozen=True)
class Sample:
    """One round: what the load generator saw, and what it cost the gateway."""

    gateway: str
    operation: str
    users: int
    per_second: float
    cpu_milliseconds: float
    p50: float
    p95: float
    p99: float
    errors: int
    fetches: float
    unforwarded: int


@dataclass(frozen=True)
class Summary:
    """Medians over the rounds of one gateway, operation and number of users."""

    gateway: str
    operation: str
    users: int
    rounds: int
    per_second: float
    cpu_milliseconds: float
    p50: float
    p95: float
    p99: float
    errors: int
    fetches: float
    memory_megabytes: float


class _Running:
    """A started gateway."""

    def __init__(self, gateway: Gateway, folder: Path, subgraphs_port: int) -> None:
        self.gateway = gateway
        self.port = free_port()
        self.memory = 0
        folder.mkdir()
        start = gateway.start(Site(folder, self.port, subgraphs_port))
        self.process = Process(
            start.command,
            core=GATEWAY_CORE,
            environment=start.environment,
            folder=start.folder,
            log=folder / "log",
        )
        self.log = folder / "log"

    def wait(self) -> None:
        """Return when it answers."""
        body = json.dumps({"query": "{ __typename }"}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql", body, {"content-type": "application/json"}
        )

        def answers() -> bool:
            if not self.process.running:
                raise RuntimeError(f"{self.gateway.key} ended: {self.log.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
                    return bool(response.status == 200)
            except OSError:
                return False

        wait_until(answers, _START_SECONDS, f"the start of {self.gateway.key}")


def compare(plan: Plan, keys: Sequence[str]) -> tuple[list[Summary], list[Sample]]:
    """Run the comparison. Gateways that are not installed are left out with a message."""
    chosen = [gateway for gateway in GATEWAYS if gateway.key in keys]
    for gateway in [gateway for gateway in chosen if not gateway.available]:
        print(f"{gateway.key}: not installed (npm ci in benchmarks/peers)", file=sys.stderr)
        chosen.remove(gateway)
    running: list[_Running] = []
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder, SubgraphServer(LOAD_CORE) as subgraphs:
        try:
            for gateway in chosen:
                running.append(_Running(gateway, Path(folder) / gateway.key, subgraphs.port))
                running[-1].wait()
            samples = _measure(plan, running, subgraphs.port)
        finally:
            for one in running:
                one.process.stop()
    memory = {one.gateway.key: one.memory / 1e6 for one in running}
    return _summaries(samples, memory), samples


def _measure(plan: Plan, running: list[_Running], subgraphs_port: int) -> list[Sample]:
    answers = {name: expected(name) for name in plan.operations}
    samples: list[Sample] = []
    for number in range(-1, plan.rounds):  # round -1 warms up and is thrown away
        seconds = plan.warm_up if number < 0 else plan.seconds
        for name in plan.operations:
            for one in running:
                if one.gateway.operations and name not in one.gateway.operations:
                    continue
                for users in (plan.users, 1):
                    length = seconds if users > 1 else seconds / 2
                    job = Job(one.port, operation(name), answers[name], users, length)
                    sample = _sample(one, name, job, subgraphs_port)
                    if number >= 0:
                        samples.append(sample)
                        _report(number, sample)
    return samples


def _sample(one: _Running, name: str, job: Job, subgraphs_port: int) -> Sample:
    _stats(subgraphs_port)
    before = one.process.cpu_seconds()
    outcome = _load(job)
    spent = one.process.cpu_seconds() - before
    one.memory = max(one.memory, one.process.memory_bytes())
    stats = _stats(subgraphs_port)
    p50, p95, p99, _ = outcome.latencies
    if outcome.errors:
        raise RuntimeError(f"{one.gateway.key} answers wrongly: {outcome.first_error}")
    return Sample(
        one.gateway.key,
        name,
        job.users,
        outcome.per_second,
        spent / outcome.requests * 1000,
        p50,
        p95,
        p99,
        outcome.errors,
        stats["requests"] / outcome.requests,
        stats["anonymous"],
    )


def _load(job: Job) -> Outcome:
    done = subprocess.run(
        ["taskset", "-c", str(LOAD_CORE), sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(job)).encode(),
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    return Outcome(**json.loads(done.stdout))


def _stats(port: int) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats") as response:
        stats: dict[str, int] = json.load(response)
        return stats


def _report(number: int, sample: Sample) -> None:
    print(
        f"round {number + 1}  {sample.gateway:13} {sample.operation:10} {sample.users:3} users"
        f" {sample.per_second:8.0f} req/s {sample.cpu_milliseconds:7.3f} ms CPU"
        f"  p50 {sample.p50:7.2f}  p95 {sample.p95:7.2f} ms  {sample.fetches:.1f} fetches",
        file=sys.stderr,
    )


def _summaries(samples: list[Sample], memory: dict[str, float]) -> list[Summary]:
    groups: dict[tuple[str, str, int], list[Sample]] = {}
    for sample in samples:
        groups.setdefault((sample.gateway, sample.operation, sample.users), []).append(sample)
    return [
        Summary(
            gateway,
            operation_,
            users,
            len(group),
            median(one.per_second for one in group),
            median(one.cpu_milliseconds for one in group),
            median(one.p50 for one in group),
            median(one.p95 for one in group),
            median(one.p99 for one in group),
            sum(one.errors for one in group),
            median(one.fetches for one in group),
            memory[gateway],
        )
        for (gateway, operation_, users), group in groups.items()
    ]
