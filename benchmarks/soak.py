"""The soak: a gateway that must serve for a long time without a failed request or growing memory.

    python -m benchmarks.soak --minutes 10 --rate half --reload-every 5    steady load and reloads
    python -m benchmarks.soak --operations 100000                          ever new operations

The first offers a steady rate of the bench's operations (`half`: of what the gateway was measured
to do just before), while its supergraph file is rewritten and SIGHUP sent every few seconds. The
second asks so many different operations, each once. Every answer is compared with the right one,
memory is sampled, and the verdict goes to `results/soak.json`; the exit status is 1 if it is bad.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httptools
import uvloop

from benchmarks.gateways import Site
from benchmarks.processes import ROOT, Process, SubgraphServer, free_port, wait_until
from benchmarks.workload.resolve import OPERATIONS, expected, operation

GATEWAY_CORE, LOAD_CORE = 0, 1
CONNECTIONS = 50
RESULTS = Path(__file__).parent / "results" / "soak.json"
ALLOWED_GROWTH = 1.1
"""Memory of the last quarter against that of the second; caches are filled in the first."""
PATIENCE = 75
"""Seconds until a gateway that says nothing is given up; its own limit of 60 s is told by an answer,
which is a failure as well."""
ALLOWED_MEGABYTES = 150
"""Of each worker, whatever number of operations it has seen."""


@dataclass
class Tally:
    """What became of the requests. Times are seconds, memory is megabytes of all processes."""

    right: int = 0
    failed: int = 0
    first_failure: str = ""
    latencies: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def fail(self, why: str) -> None:
        self.failed += 1
        self.first_failure = self.first_failure or why[:500]

    def growth(self) -> float:
        """Mean memory of the last quarter of the samples against the second quarter's."""
        quarter = len(self.memory) // 4
        if not quarter:
            return 1.0
        early, late = self.memory[quarter : 2 * quarter], self.memory[-quarter:]
        return (sum(late) / len(late)) / (sum(early) / len(early))

    def latency(self, share: float) -> float:
        """A percentile in milliseconds."""
        ordered = sorted(self.latencies) or [0.0]
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1)


@dataclass(frozen=True)
class Question:
    """An operation, and the `data` of its right answer."""

    body: bytes
    data: Any

    @staticmethod
    def of(query: str, data: Any) -> Question:
        return Question(json.dumps({"query": query}).encode(), data)


