"""The `c2c` command: a group whose commands are found through entry points.

Every command lives in a file of its own and is named in `pyproject.toml` under
`[project.entry-points."c2c.commands"]` as `name = "module:attribute"`. The attribute is either
a function (typer reads its signature) or a `typer.Typer` (a group such as `c2c schema ...`).
Only the command that was asked for is imported, so `c2c serve` never pays for, or depends on,
the subgraphs' libraries; the list of all commands imports all of them for their help texts.
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points

import typer

GROUP = "c2c.commands"


def build(arguments: list[str]) -> typer.Typer:
    """Return the command-line application for these arguments (without the program's name)."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_show_locals=False,  # locals may hold tokens
        help="The contract-to-cash graph: a federation gateway, its subgraphs and their tools.",
    )
    # A callback keeps typer from turning a group of one command into that command.
    app.callback()(lambda: None)
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    asked = [point for point in points if arguments[:1] == [point.name]]
    for point in asked or points:
        _register(app, point)
    return app


def _register(app: typer.Typer, point: EntryPoint) -> None:
    target = point.load()
    if isinstance(target, typer.Typer):
        app.add_typer(target, name=point.name)
    else:
        app.command(name=point.name)(target)


def main() -> None:
    """Console-script entry point."""
    build(sys.argv[1:])()
