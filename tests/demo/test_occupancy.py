"""A data folder serves one demo at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from subgraphs.demo.occupancy import occupied
from subgraphs.demo.supervisor import DemoError


def test_a_second_demo_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    with (
        occupied(folder),
        pytest.raises(DemoError, match="Another demo is running on the data in"),
        occupied(folder),
    ):
        pass
    with occupied(folder):
        pass


def test_other_folders_are_free(tmp_path: Path) -> None:
    with occupied(tmp_path / "one"), occupied(tmp_path / "two"):
        pass
