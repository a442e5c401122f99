"""`c2c plan`: print how an operation would be answered, without asking anybody."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from graphql import GraphQLError, parse, validate

from gateway.errors import GatewayError
from gateway.plan.planner import Planner
from gateway.plan.print import plan_as_json, print_plan
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph


class Format(StrEnum):
    """How the plan is written."""

    TEXT = "text"
    JSON = "json"


def plan(
    supergraph: Annotated[Path, typer.Option(help="The supergraph document.")],
    operation: Annotated[Path, typer.Option(help="The operation document; `-` reads from stdin.")],
    operation_name: Annotated[
        str | None, typer.Option(help="Which operation, if there are several.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to write the plan.")] = Format.TEXT,
    label: Annotated[
        list[str] | None, typer.Option(help="An override label that is on; repeatable.")
    ] = None,
    explain: Annotated[
        bool, typer.Option(help="Add the cost and why each fetch is there.")
    ] = False,
) -> None:
    """Print the query plan of an operation on a supergraph. Nothing is fetched."""
    try:
        text = sys.stdin.read() if str(operation) == "-" else operation.read_text("utf-8")
        model = read_supergraph(supergraph.read_text("utf-8"))
        document = parse(text)
        problems = validate(public_schema(model), document)
        if problems:
            _fail("\n".join(str(problem) for problem in problems))
        planner = Planner(model)
        labels = {name: name in (label or ()) for name in planner.override_labels(document)}
        found = planner.plan(document, operation_name, labels, explain=explain)
    except OSError as error:
        _fail(f"cannot read {error.filename}: {error.strerror}")
    except (UnicodeError, GraphQLError, GatewayError) as error:
        _fail(str(error))
    if format is Format.JSON:
        typer.echo(json.dumps(plan_as_json(found), indent=2))
    else:
        typer.echo(print_plan(found), nl=False)


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(1)
