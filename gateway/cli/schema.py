"""`c2c schema`: look at a schema, compare two, weigh a change against real usage, lint."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import yaml
from graphql import GraphQLSchema, print_schema
from rich.console import Console
from rich.markup import escape

from gateway.cli.schema_files import SchemaText, UnusableSchemaError, read_schema
from gateway.schema_changes.change import Change, Severity
from gateway.schema_changes.diff import diff
from gateway.schema_changes.weigh import weigh
from gateway.schema_lint.finding import Finding, Level
from gateway.schema_lint.lint import UnknownRuleError, lint
from gateway.usage.records import read_usage, since

_USAGE_FORM = (
    "Each line has to be a JSON object: one that the gateway wrote (telemetry.usage.path in its"
    ' configuration), or {"query": "{ me { id } }"}, where "operationName", "client" and'
    ' "timestamp" may stand beside the query.'
)
app = typer.Typer(no_args_is_help=True, help="Show, compare, check and lint schemas.")


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


SchemaFile = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, help="A supergraph, a subgraph or a plain schema (SDL)."
    ),
]
ReportFormat = Annotated[Format, typer.Option("--format", help="text for people, json for tools.")]


@app.command()
def public(
    supergraph: Annotated[
        Path, typer.Option("--supergraph", exists=True, dir_okay=False, help="Supergraph file.")
    ],
) -> None:
    """Print the public (API) schema of a supergraph: what clients see."""
    typer.echo(print_schema(_load(supergraph)))


@app.command(name="diff")
def diff_command(old: SchemaFile, new: SchemaFile, format: ReportFormat = Format.TEXT) -> None:
    """List every change from OLD to NEW. The exit status is 1 when one of them is breaking."""
    _report(diff(_load(old), _load(new)), format)


@app.command()
def check(
    old: SchemaFile,
    new: SchemaFile,
    usage: Annotated[
        Path,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Usage file of the gateway, or a log of operations: a line each of JSON,"
            ' {"query": ..., "operationName": ..., "client": ..., "timestamp": ...}.',
        ),
    ],
    days: Annotated[int, typer.Option(min=1, help="Usage older than this does not count.")] = 30,
    format: ReportFormat = Format.TEXT,
) -> None:
    """Weigh the changes from OLD to NEW against real usage.

    A removed field that nobody asked for is safe to remove; one in use lists its operations and
    clients. The exit status is 1 when a breaking change is in use.
    """
    before, after = _load(old), _load(new)
    with usage.open(encoding="utf-8", errors="replace") as lines:
        reading = read_usage(lines, before)
    # "Nobody uses it" must not be concluded from a file that says nothing.
    if not reading.records:
        what = (
            f"none of its {reading.unusable} lines is" if reading.unusable else "it does not hold"
        )
        _fail(f"{usage}: {what} a usage record or an operation. {_USAGE_FORM}")
    if reading.unusable:
        typer.echo(f"{reading.unusable} lines of {usage} could not be read.", err=True)
    recent = list(since(reading.records, datetime.now(UTC) - timedelta(days=days)))
    if not recent:
        last = max(record.last for record in reading.records)
        typer.echo(
            f"{usage} has no usage of the last {days} days, only until {last:%Y-%m-%d}: everything"
            " looks unused.",
            err=True,
        )
    _report(weigh(diff(before, after), recent, days), format)


@app.command(name="lint")
def lint_command(
    schema: SchemaFile,
    config: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="YAML: {rules: {NAME: error|warn|off}}."),
    ] = None,
    format: ReportFormat = Format.TEXT,
) -> None:
    """Check naming, descriptions and deprecations. The exit status is 1 on an error."""
    file = _read(schema)
    findings = sorted(
        replace(finding, line=file.lines.get(finding.coordinate, 0))
        if not finding.line
        else finding
        for finding in _lint(file.schema, config)
    )
    if format is Format.JSON:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _print_findings(schema, findings)
    raise typer.Exit(1 if any(item.level is Level.ERROR for item in findings) else 0)


def _load(path: Path) -> GraphQLSchema:
    return _read(path).schema


def _read(path: Path) -> SchemaText:
    try:
        return read_schema(path)
    except UnusableSchemaError as error:
        _fail(str(error))


def _lint(schema: GraphQLSchema, config: Path | None) -> list[Finding]:
    try:
        raw = yaml.safe_load(config.read_text()) if config else {}
        rules = (raw or {}).get("rules", {})
        # YAML reads a bare `off` as false.
        levels = {name: Level("off" if level is False else level) for name, level in rules.items()}
        return lint(schema, levels)
    except (UnknownRuleError, ValueError, AttributeError, yaml.YAMLError) as error:
        _fail(f"{config}: {error}")


def _report(changes: list[Change], format: Format) -> None:
    if format is Format.JSON:
        typer.echo(json.dumps([asdict(change) for change in changes], indent=2))
    else:
        _print_changes(changes)
    breaking = any(change.severity is Severity.BREAKING for change in changes)
    raise typer.Exit(1 if breaking else 0)


_COLOURS = {Severity.BREAKING: "red", Severity.DANGEROUS: "yellow", Severity.SAFE: "green"}


def _print_changes(changes: list[Change]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for change in changes:
        colour = _COLOURS[change.severity]
        console.print(
            f"[{colour}]{change.severity:9}[/] {change.code:34} {escape(change.message)}"
            + (f" {escape(change.verdict)}" if change.verdict else "")
        )
        for use in change.used_by:
            console.print(f"          {escape(use.operation)} by {escape(use.client)}: {use.count}")
    counts = {level: sum(change.severity is level for change in changes) for level in Severity}
    console.print(
        f"{counts[Severity.BREAKING]} breaking, {counts[Severity.DANGEROUS]} dangerous, "
        f"{counts[Severity.SAFE]} safe changes"
    )


def _print_findings(path: Path, findings: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        colour = "red" if finding.level is Level.ERROR else "yellow"
        console.print(
            f"{path}:{finding.line} [{colour}]{finding.level}[/] {finding.rule}: "
            f"{escape(finding.message)}"
        )
    errors = sum(finding.level is Level.ERROR for finding in findings)
    console.print(f"{errors} errors, {len(findings) - errors} warnings")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)