class Connection(asyncio.Protocol):
    """One kept-alive connection that carries one request at a time."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body = bytearray()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the gateway closed the connection"))

    def on_body(self, chunk: bytes) -> None:
        self._body += chunk

    def on_message_complete(self) -> None:
        answer, body = self._answer, bytes(self._body)
        self._body.clear()
        if answer is not None and not answer.done():
            answer.set_result((self._parser.get_status_code(), body))

    async def ask(self, body: bytes, number: int) -> tuple[int, bytes]:
        """Send an operation; returns status and body. Raises `OSError` when the connection ends."""
        if self._transport is None or self.lost:
            raise ConnectionError("the gateway closed an idle connection")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(
            b"POST /graphql HTTP/1.1\r\nhost: soak\r\ncontent-type: application/json\r\n"
            b"authorization: Bearer %d\r\ncontent-length: %d\r\n\r\n%b" % (number, len(body), body)
        )
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Clients:
    """A fixed number of connections; who finds none free waits for one."""

    def __init__(self, port: int, tally: Tally) -> None:
        self.tally = tally
        self._port = port
        self._free: asyncio.LifoQueue[Connection | None] = asyncio.LifoQueue()
        for _ in range(CONNECTIONS):
            self._free.put_nowait(None)

    async def ask(self, question: Question, number: int) -> None:
        """Ask, and count what came."""
        connection = await self._free.get()
        began = time.perf_counter()
        try:
            if connection is None or connection.lost:
                loop = asyncio.get_running_loop()
                _, connection = await loop.create_connection(Connection, "127.0.0.1", self._port)
            async with asyncio.timeout(PATIENCE):
                status, body = await connection.ask(question.body, number)
        except (OSError, TimeoutError, httptools.HttpParserError) as error:
            self.tally.fail(repr(error))
            connection = None
        else:
            self._judge(question, status, body)
            self.tally.latencies.append(time.perf_counter() - began)
        self._free.put_nowait(connection)

    def close(self) -> None:
        while not self._free.empty():
            connection = self._free.get_nowait()
            if connection is not None:
                connection.close()

    def _judge(self, question: Question, status: int, body: bytes) -> None:
        if status == 200 and json.loads(body) == {"data": question.data}:
            self.tally.right += 1
        else:
            self.tally.fail(f"{status} {body[:400]!r}")


class Served:
    """A gateway process and the files that it is given."""

    def __init__(self, site: Site, workers: int) -> None:
        self._supergraph = site.supergraph
        self._text = self._supergraph.read_text()
        self.log = site.folder / "gateway.log"
        self.port = site.port
        config = site.folder / "gateway.yaml"
        config.write_text(
            f"supergraph: {{path: {self._supergraph}}}\n"
            "limits: {max_aliases: 1000}\n"
            "headers: {all: {request: [{propagate: {named: authorization}}]}}\n"
            "telemetry: {logging: {requests: false}}\n"
        )
        serve = [str(Path(sys.executable).with_name("c2c")), "serve", "--config", str(config)]
        options = ["--port", str(site.port), "--workers", str(workers)]
        self.process = Process([*serve, *options], core=GATEWAY_CORE, folder=ROOT, log=self.log)

    def megabytes(self) -> float:
        return round(self.process.memory_bytes() / 1e6, 1)

    def reload(self, number: int) -> None:
        """Replace the supergraph by a version of its own, and send SIGHUP as well."""
        draft = self._supergraph.with_suffix(".new")
        draft.write_text(f"{self._text}\n# version {number}\n")
        draft.replace(self._supergraph)
        self.process.send_signal(signal.SIGHUP)

    def reloads(self) -> tuple[int, int]:
        """How many versions have taken over, and how many were refused, by the log."""
        log = self.log.read_text()
        served = set(re.findall(r"version (\w+) serves", log))
        return len(served), log.count("is refused") + log.count("Traceback")


@asynccontextmanager
async def served(workers: int) -> AsyncIterator[Served]:
    """Start the subgraphs and a gateway; end them at the end."""
    with tempfile.TemporaryDirectory() as name, SubgraphServer(LOAD_CORE) as subgraphs:
        gateway = Served(Site(Path(name), free_port(), subgraphs.port), workers)
        with gateway.process:
            await asyncio.to_thread(_wait, gateway)
            yield gateway


def _wait(gateway: Served) -> None:
    def answers() -> bool:
        if not gateway.process.running:
            raise RuntimeError(f"the gateway ended: {gateway.log.read_text()[-2000:]}")
        return asyncio.run(_probe(gateway.port))

    wait_until(answers, 60, "the start of the gateway")


async def _probe(port: int) -> bool:
    tally = Tally()
    clients = Clients(port, tally)
    await clients.ask(Question.of("{ __typename }", {"__typename": "Query"}), 0)
    clients.close()
    return tally.right == 1


def workload() -> list[Question]:
    """The operations of the bench."""
    return [Question.of(operation(name), expected(name)["data"]) for name in OPERATIONS]


async def capacity(port: int, questions: list[Question], seconds: float) -> float:
    """Requests a second when every connection asks as fast as it is answered."""
    tally = Tally()
    clients = Clients(port, tally)
    ends = time.monotonic() + seconds
    numbers = itertools.count()

    async def keep_asking() -> None:
        while time.monotonic() < ends:
            number = next(numbers)
            await clients.ask(questions[number % len(questions)], number)

    began = time.monotonic()
    await asyncio.gather(*(keep_asking() for _ in range(CONNECTIONS)))
    clients.close()
    if tally.failed:
        raise RuntimeError(f"requests fail before anything is tried: {tally.first_failure}")
    return tally.right / (time.monotonic() - began)


async def _sample(gateway: Served, tally: Tally, every: float) -> None:
    while True:
        tally.memory.append(gateway.megabytes())
        await asyncio.sleep(every)


@asynccontextmanager
async def _beside(work: Awaitable[None]) -> AsyncIterator[None]:
    """Run something until the block ends."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def soak_reloads(options: argparse.Namespace) -> dict[str, Any]:
    """Steady load while supergraphs are replaced."""
    questions, tally = workload(), Tally()
    async with served(options.workers) as gateway:
        able = await capacity(gateway.port, questions, options.calibration)
        rate = able / 2 if options.rate == "half" else float(options.rate)
        print(f"capacity {able:.0f} req/s, offered {rate:.0f} req/s", file=sys.stderr)
        clients = Clients(gateway.port, tally)
        asked = 0
        ends = time.monotonic() + options.minutes * 60

        async def keep_reloading() -> None:
            nonlocal asked
            while time.monotonic() + 2 * options.reload_every < ends:
                await asyncio.sleep(options.reload_every)
                asked += 1
                gateway.reload(asked)

        async with _beside(_sample(gateway, tally, 1)), _beside(keep_reloading()):
            await _offer(clients, questions, rate, ends)
        clients.close()
        took_over, refused = gateway.reloads()
    good = (
        tally.failed == 0
        and tally.growth() <= ALLOWED_GROWTH
        and (took_over, refused) == (asked, 0)
    )
    return {
        **_figures(tally, good),
        "minutes": options.minutes,
        "workers": options.workers,
        "capacity_per_second": round(able),
        "offered_per_second": round(rate),
        "reloads": {"asked": asked, "took_over": took_over, "refused": refused},
        "memory_growth": round(tally.growth(), 3),
    }


