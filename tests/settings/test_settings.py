"""One settings value: notations, the environment, and mistakes with their places."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
import typer
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from typer.testing import CliRunner

from gateway.cli.config import app
from gateway.settings import Mode, Settings, SettingsError, json_schema, parse_settings
from gateway.settings.known_elsewhere import HERE
from gateway.settings.values import parse_duration, parse_percentage, parse_size

EXAMPLE = """
supergraph: {path: schema/supergraph.graphql, introspection: false, defer_support: true}
traffic_shaping:
  router: {timeout: 60s, concurrency_limit: 200, global_rate_limit: {capacity: 500, interval: 1s}}
  all:
    timeout: 30s
    deduplicate_query: true
    retry: {enabled: true, max_attempts: 3, interval: 100ms, max_duration: 5s}
    circuit_breaker: {error_threshold: 50%, volume_threshold: 20, reset_timeout: 30s}
  subgraphs:
    billing: {timeout: 500ms, retry: {max_attempts: 1}}
headers:
  all:
    request:
      - propagate: {named: x-tenant}
      - insert: {name: x-a, value: b}
      - remove: {named: x-b}
authentication: {jwt: {jwks: [{url: "https://id.example/keys", issuers: [a], poll_interval: 60s}]}}
authorization: {require_authentication: false, directives: {enabled: true, dry_run: false}}
limits: {max_depth: 15, max_aliases: null, http_max_request_bytes: 2MB}
demand_control: {enabled: true, mode: measure, strategy: {static_estimated: {list_size: 10}}}
cors: {policies: [{origins: ["https://app.example"], allow_credentials: true}]}
csrf: {enabled: true}
include_subgraph_errors: {all: false, subgraphs: {billing: true}}
"""


def test_a_whole_file() -> None:
    read = parse_settings(EXAMPLE, {})
    assert read.traffic_shaping.of("billing").timeout == 0.5
    assert read.traffic_shaping.of("billing").retry.max_attempts == 1
    assert read.traffic_shaping.of("project").timeout == 30
    assert read.traffic_shaping.all.circuit_breaker.error_threshold == 0.5
    assert read.limits.max_aliases is None
    assert read.limits.http_max_request_bytes == 2_000_000
    assert read.include_subgraph_errors.of("billing")
    assert not read.include_subgraph_errors.of("project")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().mode = Mode.DEVELOPMENT  # type: ignore[misc]


def test_an_empty_file_means_the_defaults_and_these_are_safe() -> None:
    read = parse_settings("", {})
    assert read == Settings()
    assert not read.introspection
    assert not read.graphiql_enabled
    assert not read.plan_exposed
    assert not read.batching.enabled
    assert read.csrf.enabled
    assert not read.include_subgraph_errors.all


def test_development_turns_on_what_is_not_set() -> None:
    read = parse_settings("{mode: development, supergraph: {introspection: false}}", {})
    assert not read.introspection
    assert read.graphiql_enabled
    assert read.plan_exposed


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("limitss: {}", 1, 1, "limitss: unknown key; did you mean `limits`?"),
        ("\nlimits:\n  max_dept: 3", 3, 3, "did you mean `max_depth`?"),
        ("cors:\n  policies:\n    - origin: [a]", 3, 7, "did you mean `origins`?"),
        ("cors: {zzz: 1}", 1, 8, "known here: allow_any_origin, policies"),
        (
            "traffic_shaping:\n  subgraphs:\n    a: {timout: 3s}",
            3,
            9,
            "traffic_shaping.subgraphs.a.timout: unknown key; did you mean `timeout`?",
        ),
        ("traffic_shaping: {all: {timeout: 3}}", 1, 34, "a duration is a number with a unit"),
        ("limits: {max_depth: 0}", 1, 21, "greater than or equal to 1"),
        ("limits: {max_depth: deep}", 1, 21, "valid integer"),
        ("authentication:\n  jwt: {}", 2, 8, "authentication.jwt.jwks: this key is required"),
        ("headers: {all: {request: [{}]}}", 1, 27, "exactly one of"),
        ("limits: {max_depth: 1, max_depth: 2}", 1, 24, "stands twice"),
        ("limits: [", 1, 10, "not valid YAML"),
        ("supergraph: {path: '${env.NOWHERE}'}", 1, 20, "NOWHERE is not there"),
        ("supergraph: {path: '${file./nowhere}'}", 1, 20, "/nowhere is not there"),
        ("apq: {}", 1, 1, "apq: unknown key; here it is persisted_documents.apq"),
        ("telemetry:\n  exporters: {}", 2, 3, "here it is telemetry.tracing.exporters"),
        ("rhai: {}", 1, 1, "unknown key; this gateway runs no code of others"),
        ("mode: !!bool maybe", 1, 7, "cannot be read"),
        ("mode: !unknown x", 1, 7, "cannot be read"),
        ("mode: !!timestamp 2001-99-99", 1, 7, "cannot be read"),
        ("- a", 1, 1, ""),
    ],
)
def test_mistakes_have_their_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_settings(text, {})
    mistake = refused.value.mistakes[0]
    assert (mistake.line, mistake.column) == (line, column)
    assert message in str(mistake)


def test_all_mistakes_are_reported_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        parse_settings("limits: {max_dept: 3}\nmode: dev\ncsrf: {enabled: maybe}", {})
    assert len(refused.value.mistakes) == 3


@pytest.mark.parametrize(
    ("text", "environment", "path"),
    [
        ("${env.A}", {"A": "x"}, "x"),
        ("${env.A:-d}", {"A": "x"}, "x"),
        ("${env.A:-d}", {}, "d"),
        ("${env.A:-d}", {"A": ""}, "d"),
        ("${env.A:-}", {}, ""),
        ("a/${env.A}/${env.B:-b}", {"A": "x"}, "a/x/b"),
        ("$${plain}", {}, "$${plain}"),
    ],
)
def test_strings_may_come_from_the_environment(
    text: str, environment: dict[str, str], path: str
) -> None:
    read = parse_settings(f"supergraph: {{path: '{text}'}}", environment)
    assert read.supergraph.path == path


def test_numbers_and_switches_may_come_from_the_environment() -> None:
    text = "limits:\n  max_depth: ${env.DEPTH}\ncsrf:\n  enabled: ${env.CSRF:-false}"
    read = parse_settings(text, {"DEPTH": "7"})
    assert read.limits.max_depth == 7
    assert not read.csrf.enabled


def test_strings_may_come_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("swordfish\n")
    read = parse_settings(
        f"authentication: {{signed_caller: {{secret: '${{file.{secret}}}'}}}}", {}
    )
    assert read.authentication.signed_caller is not None
    assert read.authentication.signed_caller.secret == "swordfish"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("30s", 30), ("1.5s", 1.5), ("2m", 120), ("1h", 3600), ("1d", 86400)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["30", "s", "-1s", "1 s", "1w", "", 30, True, None, "1s\n"])
def test_durations_without_a_unit_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


def test_percentages_and_sizes() -> None:
    assert parse_percentage("12.5%") == 0.125
    assert parse_percentage(0.3) == 0.3
    assert parse_size("64KiB") == 65536
    assert parse_size(10) == 10
    for bad in ("150%", 2, True, "half"):
        with pytest.raises(ValueError, match=r"percent|float"):
            parse_percentage(bad)
    with pytest.raises(ValueError, match="size"):
        parse_size("2 MB")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        parse_settings(text, {})
    except SettingsError as error:
        assert all(mistake.line >= 1 for mistake in error.mistakes)


def test_the_json_schema_accepts_what_the_gateway_accepts() -> None:
    validator = jsonschema_rs.validator_for(json_schema())
    assert validator.is_valid(yaml.safe_load(EXAMPLE))
    assert not validator.is_valid({"limits": {"max_dept": 1}})
    assert not validator.is_valid({"traffic_shaping": {"all": {"timeout": 3}}})
    assert not validator.is_valid({"traffic_shaping": {"all": {"timeout": "3 s"}}})


def test_every_setting_is_described() -> None:

    for name, definition in json_schema()["$defs"].items():
        assert definition.get("description") or definition.get("enum"), name


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit | typer.Exit)
    return result.exit_code, result.output


def test_the_command_names_line_and_nearest_key(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(EXAMPLE)
    bad.write_text("mode: production\nlimits:\n  max_dept: 3\n")
    assert run("validate", str(good)) == (0, f"{good}: valid (production mode)\n")
    code, output = run("validate", str(bad))
    assert code == 1
    assert "line 3, column 3: limits.max_dept: unknown key; did you mean `max_depth`?" in output


def test_the_command_prints_the_schema() -> None:
    code, output = run("schema")
    assert code == 0
    assert json.loads(output)["properties"].keys() >= {"supergraph", "limits", "cors"}


def test_an_address_without_a_port_is_a_mistake_before_the_start() -> None:
    with pytest.raises(SettingsError, match=r"line 1, column 22: supergraph\.listen: "):
        parse_settings('supergraph: {listen: "127.0.0.1:abc"}', {})
    assert parse_settings('supergraph: {listen: "[::1]:4000"}', {}).supergraph.listen


def exists(path: str) -> bool:
    """Whether the settings have a key of this path."""
    schema = json_schema()
    place = schema
    for part in path.removesuffix("[]").replace("[]", "").split("."):
        options = [place, *place.get("anyOf", ()), place.get("items", {})]
        options = [schema["$defs"][o["$ref"].split("/")[-1]] if "$ref" in o else o for o in options]
        found = [
            option["properties"][part] for option in options if part in option.get("properties", {})
        ]
        if not found:
            return False
        place = found[0]
    return True


def test_what_is_said_of_other_gateways_terms_is_true() -> None:
    """No term of another gateway hides a key of ours, and whatever is named instead exists."""
    for path, here in HERE.items():
        assert not exists(path), path
        for named in re.findall(r"[a-z0-9_]+(?:\[\])?(?:\.[a-z0-9_]+(?:\[\])?)+", here or ""):
            assert exists(named), named
