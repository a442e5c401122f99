"""Hints as such; each of them has a test of its own in `hints/`."""

from __future__ import annotations

from gateway.composition.hints import HintCode, Level
from gateway.composition.register import all_hint_rules
from tests.composition.harness import composes, run


def test_levels() -> None:
    levels = {rule.code: rule.level for rule in all_hint_rules()}
    assert levels[HintCode.INCONSISTENT_DESCRIPTION] is Level.WARN
    assert levels[HintCode.INCONSISTENT_ENTITY] is Level.INFO
    assert levels[HintCode.UNUSED_ENUM_TYPE] is Level.DEBUG


def test_every_hint_says_what_it_means_and_what_may_be_done() -> None:
    for rule in all_hint_rules():
        assert rule.meaning.endswith(".")
        assert rule.mend.endswith(".")


def test_a_field_moved_by_override_names_a_near_miss() -> None:
    result = run(
        composes(products='type Query { q: Int @override(from: "product") }', reviews="scalar D")
    )
    assert result.hints[0].message.endswith('Did you mean "products"?')
