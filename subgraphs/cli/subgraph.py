"""`c2c subgraph NAME`: one subgraph alone, or several in one process; or its schema."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Annotated

import typer

from subgraphs.registry import NAMES, UnknownSubgraphError, subgraph
from subgraphs.serving.app import Subgraph, app_from_environment
from subgraphs.serving.run import Listening, ServingFailedError, serve


def run(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help=f"Which: {', '.join(NAMES)}.")
    ],
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65_535, help="Port; several subgraphs take those that follow."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    export_schema: Annotated[
        bool, typer.Option(help="Print the schema (SDL) instead of serving.")
    ] = False,
) -> None:
    """Run a subgraph, each on its usual port unless told otherwise.

    Read from the environment: `C2C_SYSTEMS_FILE` (the systems of record) and
    `C2C_CALLER_PUBLIC_KEY_FILE`, `C2C_CALLER_PUBLIC_KEY` or `C2C_CALLER_SECRET` (the gateway's
    key: requests that it did not sign are answered with 401).
    """
    try:
        chosen = [subgraph(name) for name in names]
    except UnknownSubgraphError as error:
        raise typer.BadParameter(str(error)) from None
    if export_schema:
        for each in chosen:
            typer.echo(each.schema.as_str())
        return
    try:
        listening = [
            Listening(app_from_environment(each, os.environ), _port(each, port, index), host)
            for index, each in enumerate(chosen)
        ]
    except ValueError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name, made in zip(names, listening, strict=True):
        typer.echo(f"{name}: http://{made.host}:{made.port}/graphql", err=True)
    try:
        asyncio.run(serve(listening))
    except ServingFailedError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None


def _port(each: Subgraph, first: int | None, index: int) -> int:
    return each.port if first is None else first + index
