"""The register of codes: documented, and in step with its document."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.composition.codes import Code, Rule
from gateway.composition.hints import HintCode
from gateway.composition.register import all_rules, render_markdown

_ROOT = Path(__file__).parents[2]


def test_the_document_is_generated_from_the_register() -> None:
    written = (_ROOT / "schema" / "error_codes.md").read_text(encoding="utf-8")
    assert written == render_markdown()


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code.name)
def test_every_rule_says_what_is_wrong_and_why_and_how_to_mend_it(rule: Rule) -> None:
    for text in (rule.meaning, rule.why, rule.mend):
        assert text.endswith(".")


def test_no_two_codes_or_hints_are_one() -> None:
    assert len(Code) == len(Code.__members__)
    assert len(HintCode) == len(HintCode.__members__)
