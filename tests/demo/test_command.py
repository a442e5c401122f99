"""`c2c demo` when it cannot start."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.main import build
from subgraphs.demo.layout import Layout, services


def demo(*arguments: str) -> tuple[int, str]:
    line = ["demo", *arguments]
    result = CliRunner().invoke(build(line), line)
    return result.exit_code, result.output


def test_a_data_folder_that_cannot_be_one_is_named_with_what_to_do(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.touch()
    status, said = demo("--data", str(taken))
    assert status == 1
    assert f"The data folder {taken} cannot be used: File exists" in said.replace("\n", "")
    assert "--data" in said


@pytest.mark.parametrize("port", ["80", "65432"])
def test_ports_that_do_not_exist_are_refused(tmp_path: Path, port: str) -> None:
    status, said = demo("--data", str(tmp_path / "data"), "--port", port)
    assert status == 1
    assert "--port must lie between" in said
    assert not (tmp_path / "data").exists()


def test_the_scale_reaches_the_systems_of_record(tmp_path: Path) -> None:
    ((systems,), _) = services(Layout(4000, tmp_path, scale=3), tmp_path / "gateway.yaml")
    at = systems.command.index("--scale")
    assert systems.command[at + 1] == "3"
