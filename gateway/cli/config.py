"""`c2c config`: check a configuration file, or print the JSON Schema for editors."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from gateway.settings import SettingsError, json_schema, load_settings

app = typer.Typer(no_args_is_help=True, help="Check and describe the gateway's configuration.")


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="The configuration file.", exists=True)],
) -> None:
    """Report each mistake with its line and the nearest valid key."""
    try:
        settings = load_settings(file, os.environ)
    except SettingsError as error:
        for mistake in error.mistakes:
            typer.echo(f"{file}: {mistake}", err=True)
        raise typer.Exit(1) from None
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{file}: valid ({settings.mode} mode)")


@app.command()
def schema() -> None:
    """Print the JSON Schema of the configuration file."""
    typer.echo(json.dumps(json_schema(), indent=2))
