"""The committed schemas are the code's, compose, and say of federation what they are meant to."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import ObjectTypeDefinitionNode, parse
from typer.testing import CliRunner

from gateway.cli.main import build
from subgraphs.registry import UnknownSubgraphError, subgraph

SCHEMAS = Path(__file__).parents[2] / "schema" / "subgraphs"
OURS = ("contract", "project", "billing", "staffing", "engagement")


@pytest.mark.parametrize("name", OURS)
def test_the_committed_schema_has_not_drifted_from_the_code(name: str) -> None:
    arguments = ["subgraph", name, "--export-schema"]
    printed = CliRunner().invoke(build(arguments), arguments)
    assert printed.exit_code == 0
    assert printed.stdout == (SCHEMAS / f"{name}.graphql").read_text()


def test_ports_and_names_are_the_documented_ones() -> None:
    assert [subgraph(name).port for name in OURS] == [4001, 4002, 4003, 4004, 4005]
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


def test_the_subgraphs_compose_and_what_only_processes_may_do_is_not_public(tmp_path: Path) -> None:
    config = SCHEMAS.parent / "supergraph.yaml"
    output = tmp_path / "supergraph.graphql"
    arguments = ["compose", "--config", str(config), "--output", str(output)]
    composed = CliRunner().invoke(build(arguments), arguments)
    assert composed.exit_code == 0, composed.output
    arguments = ["schema", "public", "--supergraph", str(output)]
    public = CliRunner().invoke(build(arguments), arguments)
    assert public.exit_code == 0, public.output
    for hidden in ("releaseBillingMilestone", "recordMilestoneAcceptance", "markTimeInvoiced"):
        assert hidden in output.read_text()
        assert hidden not in public.stdout
        assert f"{hidden[0].upper()}{hidden[1:]}Input" not in public.stdout


@pytest.mark.parametrize("root", ["Query", "Mutation"])
def test_every_entry_point_needs_somebody_signed_in(root: str) -> None:
    (definition,) = (
        node
        for node in parse((SCHEMAS.parent / "supergraph.graphql").read_text()).definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value == root
    )
    for each in definition.fields:
        directives = {directive.name.value for directive in each.directives}
        assert "authenticated" in directives, each.name.value
