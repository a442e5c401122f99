"""The register of codes: documented, tested one by one, and in step with its document."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.composition.codes import Code, render_markdown
from gateway.composition.hints import HintCode

_ROOT = Path(__file__).parents[2]


def test_the_document_is_generated_from_the_register() -> None:
    written = (_ROOT / "schema" / "error_codes.md").read_text(encoding="utf-8")
    assert written == render_markdown()


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_test_of_its_own(code: Code) -> None:
    assert (Path(__file__).parent / f"test_{code.name.lower()}.py").exists()


@pytest.mark.parametrize("code", Code)
def test_every_code_says_what_it_means_and_how_to_mend_it(code: Code) -> None:
    assert code.value.meaning.endswith(".")
    assert code.value.mend.endswith(".")


def test_no_two_codes_or_hints_are_one() -> None:
    assert len(Code) == len(Code.__members__)
    assert len(HintCode) == len(HintCode.__members__)
