"""`c2c compose`: configuration, sources, output, diagnostics and exit status."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli.main import build
from tests.composition.harness import header

_A = header() + 'type Query { t: T }\ntype T @key(fields: "id") { id: ID! a: Int }\n'
_B = header() + 'type T @key(fields: "id") { id: ID! b: Int }\n'
_BROKEN = header() + "type T { id: ID! a: Int }\n"


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(build(["compose"]), ["compose", *arguments])


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "a.graphql").write_text(_A)
    (tmp_path / "b.graphql").write_text(_B)
    path = tmp_path / "supergraph.yaml"
    path.write_text(
        "federation_version: =2.9.0\n"
        "subgraphs:\n"
        "  a:\n    routing_url: http://a.test\n    schema: {file: ./a.graphql}\n"
        "  b:\n    routing_url: ${env.B_URL:-http://b.test}\n    schema: {file: ./b.graphql}\n"
    )
    return path


def test_a_configuration_composes_into_a_file(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "deep" / "supergraph.graphql"
    result = _invoke("--config", str(config), "--output", str(output))
    assert result.exit_code == 0, result.output
    text = output.read_text()
    assert 'B @join__graph(name: "b", url: "http://b.test")' in text
    assert result.stdout == ""


def test_subgraphs_given_one_by_one_go_to_standard_output(config: Path) -> None:
    folder = config.parent
    result = _invoke(
        "--subgraph",
        f"a=http://a.test/?x=1={folder / 'a.graphql'}",
        "--subgraph",
        f"b=http://b.test={folder / 'b.graphql'}",
    )
    assert result.exit_code == 0, result.output
    assert 'A @join__graph(name: "a", url: "http://a.test/?x=1")' in result.stdout


def test_errors_name_code_place_and_mend(config: Path) -> None:
    (config.parent / "b.graphql").write_text(_BROKEN)
    result = _invoke("--config", str(config))
    assert result.exit_code == 1
    assert "error[INVALID_FIELD_SHARING]: " in result.stderr
    assert "b.graphql:2:18" in result.stderr
    assert "  mend: Mark the field `@shareable`" in result.stderr
    assert result.stdout == ""


def test_what_will_show_next_is_printed_under_its_own_heading(config: Path) -> None:
    (config.parent / "a.graphql").write_text(_A + "input I { x: Int = 1 }\n")
    (config.parent / "b.graphql").write_text(_B + "input I { x: Int = 2 }\n")
    broken = config.parent / "c.graphql"
    broken.write_text(header() + 'type U @key(fields: "nope") { u: ID }\n')
    arguments = ("--config", str(config), "--subgraph", f"c=http://c.test={broken}")
    result = _invoke(*arguments)
    assert result.exit_code == 1
    before, heading, after = result.stderr.partition("These stand already, and will show once")
    assert heading
    assert "error[KEY_INVALID_FIELDS]: " in before
    assert "error[INPUT_FIELD_DEFAULT_MISMATCH]: " in after
    assert result.stderr.endswith("1 error, and 1 further: no supergraph.\n")
    document = json.loads(_invoke(*arguments, "--format", "json").stdout)
    assert [item["code"] for item in document["errors"]] == ["KEY_INVALID_FIELDS"]
    assert [item["code"] for item in document["further_errors"]] == ["INPUT_FIELD_DEFAULT_MISMATCH"]


def test_the_bound_of_the_search_can_be_set(config: Path) -> None:
    assert _invoke("--config", str(config), "--max-paths", "3").exit_code == 0
    result = _invoke("--config", str(config), "--max-paths", "1")
    assert result.exit_code == 1
    assert "error[MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED]: " in result.stderr
    assert "--max-paths" in result.stderr


def test_a_place_names_its_subgraph(config: Path) -> None:
    (config.parent / "b.graphql").write_text(_BROKEN)
    result = _invoke("--config", str(config))
    assert 'b.graphql:2:18 in subgraph "b"\n' in result.stderr


@pytest.mark.parametrize("output_format", ["text", "json"])
def test_a_supergraph_that_cannot_be_written_is_an_error(
    config: Path, tmp_path: Path, output_format: str
) -> None:
    arguments = ("--config", str(config), "--output", str(tmp_path), "--format", output_format)
    result = _invoke(*arguments)
    assert result.exit_code == 2
    assert f"error: cannot write {tmp_path}: Is a directory" in result.stderr
    if output_format == "json":
        assert json.loads(result.stdout)["errors"][0]["code"] == "INVALID_INPUT"


def test_a_configuration_that_is_no_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    config = tmp_path / "supergraph.yaml"
    config.write_text("subgraphs:\n  a: [\n")
    result = _invoke("--config", str(config))
    assert result.exit_code == 2
    assert f"{config}:3 is not valid YAML: expected the node content" in result.stderr


def test_a_misspelt_tag_is_told_even_without_hints(config: Path) -> None:
    """What it was to hide is in the public schema."""
    result = _invoke("--config", str(config), "--exclude-tag", "intrenal")
    assert result.exit_code == 0
    assert 'warn[CONTRACT_TAG_UNKNOWN]: No element carries the tag "intrenal"' in result.stderr


def test_warnings_are_counted_where_hints_are_not_shown(config: Path) -> None:
    for name, text in (("a", _A), ("b", _B)):
        given = f'{text}"""Of {name}."""\nscalar S\n'
        (config.parent / f"{name}.graphql").write_text(given)
    result = _invoke("--config", str(config))
    assert result.exit_code == 0
    assert result.stderr == "1 warning: --hints shows what they say.\n"
    shown = _invoke("--config", str(config), "--hints").stderr
    assert "warn[INCONSISTENT_DESCRIPTION]" in shown
    assert "--hints" not in shown


def test_json_carries_everything(config: Path) -> None:
    (config.parent / "b.graphql").write_text(_BROKEN)
    result = _invoke("--config", str(config), "--format", "json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["success"] is False
    problem = document["errors"][0]
    assert problem["code"] == "INVALID_FIELD_SHARING"
    assert problem["subgraphs"] == ["a", "b"]
    assert {place["line"] for place in problem["locations"]} == {2, 3}
    (config.parent / "b.graphql").write_text(_B)
    document = json.loads(_invoke("--config", str(config), "--format", "json").stdout)
    assert document["success"] is True
    assert document["supergraph_sdl"].startswith("schema\n")


def test_contracts_are_chosen_by_tags(config: Path) -> None:
    (config.parent / "b.graphql").write_text(_B.replace("b: Int", 'b: Int @tag(name: "x")'))
    result = _invoke("--config", str(config), "--exclude-tag", "x")
    assert 'b: Int @join__field(graph: B) @tag(name: "x") @inaccessible' in result.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("subgraphs: [", "is not valid YAML"),
        ("subgraphs: []", 'has no mapping "subgraphs"'),
        ("subgraphs: {a: {routing_url: x}}", 'subgraph "a" has no mapping "schema"'),
        ("subgraphs: {a: {schema: {}}}", 'needs "file", "sdl" or "subgraph_url"'),
        ("subgraphs: {a: {schema: {file: missing.graphql}}}", "cannot read"),
        ("subgraphs: {a: {routing_url: '${env.NO_SUCH}', schema: {sdl: ''}}}", '"NO_SUCH"'),
    ],
)
def test_a_faulty_configuration_is_named(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "supergraph.yaml"
    path.write_text(content)
    result = _invoke("--config", str(path))
    assert result.exit_code == 2
    assert message in result.stderr.replace("\n", " ")


def test_without_subgraphs_it_says_how_to_give_them() -> None:
    result = _invoke()
    assert result.exit_code == 2
    assert "--subgraph NAME=URL=FILE" in result.stderr


class _Subgraph(BaseHTTPRequestHandler):
    answer: bytes = b""
    status: int = 200

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        body = json.loads(self.rfile.read(length))
        assert "_service" in body["query"]
        self.send_response(self.status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def running_subgraph() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Subgraph)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_running_subgraph_tells_its_schema(running_subgraph: HTTPServer, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{running_subgraph.server_port}/graphql"
    path = tmp_path / "supergraph.yaml"
    path.write_text(f"subgraphs: {{a: {{schema: {{subgraph_url: '{url}'}}}}}}")
    _Subgraph.answer = json.dumps({"data": {"_service": {"sdl": _A}}}).encode()
    result = _invoke("--config", str(path))
    assert result.exit_code == 0, result.output
    assert f'url: "{url}"' in result.stdout
    _Subgraph.answer = b'{"errors": [{"message": "no"}]}'
    result = _invoke("--config", str(path))
    assert result.exit_code == 2
    assert "does not answer _service" in result.stderr


def test_a_running_subgraph_that_wants_to_know_the_caller_is_told_of(
    running_subgraph: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://127.0.0.1:{running_subgraph.server_port}/graphql"
    path = tmp_path / "supergraph.yaml"
    path.write_text(f"subgraphs: {{a: {{schema: {{subgraph_url: '{url}'}}}}}}")
    monkeypatch.setattr(_Subgraph, "status", 401)
    result = _invoke("--config", str(path), "--format", "json")
    assert result.exit_code == 2
    (error,) = json.loads(result.stdout)["errors"]
    assert error["code"] == "INVALID_INPUT"
    assert f'"a" at {url} answered 401 Unauthorized' in error["message"]
    assert "introspection_headers" in error["message"]


def test_a_subgraph_without_an_address_is_refused(config: Path) -> None:
    config.write_text("subgraphs:\n  a: {routing_ur: http://a, schema: {file: ./a.graphql}}\n")
    result = _invoke("--config", str(config))
    assert result.exit_code == 2
    assert 'subgraph "a" has no "routing_url"' in result.stderr
