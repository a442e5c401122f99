"""Each error code of composition has one rule and one test, both in files of its name."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from gateway.composition.codes import Code, Rule

_ROOT = Path(__file__).parents[2]
_COMPOSITION = _ROOT / "gateway" / "composition"
_RULES = _COMPOSITION / "rules"
_TESTS = _ROOT / "tests" / "composition"


def test_there_is_a_rule_for_each_code_and_no_other() -> None:
    modules = {path.stem for path in _RULES.glob("*.py")} - {"__init__"}
    assert modules == {code.name.lower() for code in Code}


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_a_rule_states_and_checks_its_code(code: Code) -> None:
    module = import_module(f"gateway.composition.rules.{code.name.lower()}")
    assert isinstance(module.RULE, Rule)
    assert module.RULE.code is code
    assert (module.__doc__ or "").startswith(f"{code.name}: ")
    tree = ast.parse((_RULES / f"{code.name.lower()}.py").read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    public = [node for node in functions if not node.name.startswith("_")]
    assert public
    assert all(ast.get_docstring(node) for node in public)


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_a_code_is_named_by_its_rule_alone(code: Code) -> None:
    pattern = re.compile(rf"\bCode\.{code.name}\b")
    naming = [path for path in _COMPOSITION.rglob("*.py") if pattern.search(path.read_text())]
    assert naming == [_RULES / f"{code.name.lower()}.py"]


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_a_code_has_a_test_with_a_schema_that_raises_it_and_one_that_does_not(code: Code) -> None:
    text = (_TESTS / f"test_{code.name.lower()}.py").read_text()
    assert text.startswith(f'"""{code.name}: ')
    assert re.search(rf"\bCode\.{code.name}\b", text)
    assert re.search(r"\bcomposes\(|\bCase\(", text)
