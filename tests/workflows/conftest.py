"""The processes over the sandbox systems of record: a desk to ask at, faults to survive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kit.sandbox import (  # noqa: F401  (fixtures)
    RunningSandbox,
    sandbox,
    seeded_folder,
)
from tests.workflows.office import Office, open_office


@pytest.fixture
async def office(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[Office]:  # noqa: F811
    """A desk of the test's own."""
    async with open_office(sandbox, tmp_path / "engagement") as opened:
        yield opened
