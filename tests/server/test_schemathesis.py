"""schemathesis itself, as its users run it, against a gateway on a socket."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from tests.server.gateway_kit import listening

PROGRAM = str(Path(sys.executable).with_name("schemathesis"))
# Of each root field; valid and invalid operations, arguments and variables.
EXAMPLES = 40


async def test_schemathesis_finds_no_fault(tmp_path: Path) -> None:
    settings = {"mode": "development", "telemetry": {"metrics": {"prometheus": {"enabled": True}}}}
    async with listening(settings) as gateway:
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            "run",
            gateway.url,
            f"--max-examples={EXAMPLES}",
            "--mode=all",
            "--checks=all",
            "--max-response-time=20",
            "--exclude-name=Query.fails",  # fails by intention
            "--generation-database=none",
            "--suppress-health-check=all",
            "--no-color",
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        page = await gateway.client.get(gateway.url.replace("/graphql", "/metrics"))
    report = output.decode()
    assert process.returncode == 0, report[-5000:]
    (generated,) = re.findall(r"(\d+) generated", report)
    assert int(generated) > EXAMPLES
    answered = {
        int(status): float(count)
        for status, count in re.findall(
            r'requests_total{kind=".*",status="(\d+)"} (\S+)', page.text
        )
    }
    assert all(status < 500 for status in answered), answered
    assert "INTERNAL_SERVER_ERROR" not in page.text
    assert "GRAPHQL_VALIDATION_FAILED" in page.text  # what was invalid was refused
