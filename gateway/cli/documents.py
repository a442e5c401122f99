"""`c2c documents`: manifests of trusted documents."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from graphql import GraphQLSchema

from gateway.document.manifest import (
    DocumentProblem,
    build_manifest,
    check_manifest,
    merged,
    print_manifest,
)
from gateway.document.persisted import Manifest, ManifestError, read_manifest
from gateway.errors import GatewayError
from gateway.settings import Settings, SettingsError, load_settings
from gateway.settings.serving import Limits
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph

app = typer.Typer(no_args_is_help=True, help="Build, check and publish trusted documents.")

SupergraphOption = Annotated[Path, typer.Option(help="The supergraph file.", exists=True)]
ConfigOption = Annotated[
    Path | None, typer.Option(help="The gateway's configuration, for its limits.", exists=True)
]
_SUFFIXES = (".graphql", ".gql")


@app.command()
def build(
    sources: Annotated[
        list[Path], typer.Argument(help="Files with operations, or folders of them.", exists=True)
    ],
    supergraph: SupergraphOption,
    output: Annotated[Path, typer.Option(help="Where to write the manifest.")],
    config: ConfigOption = None,
) -> None:
    """Make a manifest of all operations in the sources; each must be valid and have a name."""
    texts: dict[str, str] = {}
    for path in _files(sources):
        try:
            texts[str(path)] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            _give_up(path, error)
    manifest, problems = build_manifest(_schema(supergraph), texts, _limits(config))
    _fail(problems)
    if not manifest.documents:
        _fail([DocumentProblem(", ".join(map(str, sources)), 0, "no operations")])
    _replace(output, print_manifest(manifest))
    typer.echo(f"{output}: {len(manifest.documents)} document(s)")


@app.command()
def check(
    manifest: Annotated[Path, typer.Argument(help="The manifest.", exists=True)],
    supergraph: SupergraphOption,
    config: ConfigOption = None,
) -> None:
    """Tell which documents a gateway on this supergraph would refuse."""
    found = _manifest(manifest)
    _fail(check_manifest(_schema(supergraph), found, _limits(config)))
    typer.echo(f"{manifest}: {len(found.documents)} document(s) are valid")


@app.command()
def publish(
    manifest: Annotated[Path, typer.Argument(help="The manifest to publish.", exists=True)],
    into: Annotated[Path, typer.Option(help="The manifest that the gateway reads.")],
    supergraph: SupergraphOption,
    config: ConfigOption = None,
) -> None:
    """Add a manifest's documents to those that a gateway serves.

    Documents published earlier stay, so that clients of earlier builds keep working. The file is
    replaced at once, and a gateway that watches it serves the new documents without a restart.
    """
    following = _manifest(manifest)
    _fail(check_manifest(_schema(supergraph), following, _limits(config)))
    present = _manifest(into) if into.exists() else Manifest()
    together = merged(present, following)
    _replace(into, print_manifest(together))
    added = len(together.documents) - len(present.documents)
    typer.echo(f"{into}: {added} document(s) added, {len(together.documents)} in all")


def _files(sources: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for source in sources:
        if source.is_dir():
            files += sorted(path for path in source.rglob("*") if path.suffix in _SUFFIXES)
        else:
            files.append(source)
    return files


def _schema(path: Path) -> GraphQLSchema:
    try:
        return public_schema(read_supergraph(path.read_text(encoding="utf-8")))
    except (GatewayError, OSError, UnicodeDecodeError) as error:
        _give_up(path, error)


def _limits(config: Path | None) -> Limits:
    if config is None:
        return Settings().limits
    try:
        return load_settings(config, os.environ).limits
    except (SettingsError, OSError) as error:
        _give_up(config, error)


def _manifest(path: Path) -> Manifest:
    try:
        return read_manifest(path)
    except (ManifestError, OSError) as error:
        _give_up(path, error)


def _fail(problems: Iterable[DocumentProblem]) -> None:
    listed = list(problems)
    for problem in listed:
        typer.echo(str(problem), err=True)
    if listed:
        raise typer.Exit(1)


def _give_up(path: Path, error: Exception) -> NoReturn:
    typer.echo(f"{path}: {error}", err=True)
    raise typer.Exit(1)


def _replace(path: Path, text: str) -> None:
    """Write a file so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).chmod(0o644)
    Path(name).replace(path)
