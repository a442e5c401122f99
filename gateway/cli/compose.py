"""`c2c compose`: compose subgraph schemas into a supergraph.

The configuration file has the form that `rover supergraph compose` reads, so an existing one works
as it is. All reading of files and asking of running subgraphs happens here; composition is pure.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import httpx
import typer
import yaml

from gateway.composition.compose import Composition, compose
from gateway.composition.contract import Contract
from gateway.composition.diagnostics import CompositionError
from gateway.composition.hints import Level
from gateway.composition.source import DEFAULT_LIMITS, SubgraphSource
from gateway.supergraph.definitions import Location

_SDL_QUERY = "query { _service { sdl } }"
_TIMEOUT_SECONDS = 30.0


class OutputFormat(StrEnum):
    """How diagnostics are printed."""

    TEXT = "text"
    JSON = "json"


class InputError(Exception):
    """A schema or the configuration cannot be had; the text says which and why."""


def compose_command(
    config: Annotated[
        Path | None, typer.Option(help="Configuration file that lists the subgraphs (YAML).")
    ] = None,
    subgraph: Annotated[
        list[str] | None, typer.Option(help="A subgraph as NAME=URL=FILE; may be repeated.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Where to write the supergraph; standard output if absent.")
    ] = None,
    include_tag: Annotated[
        list[str] | None, typer.Option(help="Contract: keep only what carries this tag.")
    ] = None,
    exclude_tag: Annotated[
        list[str] | None, typer.Option(help="Contract: hide what carries this tag.")
    ] = None,
    output_format: Annotated[
        OutputFormat, typer.Option("--format", help="How to print errors and hints.")
    ] = OutputFormat.TEXT,
    hints: Annotated[bool, typer.Option(help="Print hints as well as errors.")] = False,
    max_paths: Annotated[
        int,
        typer.Option(
            min=1, help="Give up the search for unanswerable queries after so many paths."
        ),
    ] = DEFAULT_LIMITS.subgraph_paths,
) -> None:
    """Compose subgraph schemas into a supergraph; exits with 1 if they do not compose."""
    try:
        sources = _sources(config, subgraph or [])
    except InputError as problem:
        _fail(problem, output_format)
    # Composition builds a few large structures and drops them at once: collecting garbage
    # meanwhile would only walk them again and again.
    gc.disable()
    contract = Contract(frozenset(include_tag or ()), frozenset(exclude_tag or ()))
    limits = replace(DEFAULT_LIMITS, subgraph_paths=max_paths)
    try:
        result = compose(sources, contract=contract, limits=limits)
    finally:
        gc.enable()
    try:
        if result.supergraph_sdl is not None and output is not None:
            _write(result.supergraph_sdl, output)
    except OSError as problem:
        _fail(InputError(f"cannot write {output}: {problem.strerror}"), output_format)
    if output_format is OutputFormat.JSON:
        _print_json(result, output)
    else:
        _print_text(result, output, with_hints=hints)
    raise typer.Exit(0 if result.supergraph_sdl is not None else 1)


def _fail(problem: InputError, output_format: OutputFormat) -> NoReturn:
    typer.echo(f"error: {problem}", err=True)
    if output_format is OutputFormat.JSON:
        error = {"code": "INVALID_INPUT", "message": str(problem)}
        document = {"success": False, "errors": [error], "further_errors": [], "hints": []}
        typer.echo(json.dumps(document, indent=2))
    raise typer.Exit(2)


def _sources(config: Path | None, subgraphs: list[str]) -> list[SubgraphSource]:
    sources = _from_config(config) if config is not None else []
    for text in subgraphs:
        name, url, file = _split(text)
        sources.append(SubgraphSource(name, url, _read(Path(file)), file))
    if not sources:
        raise InputError("no subgraphs are given: use --config or --subgraph NAME=URL=FILE")
    return sources


def _split(text: str) -> tuple[str, str, str]:
    # A URL may itself contain "=", a schema's file name hardly does.
    name, separator, rest = text.partition("=")
    url, second, file = rest.rpartition("=")
    if not (separator and second and name and file):
        raise InputError(f'"{text}" is not of the form NAME=URL=FILE')
    return name, url, file


def _from_config(path: Path) -> list[SubgraphSource]:
    try:
        content = yaml.safe_load(_read(path))
    except yaml.MarkedYAMLError as problem:
        line = f":{problem.problem_mark.line + 1}" if problem.problem_mark else ""
        raise InputError(f"{path}{line} is not valid YAML: {problem.problem}") from problem
    except yaml.YAMLError as problem:
        raise InputError(f"{path} is not valid YAML: {problem}") from problem
    subgraphs = content.get("subgraphs") if isinstance(content, dict) else None
    if not isinstance(subgraphs, dict) or not subgraphs:
        raise InputError(f'{path} has no mapping "subgraphs"')
    sources = [_source(str(name), entry, path) for name, entry in subgraphs.items()]
    for source in sources:
        if not source.url:
            raise InputError(f'{path}: subgraph "{source.name}" has no "routing_url"')
    return sources


def _source(name: str, entry: Any, config: Path) -> SubgraphSource:
    schema = entry.get("schema") if isinstance(entry, dict) else None
    if not isinstance(schema, dict):
        raise InputError(f'{config}: subgraph "{name}" has no mapping "schema"')
    url = _expand(entry.get("routing_url"))
    if "file" in schema:
        file = config.parent / _expand(schema["file"])
        return SubgraphSource(name, url, _read(file), os.path.relpath(file))
    if "sdl" in schema:
        return SubgraphSource(name, url, str(schema["sdl"]), str(config))
    if "subgraph_url" in schema:
        address = _expand(schema["subgraph_url"])
        headers = schema.get("introspection_headers") or {}
        sdl = _introspect(name, address, {str(k): _expand(v) for k, v in headers.items()})
        return SubgraphSource(name, url or address, sdl)
    raise InputError(f'{config}: the schema of "{name}" needs "file", "sdl" or "subgraph_url"')


def _expand(value: Any) -> str:
    """Text with `${env.NAME}` replaced from the environment."""

    def replace(match: re.Match[str]) -> str:
        name, _, default = match[1].partition(":-")
        found = os.environ.get(name, default if ":-" in match[1] else None)
        if found is None:
            raise InputError(f'the environment has no variable "{name}"')
        return found

    return re.sub(r"\$\{env\.([^}]+)\}", replace, "" if value is None else str(value))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror}") from problem


def _introspect(name: str, address: str, headers: dict[str, str]) -> str:
    try:
        answer = httpx.post(
            address, json={"query": _SDL_QUERY}, headers=headers, timeout=_TIMEOUT_SECONDS
        )
        answer.raise_for_status()
        body = answer.json()
    except httpx.HTTPStatusError as problem:
        raise InputError(f'"{name}" at {address} {_refusal(problem.response)}') from problem
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as problem:
        raise InputError(f'cannot introspect "{name}" at {address}: {problem}') from problem
    data = body.get("data") if isinstance(body, dict) else None
    service = data.get("_service") if isinstance(data, dict) else None
    sdl = service.get("sdl") if isinstance(service, dict) else None
    if not isinstance(sdl, str):
        raise InputError(f'"{name}" at {address} does not answer _service {{ sdl }}')
    return sdl


def _refusal(response: httpx.Response) -> str:
    text = f"answered {response.status_code} {response.reason_phrase}".rstrip()
    if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        text += (
            ': give it the credentials that it wants as "introspection_headers", or its schema as'
            ' a "file"'
        )
    return text


def _write(sdl: str, output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(sdl, encoding="utf-8")


def _print_json(result: Composition, output: Path | None) -> None:
    document: dict[str, Any] = {
        "success": result.supergraph_sdl is not None,
        "errors": [item.as_dict() for item in result.errors],
        "further_errors": [item.as_dict() for item in result.further_errors],
        "hints": [item.as_dict() for item in result.hints],
    }
    if result.supergraph_sdl is not None and output is None:
        document["supergraph_sdl"] = result.supergraph_sdl
    typer.echo(json.dumps(document, indent=2))


def _print_text(result: Composition, output: Path | None, *, with_hints: bool) -> None:
    _print_errors(result.errors)
    if result.further_errors:
        typer.echo(
            "\nThese stand already, and will show once the errors above are mended:", err=True
        )
        _print_errors(result.further_errors)
    shown = [hint for hint in result.hints if with_hints or hint.rule.about_the_call]
    for item in shown:
        typer.echo(f"{item.level}[{item.code.name}]: {item.message}", err=True)
        _print_places(item.locations)
        typer.echo(f"  mend: {item.mend}", err=True)
    if result.supergraph_sdl is None:
        count, further = len(result.errors), len(result.further_errors)
        text = f"{count} error{'s' if count != 1 else ''}"
        text += f", and {further} further" if further else ""
        typer.echo(f"{text}: no supergraph.", err=True)
        return
    warnings = sum(hint.level is Level.WARN for hint in result.hints if hint not in shown)
    if warnings:
        text = f"{warnings} warning{'s' if warnings != 1 else ''}"
        typer.echo(f"{text}: --hints shows what they say.", err=True)
    if output is None:
        sys.stdout.write(result.supergraph_sdl)


def _print_places(places: Iterable[Location]) -> None:
    for place in places:
        where = f' in subgraph "{place.subgraph}"' if place.file else ""
        typer.echo(f"  --> {place}{where}", err=True)


def _print_errors(errors: Iterable[CompositionError]) -> None:
    for problem in errors:
        typer.echo(f"error[{problem.code.name}]: {problem.message}", err=True)
        _print_places(problem.locations)
        typer.echo(f"  why:  {problem.why}", err=True)
        typer.echo(f"  mend: {problem.mend}", err=True)
