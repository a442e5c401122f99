"""The house rules that a tool can hold."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = sorted(
    path
    for room in ("gateway", "subgraphs", "auth")
    for path in (ROOT / room).rglob("*.py")
    if "node_modules" not in path.parts
)


def test_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["utils", "helpers", "misc", "common_utils"])
def test_no_room_without_a_reason(name: str) -> None:
    assert [path for path in PRODUCT if path.stem == name or name in path.parts] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in PRODUCT
        if path.read_text().strip() and ast.get_docstring(ast.parse(path.read_text())) is None
    ]
    assert silent == []


def test_nothing_is_swallowed() -> None:
    """`except Exception: pass` hides faults; a handler must do something with what it caught."""
    swallowing = []
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node) and _does_nothing(node):
                swallowing.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert swallowing == []


def _is_broad(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or (
        isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"}
    )


def _does_nothing(handler: ast.ExceptHandler) -> bool:
    return all(isinstance(statement, ast.Pass) for statement in handler.body)
