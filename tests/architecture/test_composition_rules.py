"""Each error and hint of composition has one rule and one test, both in files of its name."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from gateway.composition.codes import Code, Rule
from gateway.composition.hints import HintCode, HintRule

_ROOT = Path(__file__).parents[2]
_COMPOSITION = _ROOT / "gateway" / "composition"
_RULES = _COMPOSITION / "rules"
_TESTS = _ROOT / "tests" / "composition"
_HINT_RULES = _COMPOSITION / "hint_rules"


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


def test_there_is_a_rule_for_each_hint_and_no_other() -> None:
    modules = {path.stem for path in _HINT_RULES.glob("*.py")} - {"__init__"}
    assert modules == {code.name.lower() for code in HintCode}


@pytest.mark.parametrize("code", HintCode, ids=lambda code: code.name)
def test_a_hint_has_a_rule_that_alone_names_it_and_a_test(code: HintCode) -> None:
    name = code.name.lower()
    module = import_module(f"gateway.composition.hint_rules.{name}")
    assert isinstance(module.HINT, HintRule)
    assert module.HINT.code is code
    assert (module.__doc__ or "").startswith(code.name)
    pattern = re.compile(rf"\bHintCode\.{code.name}\b")
    naming = [path for path in _COMPOSITION.rglob("*.py") if pattern.search(path.read_text())]
    assert naming == [_HINT_RULES / f"{name}.py"]
    text = (_TESTS / "hints" / f"test_{name}.py").read_text()
    assert len(re.findall(rf"\bHintCode\.{code.name}\b", text)) >= 2
    assert "gives_none(" in text
