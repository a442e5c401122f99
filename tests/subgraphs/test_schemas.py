"""The committed schemas are the code's, compose, and say of federation what they are meant to."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.main import build
from subgraphs.registry import UnknownSubgraphError, subgraph

SCHEMAS = Path(__file__).parents[2] / "schema" / "subgraphs"
OURS = ("contract", "project", "billing", "staffing")


@pytest.mark.parametrize("name", OURS)
def test_the_committed_schema_has_not_drifted_from_the_code(name: str) -> None:
    arguments = ["subgraph", name, "--export-schema"]
    printed = CliRunner().invoke(build(arguments), arguments)
    assert printed.exit_code == 0
    assert printed.stdout == (SCHEMAS / f"{name}.graphql").read_text()


def test_ports_and_names_are_the_documented_ones() -> None:
    assert [subgraph(name).port for name in OURS] == [4001, 4002, 4003, 4004]
    assert [subgraph(name).name for name in OURS] == list(OURS)
    with pytest.raises(UnknownSubgraphError, match="contract"):
        subgraph("weather")


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["weather"], {}, "no subgraph 'weather'"),
        (["billing"], {}, "C2C_CALLER_PUBLIC_KEY_FILE"),
        (["billing"], {"C2C_CALLER_SECRET": "s" * 32}, "C2C_SYSTEMS_FILE"),
    ],
)
def test_a_subgraph_that_cannot_be_served_says_what_it_needs(
    arguments: list[str], environment: dict[str, str], said: str
) -> None:
    cleared: dict[str, str | None] = {
        "C2C_CALLER_PUBLIC_KEY_FILE": None,
        "C2C_CALLER_PUBLIC_KEY": None,
        "C2C_CALLER_SECRET": None,
        "C2C_SYSTEMS_FILE": None,
        "COLUMNS": "200",
    }
    command = ["subgraph", *arguments]
    printed = CliRunner().invoke(build(command), command, env=cleared | environment)
    assert printed.exit_code == 2
    assert said in printed.output
