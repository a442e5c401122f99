"""`c2c serve`: the gateway on a supergraph file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer


def serve_command(
    supergraph: Annotated[
        Path | None, typer.Option(help="The supergraph file.", exists=True, dir_okay=False)
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="The configuration file (YAML).", exists=True)
    ] = None,
    host: Annotated[str | None, typer.Option(help="Default: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Default: 4000. 0 takes a free one.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes on the one port.")] = 1,
    header_presets: Annotated[
        Path | None, typer.Option(help="A JSON file of named header sets for GraphiQL.")
    ] = None,
) -> None:
    """Serve a supergraph.

    Without a configuration the gateway listens on 127.0.0.1:4000, and because nobody else reaches
    that address, introspection, GraphiQL and query plans are on. With a configuration, or on
    another address, they are off until `mode: development` or their own settings turn them on.
    A changed supergraph or configuration is loaded without a restart; SIGHUP loads them at once.
    """
    import uvloop

    from gateway.errors import GatewayError
    from gateway.server.run import ServeOptions, StartError, address, read_settings, reserve, serve
    from gateway.server.supervisor import Supervisor, configure_logging

    configure_logging()
    options = ServeOptions(supergraph, config, host, port, header_presets)
    try:
        settings = read_settings(options)
        bound = reserve(*address(options, settings))
        shown_host, shown_port = bound.getsockname()[:2]
        scheme = "http" if settings.supergraph.tls is None else "https"
        shown = f"{scheme}://{shown_host}:{shown_port}{settings.supergraph.endpoint}"

        def ready() -> None:
            typer.echo(f"{settings.mode} mode: {shown}")

        if workers > 1:
            ready()
            sys.exit(Supervisor(options, bound, workers).run())
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(options, bound, ready))
    except GatewayError as error:
        typer.echo(f"cannot serve: {error.code}: {error.message}", err=True)
        raise typer.Exit(1) from None
    except (StartError, ValueError, OSError) as error:
        typer.echo(f"cannot serve: {error}", err=True)
        raise typer.Exit(1) from None
