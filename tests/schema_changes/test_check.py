"""`c2c schema check`, `diff` and `lint` as a schema's owner runs them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.schema import app
from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource

OLD = "type Query { a: Int b: Int c(x: E): T } type T { d: Int e: Int } enum E { X Y }"
NEW = "type Query { a: Int c(x: E): T } type T { d: Int } enum E { X }"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, Path]:
    (tmp_path / "old.graphql").write_text(OLD)
    (tmp_path / "new.graphql").write_text(NEW)
    return str(tmp_path / "old.graphql"), str(tmp_path / "new.graphql"), tmp_path / "usage.jsonl"


def check(
    files: tuple[str, str, Path], lines: list[object]
) -> tuple[int, dict[str, dict[str, object]]]:
    old, new, usage = files
    usage.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    )
    arguments = ["check", old, new, "--usage", str(usage), "--format", "json"]
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, {change["coordinate"]: change for change in json.loads(result.stdout)}


def seen(query: str, days_ago: float, client: str = "portal") -> dict[str, object]:
    time = datetime.now(UTC) - timedelta(days=days_ago)
    return {
        "query": query,
        "operationName": "Op",
        "client": client,
        "timestamp": time.isoformat(),
    }


def test_what_nobody_asks_for_is_safe_to_remove(files: tuple[str, str, Path]) -> None:
    status, changes = check(files, [seen("{ a }", 1), seen("{ b }", 31)])
    assert status == 0
    assert {change["severity"] for change in changes.values()} == {"SAFE"}
    assert changes["Query.b"]["verdict"] == "Nobody used Query.b in the last 30 days."


def test_what_is_in_use_names_operations_and_clients(files: tuple[str, str, Path]) -> None:
    lines: list[object] = [
        seen("query Op { c(x: Y) { e } }", 2, "approvals"),
        seen("query Op { c(x: Y) { e } }", 3, "approvals"),
        seen("query Op { ...F } fragment F on Query { b }", 1),
    ]
    status, changes = check(files, lines)
    assert status == 1
    assert changes["T.e"]["used_by"] == [{"operation": "Op", "client": "approvals", "count": 2}]
    assert changes["Query.b"]["severity"] == "BREAKING"
    assert changes["E.Y"]["severity"] == "BREAKING"


@pytest.mark.parametrize(
    ("old", "new", "query"),
    [
        # Whoever leaves out an argument gets its new default, or is refused from now on.
        ("type Query { f(x: Int = 1): Int }", "type Query { f(x: Int = 2): Int }", "{ f }"),
        ("type Query { f(x: Int): Int }", "type Query { f(x: Int!): Int }", "{ f }"),
        ("type Query { f: Int }", "type Query { f(x: Int!): Int }", "{ f }"),
        # What a variable holds is not in the operation.
        (
            "type Query { f(o: O): Int } input O { i: [I!] } input I { x: Int y: Int }",
            "type Query { f(o: O): Int } input O { i: [I!] } input I { x: Int }",
            "query Op($o: O) { f(o: $o) }",
        ),
        (
            "type Query { f(o: O): Int } input O { e: E } enum E { A B }",
            "type Query { f(o: O): Int } input O { e: E } enum E { A }",
            "query Op($o: O) { f(o: $o) }",
        ),
        (
            "type Query { f(o: O): Int } input O { x: Int }",
            "type Query { f(o: O): Int } input O { x: Int y: Int! }",
            "query Op($o: O) { f(o: $o) }",
        ),
        # A selection on an interface no longer meets the type.
        (
            "type Query { i: I } interface I { x: Int } type A implements I { x: Int }",
            "type Query { i: I } interface I { x: Int } type A { x: Int }",
            "{ i { x } }",
        ),
        # Arguments of directives are used where the directive is.
        (
            "directive @d(x: Int) on FIELD type Query { f: Int }",
            "directive @d(y: Int) on FIELD type Query { f: Int }",
            "{ f @d(x: 1) }",
        ),
    ],
)
def test_whoever_feels_a_change_counts_as_using_it(
    tmp_path: Path, old: str, new: str, query: str
) -> None:
    files = tmp_path / "old.graphql", tmp_path / "new.graphql", tmp_path / "usage.jsonl"
    for file, text in zip(files, (old, new, json.dumps(seen(query, 1))), strict=True):
        file.write_text(text)
    result = CliRunner().invoke(
        app, ["check", *map(str, files[:2]), "--usage", str(files[2]), "--format", "json"]
    )
    felt = [change for change in json.loads(result.stdout) if change["severity"] != "SAFE"]
    assert len(felt) == 1
    assert felt[0]["used_by"] == [{"operation": "Op", "client": "portal", "count": 1}]


def test_the_gateways_own_usage_lines_are_read(files: tuple[str, str, Path]) -> None:
    line = {
        "operation": "Weekly",
        "client": "report",
        "count": 7,
        "last": datetime.now(UTC).isoformat(),
        "coordinates": ["Query.b"],
    }
    status, changes = check(files, [line])
    assert status == 1
    assert changes["Query.b"]["used_by"] == [
        {"operation": "Weekly", "client": "report", "count": 7}
    ]


def test_unreadable_lines_are_counted_not_fatal(files: tuple[str, str, Path]) -> None:
    old, new, usage = files
    readable = json.dumps(seen("{ a }", 1))
    usage.write_text(
        'not json\n{"query": "{ broken"}\n[]\n' + "[" * 100_000 + "\n" + readable + "\n"
    )
    result = CliRunner().invoke(app, ["check", old, new, "--usage", str(usage)])
    assert "4 lines" in result.stderr
    assert result.exit_code == 0


def test_diff_fails_on_a_breaking_change(files: tuple[str, str, Path]) -> None:
    result = CliRunner().invoke(app, ["diff", *files[:2]])
    assert result.exit_code == 1
    assert "FIELD_REMOVED" in result.stdout
    assert "3 breaking" in result.stdout


def test_a_file_that_is_no_schema_is_refused(files: tuple[str, str, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.graphql"
    broken.write_bytes(b"\xff\xfe type Query {")
    result = CliRunner().invoke(app, ["diff", str(broken), files[1]])
    assert result.exit_code == 2
    assert "is not a usable schema" in result.stderr


def test_lint_reports_rules_with_lines_and_obeys_its_configuration(tmp_path: Path) -> None:
    schema = tmp_path / "s.graphql"
    schema.write_text(
        "type Query {\n  getUser: bad_name\n  old: Int @deprecated\n}\ntype bad_name { id: ID }\n"
    )
    result = CliRunner().invoke(app, ["lint", str(schema)])
    assert result.exit_code == 1
    assert f"{schema}:5 error type-names-pascal-case" in result.stdout
    assert f"{schema}:2 warn query-fields-without-verbs" in result.stdout
    assert "deprecations-have-reasons" in result.stdout
    config = tmp_path / "lint.yaml"
    config.write_text("rules:\n  type-names-pascal-case: off\n  deprecations-have-reasons: warn\n")
    result = CliRunner().invoke(app, ["lint", str(schema), "--config", str(config)])
    assert result.exit_code == 0
    assert "type-names-pascal-case" not in result.stdout


def test_lint_names_the_nearest_rule(tmp_path: Path) -> None:
    schema, config = tmp_path / "s.graphql", tmp_path / "lint.yaml"
    schema.write_text("type Query { a: Int }")
    config.write_text("rules: {type-names-pascal: warn}")
    result = CliRunner().invoke(app, ["lint", str(schema), "--config", str(config)])
    assert result.exit_code == 2
    assert 'Did you mean "type-names-pascal-case"?' in result.stderr


def test_nothing_is_concluded_from_a_file_that_is_no_usage_file(
    files: tuple[str, str, Path],
) -> None:
    old, new, usage = files
    usage.write_text("# Notes\n\nnothing of use\n")
    result = CliRunner().invoke(app, ["check", old, new, "--usage", str(usage)])
    assert result.exit_code == 2
    assert "is a usage record or an operation" in result.stderr
    assert '{"query": "{ me { id } }"}' in result.stderr


def test_nothing_is_concluded_from_an_empty_file(files: tuple[str, str, Path]) -> None:
    old, new, usage = files
    usage.write_text("\n")
    result = CliRunner().invoke(app, ["check", old, new, "--usage", str(usage)])
    assert result.exit_code == 2
    assert "does not hold a usage record" in result.stderr


def test_a_file_that_ends_before_the_days_that_count_is_told(files: tuple[str, str, Path]) -> None:
    old, new, usage = files
    usage.write_text('{"query": "{ b }", "timestamp": "2025-03-01T10:00:00Z"}\n')
    result = CliRunner().invoke(app, ["check", old, new, "--usage", str(usage)])
    assert result.exit_code == 0
    assert "has no usage of the last 30 days, only until 2025-03-01" in result.stderr


_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
_SUBGRAPH = _LINK + (
    "extend type Query {\n  me: User\n}\n"
    'extend type User @key(fields: "id") {\n  id: ID!\n  old: Int @deprecated\n}\n'
)


def test_a_subgraph_is_linted_with_the_lines_of_its_extensions(tmp_path: Path) -> None:
    schema = tmp_path / "users.graphql"
    schema.write_text(_SUBGRAPH)
    result = CliRunner().invoke(app, ["lint", str(schema)])
    assert f"{schema}:7 error deprecations-have-reasons" in result.stdout
    assert f"{schema}:5 warn descriptions-on-types: The type User" in result.stdout


def test_subgraphs_are_compared_by_their_own_types(tmp_path: Path) -> None:
    """One that links federation, and one of Federation 1, which need not."""
    old, new = tmp_path / "old.graphql", tmp_path / "new.graphql"
    old.write_text(_SUBGRAPH)
    new.write_text(
        'extend type Query { me: User } extend type User @key(fields: "id") { id: ID! @external }'
    )
    result = CliRunner().invoke(app, ["diff", str(old), str(new)])
    assert result.exit_code == 1
    assert "The deprecated field User.old was removed." in result.stdout
    assert "1 breaking, 0 dangerous, 0 safe changes" in result.stdout


def test_an_unknown_directive_is_still_a_fault_of_a_plain_schema(tmp_path: Path) -> None:
    schema = tmp_path / "s.graphql"
    schema.write_text("type Query { a: Int @mine }")
    result = CliRunner().invoke(app, ["lint", str(schema)])
    assert result.exit_code == 2
    assert "Unknown directive '@mine'" in result.stderr


def test_a_supergraph_is_linted_with_its_own_lines(tmp_path: Path) -> None:
    schema = tmp_path / "supergraph.graphql"
    sdl = _SUBGRAPH.replace("extend type User", "type User")
    source = SubgraphSource("users", "http://users.test", sdl)
    text = compose([source]).supergraph_sdl
    assert text is not None
    schema.write_text(text)
    line = text[: text.index("  old: Int")].count("\n") + 1
    result = CliRunner().invoke(app, ["lint", str(schema)])
    assert f"{schema}:{line} error deprecations-have-reasons" in result.stdout
    assert f"{schema}:0 " not in result.stdout
