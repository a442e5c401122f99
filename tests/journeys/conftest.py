"""One demo for all journeys of a session; those that harm it start their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit.demo import Demo, running_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("journeys") / "data") as running:
        yield running
