"""`c2c audit`: check the audit trail, and read it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from auth.audit.sqlite import SqliteAuditTrail
from auth.audit.verify import verify_chain
from subgraphs.engagement.places import audit_path

app = typer.Typer(no_args_is_help=True, help="Check the audit trail, and read it.")

TrailFile = Annotated[
    Path | None,
    typer.Option("--file", help="The trail; else C2C_AUDIT_FILE, else the data folder's."),
]


@app.command()
def verify(
    file: TrailFile = None,
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="A head that was noted earlier, elsewhere; it must occur. Repeatable."),
    ] = None,
) -> None:
    """Recompute every hash of the trail. Exit status 1 if it was tampered with.

    Prints the head: keep it where whoever can write the trail cannot write, and pass it as
    --anchor next time. Only so is a trail that was cut off, or rewritten as a whole, found.
    """
    trail = _opened(file)
    result = verify_chain(trail.entries(), expected_length=trail.length(), anchors=anchor or ())
    if result.breach is not None:
        breach = result.breach
        typer.echo(f"error: entry {breach.sequence}: {breach.problem}", err=True)
        raise typer.Exit(1)
    typer.echo(f"sound: {result.entries} entries, head {result.head}")


@app.command()
def show(
    about: Annotated[str, typer.Argument(help="A run, contract or amendment.")],
    file: TrailFile = None,
) -> None:
    """Print what the trail holds about one thing, one JSON object a line."""
    for placed in _opened(file).entries(about=about):
        entry = placed.entry
        line = {
            "sequence": placed.sequence,
            "recordedAt": placed.recorded_at,
            "kind": entry.kind,
            "subject": entry.subject,
            "details": entry.details,
            "hash": placed.hash,
        }
        typer.echo(json.dumps(line, ensure_ascii=False))


def _opened(file: Path | None) -> SqliteAuditTrail:
    path = file or audit_path(os.environ)
    if not path.is_file():
        typer.echo(f"error: there is no audit trail at {path}", err=True)
        raise typer.Exit(2)
    return SqliteAuditTrail(path)