async def _offer(clients: Clients, questions: list[Question], rate: float, ends: float) -> None:
    """Ask at a steady rate, whether or not answers come."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for number in itertools.count():
            wait = began + number / rate - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if time.monotonic() > ends:
                return
            # Every twentieth is an operation that was never seen before.
            question = questions[number % len(questions)] if number % 20 else distinct(number)
            tasks.create_task(clients.ask(question, number))


def distinct(number: int) -> Question:
    """An operation that differs from that of any other number in its names and its shape."""
    names = ("id", "name", "username", "memberSince")
    fields = [name for bit, name in enumerate(names) if number >> bit & 1] or ["id"]
    selected = " ".join(f"{name}{number}: {name}" for name in fields)
    user = _first_user()
    data = {f"{name}{number}": user[name] for name in fields}
    return Question.of(f"query Q{number} {{ me {{ {selected} }} }}", {"me": data})


def _first_user() -> dict[str, Any]:
    from benchmarks.workload.data import USERS

    user = USERS[0]
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "memberSince": user.member_since,
    }


async def soak_operations(options: argparse.Namespace) -> dict[str, Any]:
    """Operations that were never seen before, one after the other."""
    tally = Tally()
    numbers = iter(range(options.operations))
    async with served(options.workers) as gateway:
        clients = Clients(gateway.port, tally)
        at_first = gateway.megabytes()

        async def keep_asking() -> None:
            for number in numbers:
                await clients.ask(distinct(number), number)
                if number % max(1, options.operations // 40) == 0:
                    tally.memory.append(gateway.megabytes())

        began = time.monotonic()
        await asyncio.gather(*(keep_asking() for _ in range(CONNECTIONS)))
        took = time.monotonic() - began
        clients.close()
    peak = max(tally.memory)
    good = tally.failed == 0 and peak <= ALLOWED_MEGABYTES * options.workers
    return {
        **_figures(tally, good),
        "operations": options.operations,
        "workers": options.workers,
        "per_second": round(options.operations / took),
        "memory_megabytes_before": at_first,
        "memory_growth": round(tally.growth(), 3),
    }


def _figures(tally: Tally, good: bool) -> dict[str, Any]:
    return {
        "verdict": "good" if good else "bad",
        "right": tally.right,
        "failed": tally.failed,
        "first_failure": tally.first_failure,
        "latency_milliseconds": {
            "p50": tally.latency(0.5),
            "p99": tally.latency(0.99),
            "greatest": tally.latency(1),
        },
        "memory_megabytes": {
            "first": tally.memory[0],
            "peak": max(tally.memory),
            "last": tally.memory[-1],
        },
    }


def _keep(kind: str, result: dict[str, Any]) -> None:
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, kind: result}, indent=2, sort_keys=True) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument(
        "--rate", default="half", help="requests a second, or `half` of what it can"
    )
    parser.add_argument("--reload-every", type=float, default=5, help="seconds")
    parser.add_argument("--calibration", type=float, default=10, help="seconds of full load before")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--operations", type=int, default=0, help="so many distinct ones instead")
    parser.add_argument("--dry", action="store_true", help="print, write no results")
    options = parser.parse_args()
    soak: Callable[[argparse.Namespace], Coroutine[Any, Any, dict[str, Any]]]
    kind, soak = (
        ("operations", soak_operations) if options.operations else ("reloads", soak_reloads)
    )
    result = uvloop.run(soak(options))
    print(json.dumps(result, indent=2, sort_keys=True))
    if not options.dry:
        _keep(kind, result)
    if result["verdict"] != "good":
        sys.exit(1)


if __name__ == "__main__":
    main()
