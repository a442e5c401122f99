"""`c2c documents`: manifests are built from sources, checked against schemas, and published."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gateway.cli.documents import app
from gateway.document.persisted import read_manifest
from tests.server.gateway_kit import deployed, reviews, supergraph_of, users


@pytest.fixture
def supergraph(tmp_path: Path) -> Path:
    path = tmp_path / "supergraph.graphql"
    path.write_text(supergraph_of([users(), reviews()]))
    return path


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "operations"
    (folder / "deep").mkdir(parents=True)
    (folder / "me.graphql").write_text("query Me { me { ...Person } }")
    (folder / "deep" / "users.gql").write_text("query Users { users { ...Person id } }")
    (folder / "person.graphql").write_text("fragment Person on User { name }")
    (folder / "notes.txt").write_text("not an operation")
    return folder


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SystemExit | typer.Exit)
    return result.exit_code, result.output


def build(sources: Path, supergraph: Path, output: Path) -> tuple[int, str]:
    return run("build", sources, "--supergraph", supergraph, "--output", output)


async def test_a_built_manifest_is_served_in_the_strict_mode(
    tmp_path: Path, sources: Path, supergraph: Path
) -> None:
    output = tmp_path / "manifest.json"
    assert build(sources, supergraph, output) == (0, f"{output}: 2 document(s)\n")
    content = json.loads(output.read_text())
    assert [each["name"] for each in content["operations"]] == ["Me", "Users"]
    entry = content["operations"][0]
    assert entry["type"] == "query"
    assert entry["id"] == hashlib.sha256(entry["body"].encode()).hexdigest()
    settings = {"persisted_documents": {"manifest": str(output), "strict": True}}
    async with deployed(settings) as gateway:
        response = await gateway.post(documentId=entry["id"])
    assert response.json() == {"data": {"me": {"name": "Ada"}}}


def test_the_same_sources_give_the_same_manifest(
    tmp_path: Path, sources: Path, supergraph: Path
) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    build(sources, supergraph, one)
    (sources / "me.graphql").write_text("query   Me{me{...Person}}")
    build(sources, supergraph, two)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("query Bad { nothing }", "Cannot query field 'nothing'"),
        ("query Bad {", "bad.graphql:1: Syntax Error"),
        ("{ me { id } }", "an operation has no name"),
        ("query Me { me { id } }", "another definition has the name 'Me'"),
        ("query Bad { me { ...Nobody } }", "Unknown fragment 'Nobody'"),
        ("query Bad { ...Loop } fragment Loop on Query { ...Loop }", "spreads itself"),
    ],
)
def test_bad_sources_are_named_and_nothing_is_written(
    tmp_path: Path, sources: Path, supergraph: Path, text: str, message: str
) -> None:
    (sources / "bad.graphql").write_text(text)
    output = tmp_path / "manifest.json"
    code, printed = build(sources, supergraph, output)
    assert code == 1
    assert message in printed
    assert not output.exists()


def test_no_operations_at_all(tmp_path: Path, supergraph: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, printed = build(tmp_path / "empty", supergraph, tmp_path / "manifest.json")
    assert (code, "no operations" in printed) == (1, True)


def test_checking_against_a_schema_that_has_changed(
    tmp_path: Path, sources: Path, supergraph: Path
) -> None:
    output = tmp_path / "manifest.json"
    build(sources, supergraph, output)
    assert run("check", output, "--supergraph", supergraph)[0] == 0
    smaller = users()
    smaller.sdl = smaller.sdl.replace("  me: User\n", "")
    supergraph.write_text(supergraph_of([smaller, reviews()]))
    code, printed = run("check", output, "--supergraph", supergraph)
    assert code == 1
    assert "Me (" in printed
    assert "Cannot query field 'me'" in printed


def test_checking_against_the_gateways_limits(
    tmp_path: Path, sources: Path, supergraph: Path
) -> None:
    output, config = tmp_path / "manifest.json", tmp_path / "gateway.yaml"
    config.write_text("limits: {max_depth: 1}")
    build(sources, supergraph, output)
    code, printed = run("check", output, "--supergraph", supergraph, "--config", config)
    assert code == 1
    assert "depth is 2" in printed


def test_publishing_keeps_what_earlier_clients_use(
    tmp_path: Path, sources: Path, supergraph: Path
) -> None:
    first, second, served = (tmp_path / f"{name}.json" for name in ("first", "second", "served"))
    build(sources, supergraph, first)
    (sources / "me.graphql").write_text("query Me { me { ...Person id } }")
    build(sources, supergraph, second)
    code, printed = run("publish", first, "--into", served, "--supergraph", supergraph)
    assert (code, printed) == (0, f"{served}: 2 document(s) added, 2 in all\n")
    code, printed = run("publish", second, "--into", served, "--supergraph", supergraph)
    assert (code, printed) == (0, f"{served}: 1 document(s) added, 3 in all\n")
    known = read_manifest(served).documents.keys()
    assert known == read_manifest(first).documents.keys() | read_manifest(second).documents.keys()


def test_unreadable_files_are_reported(tmp_path: Path, supergraph: Path) -> None:
    broken = tmp_path / "manifest.json"
    broken.write_text("{")
    code, printed = run("check", broken, "--supergraph", supergraph)
    assert (code, "not JSON" in printed) == (1, True)
    code, printed = run("check", broken, "--supergraph", broken)
    assert code == 1
