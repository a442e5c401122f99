"""`c2c plan` prints what the planner makes, and says plainly what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gateway.cli.plan import plan

SUPERGRAPH = Path(__file__).parent / "golden" / "storefront" / "supergraph.graphql"
OVERRIDES = Path(__file__).parent / "golden" / "overrides" / "supergraph.graphql"


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    made.command()(plan)
    return made


def run(
    app: typer.Typer, operation: str, *options: str, supergraph: Path = SUPERGRAPH
) -> tuple[int, str, str]:
    result = CliRunner().invoke(
        app, ["--supergraph", str(supergraph), "--operation", "-", *options], input=operation
    )
    return result.exit_code, result.stdout, result.stderr


def test_the_plan_as_text(app: typer.Typer) -> None:
    code, out, _err = run(app, "{ me { name reviews { body } } }", "--explain")
    assert code == 0
    assert out.startswith("QueryPlan {")
    assert "Fetch(service: reviews, id: 1, after: [0])" in out
    assert "# 2 request(s) in 2 stage(s)" in out
    assert "adds reviews to User by id; waits for 0" in out


def test_the_plan_as_json(app: typer.Typer) -> None:
    text = "query A { me { id } } query B { me { name } }"
    code, out, _err = run(app, text, "--format", "json", "--operation-name", "B")
    assert code == 0
    value = json.loads(out)
    assert [fetch["subgraph"] for fetch in value["fetches"]] == ["accounts"]
    assert value["passthrough"] is True


def test_a_label_turns_an_override_on(app: typer.Typer) -> None:
    _code, off, _err = run(app, "{ posts { old } }", supergraph=OVERRIDES)
    _code, on, _err = run(app, "{ posts { old } }", "--label", "percent(5)", supergraph=OVERRIDES)
    assert "service: b" not in off
    assert "service: b" in on


@pytest.mark.parametrize(
    ("operation", "says"),
    [
        ("{ me {", "Syntax Error"),
        ("{ nobody }", "Cannot query field 'nobody'"),
        ("query A { me { id } } query B { me { id } }", "several operations"),
    ],
)
def test_what_is_wrong_goes_to_standard_error(app: typer.Typer, operation: str, says: str) -> None:
    code, out, err = run(app, operation)
    assert code == 1
    assert not out
    assert says in err


def test_a_missing_supergraph(app: typer.Typer, tmp_path: Path) -> None:
    code, _out, err = run(app, "{ a }", supergraph=tmp_path / "none.graphql")
    assert code == 1
    assert "none.graphql" in err


def test_a_file_that_is_missing_is_named(app: typer.Typer, tmp_path: Path) -> None:
    missing = tmp_path / "missing.graphql"
    code, _out, err = run(app, "{ me { name } }", supergraph=missing)
    assert code == 1
    assert err == f"cannot read {missing}: No such file or directory\n"
