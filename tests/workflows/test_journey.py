"""The subgraph's own process is killed in the middle of a run, started again, and finishes it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from auth.caller import Caller
from auth.signed_caller import CALLER_HEADER, CallerSigner
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.faults import FaultKind
from tests.kit.sandbox import RunningSandbox
from tests.workflows.office import LEAD, READY, created, open_office

SECRET = "a secret of at least thirty-two bytes"
PROVISION = """mutation($id: ID!) { provisionEngagement(input: {
  contractId: $id, contractVersion: 1, idempotencyKey: "journey"}) { id state } }"""
RUN = "query($id: ID!) { run(id: $id) { state steps { name state } exception { code } } }"


class Client:
    """Asks the subgraph as the gateway would."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.signer = CallerSigner(SECRET.encode())
        self.http = httpx.Client(trust_env=False, timeout=20)

    def ask(self, query: str, caller: Caller = LEAD, **variables: Any) -> dict[str, Any]:
        headers = {CALLER_HEADER: self.signer.sign(caller, "engagement")}
        body = {"query": query, "variables": variables}
        answer = self.http.post(f"{self.url}/graphql", json=body, headers=headers).json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def until(self, run_id: str, *states: str) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            run: dict[str, Any] = self.ask(RUN, id=run_id)["run"]
            if run["state"] in states:
                return run
            time.sleep(0.05)
        raise AssertionError(f"the run does not become {states}: {run}")


@contextlib.contextmanager
def subgraph(systems_file: Path, data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`c2c subgraph engagement` as a process of its own, ready."""
    environment = {
        **os.environ,
        "C2C_SYSTEMS_FILE": str(systems_file),
        "C2C_DATA_DIR": str(data),
        "C2C_CALLER_SECRET": SECRET,
    }
    command = [str(Path(sys.executable).with_name("c2c")), "subgraph", "engagement"]
    process = subprocess.Popen([*command, "--port", str(port)], env=environment)
    try:
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                    break
            assert process.poll() is None, "the subgraph ended"
            time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)


async def test_killed_in_the_middle_restarted_finished_once(
    sandbox: RunningSandbox, tmp_path: Path
):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with open_office(sandbox, tmp_path / "observer") as office:
        before = office.snapshot()
    client = Client(port)
    sandbox.fail(System.PSA, FaultKind.DOWN, times=None, methods=("POST", "PUT"), path="/api/")
    with subgraph(sandbox.systems_file, tmp_path, port) as process:
        run_id = client.ask(PROVISION, id=READY["MILESTONE"])["provisionEngagement"]["id"]
        run = client.until(run_id, "DELAYED")
        states = {step["name"]: step["state"] for step in run["steps"]}
        assert (states["revenue-schedule"], states["activate-contract"]) == ("DONE", "PENDING")
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    sandbox.heal()
    with subgraph(sandbox.systems_file, tmp_path, port):
        assert client.until(run_id, "SUCCEEDED", "EXCEPTION")["state"] == "SUCCEEDED"
        again = client.ask(PROVISION, id=READY["MILESTONE"])["provisionEngagement"]
        assert again == {"id": run_id, "state": "SUCCEEDED"}
    async with open_office(sandbox, tmp_path / "engagement") as office:
        new = created(before, office.snapshot())
        assert new["erp", "Projects"] == new["erp", "BillingSchedules"] == 1
        assert office.verified().sound
