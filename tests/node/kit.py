"""Runs scripts of this folder under Node.js; they print one JSON value as their last line."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (FOLDER / "node_modules").is_dir(),
    reason="needs Node.js and the npm packages of tests/node (npm ci in that folder)",
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")


async def run_script(name: str, *arguments: str, seconds: float = 90) -> Any:
    """Run a script and return what it printed last. Its failure fails the test."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(FOLDER / name),
        *arguments,
        cwd=FOLDER,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds):
            output, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        output, errors = await process.communicate()
        pytest.fail(f"{name} took too long:\n{output.decode()}\n{errors.decode()}")
    assert process.returncode == 0, f"{output.decode()}\n{errors.decode()}"
    return json.loads(output.decode().strip().splitlines()[-1])
