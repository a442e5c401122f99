"""`c2c subgraph` as a process: several subgraphs, health, refusal of strangers, orderly end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from auth import keys
from auth.signed_caller import CALLER_HEADER, CallerSigner
from tests.kit.sandbox import RunningSandbox
from tests.subgraphs.callers import LEAD


def free_pair() -> int:
    """A port whose successor is free as well."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise AssertionError("no two neighbouring ports are free")


def wait_until_ready(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/health/ready", trust_env=False).status_code == 200:
                return
        except httpx.ConnectError:
            time.sleep(0.05)
    raise AssertionError(process.communicate(timeout=10))


def test_two_subgraphs_in_one_process(shared_sandbox: RunningSandbox, tmp_path: Path) -> None:
    pair, port = keys.generate(), free_pair()
    public = tmp_path / "gateway.pub.pem"
    public.write_text(pair.public.pem())
    program = Path(sys.executable).with_name("c2c")
    process = subprocess.Popen(
        [program, "subgraph", "project", "contract", "--port", str(port)],
        env={
            **os.environ,
            "C2C_SYSTEMS_FILE": str(shared_sandbox.systems_file),
            "C2C_CALLER_PUBLIC_KEY_FILE": str(public),
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        signer = CallerSigner(pair)
        for offset, name in enumerate(("project", "contract")):
            url = f"http://127.0.0.1:{port + offset}"
            wait_until_ready(url, process)
            body = {"query": f"{{ {name}s(first: 1) {{ totalCount }} }}"}
            with httpx.Client(base_url=url, trust_env=False) as client:
                assert client.post("/graphql", json=body).status_code == 401
                for audience, status in ((name, 200), ("billing", 401)):
                    headers = {CALLER_HEADER: signer.sign(LEAD, audience)}
                    answer = client.post("/graphql", json=body, headers=headers)
                    assert answer.status_code == status
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
