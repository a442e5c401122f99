"""Provision, kill in the middle, restart: finished once. And data survives a restart."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from tests.kit.demo import Demo, running_demo

START = """mutation($key: String!) {
  provisionEngagement(input: {contractId: "CTR-000029", contractVersion: 1, idempotencyKey: $key}) {
    id state
  }
}"""
RUN = "query($id: ID!) { run(id: $id) { state steps { name state attempts changes { objectId operation } } } }"
ENGAGEMENT = """{ engagement(id: "CTR-000029") {
  status
  project { id }
  billing { rule { id } schedule { id } revenueSchedule { id } }
  staffing { capacityPlan { id } }
} }"""


def slow_down(demo: Demo, system: str, seconds: float) -> None:
    body = {"kind": "SLOW", "seconds": seconds, "times": None}
    response = demo.admin(system, "POST", "faults", json=body)
    assert response.status_code == 204, response.text


def test_a_killed_process_continues_and_creates_nothing_twice(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_demo(data) as demo:
        slow_down(demo, "erp", 0.4)
        run_id = demo.data_of(START, key="kill-me")["provisionEngagement"]["id"]
        wait_for(demo, run_id, lambda run: done_steps(run) >= 3)
        os.kill(demo.process_of("subgraph", "engagement"), signal.SIGKILL)
        demo.admin("erp", "DELETE", "faults")
        run = wait_for(demo, run_id, lambda run: run["state"] == "SUCCEEDED")
        assert {step["state"] for step in run["steps"]} <= {"DONE", "SKIPPED"}
        assert demo.data_of(START, key="kill-me")["provisionEngagement"]["id"] == run_id
        before = demo.data_of(ENGAGEMENT)["engagement"]
        assert before["status"] == "ACTIVE"
        assert count_projects(demo) == 1
        assert "starting it again" in demo.output.read_text()
    with running_demo(data, port=demo.port) as again:
        assert again.data_of(ENGAGEMENT)["engagement"] == before
        assert again.data_of(RUN, id=run_id)["run"]["state"] == "SUCCEEDED"


def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    with running_demo(tmp_path / "data") as demo:
        pids = [
            demo.process_of("systems"),
            demo.process_of("subgraph", "contract"),
            demo.process_of("subgraph", "engagement"),
            demo.process_of("serve"),
        ]
        assert demo.stop() == 0
        for pid in pids:
            assert not Path(f"/proc/{pid}").exists()


def count_projects(demo: Demo) -> int:
    query = "{ projects(first: 100) { nodes { contract { id } } } }"
    nodes = demo.data_of(query, "executive")["projects"]["nodes"]
    return sum((node["contract"] or {}).get("id") == "CTR-000029" for node in nodes)


def done_steps(run: Any) -> int:
    return sum(step["state"] == "DONE" for step in run["steps"])


def wait_for(demo: Demo, run_id: str, reached: Any) -> Any:
    """The run once `reached` holds; while its subgraph restarts the answer has errors."""
    deadline = time.monotonic() + 60
    run: Any = None
    while time.monotonic() < deadline:
        answer = demo.ask(RUN, id=run_id)
        run = (answer.get("data") or {}).get("run")
        if run is not None and reached(run):
            return run
        time.sleep(0.05)
    raise AssertionError(run)
