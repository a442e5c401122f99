"""Whoever reads the public schema learns what everything in it means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema

from gateway.schema_lint.rules import Element, elements
from subgraphs.serving import glossary

PUBLIC = Path(__file__).parents[2] / "schema" / "api.graphql"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(PUBLIC.read_text())


def all_elements(schema: GraphQLSchema) -> list[Element]:
    found = list(elements(schema))
    assert {each.kind for each in found} >= {
        *("type", "field", "argument"),
        *("input field", "enum value"),
    }
    return found


def test_everything_is_described(schema: GraphQLSchema) -> None:
    missing = [each.coordinate for each in all_elements(schema) if not each.item.description]
    assert missing == []


def test_descriptions_are_short_sentences(schema: GraphQLSchema) -> None:
    for each in all_elements(schema):
        text = each.item.description
        assert len(text) <= 200, each.coordinate
        assert text.rstrip("`)")[-1] in ".:!" or text[-1] in ".)", (each.coordinate, text)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("field", glossary.FIELDS),
        ("argument", glossary.ARGUMENTS),
        ("input field", glossary.INPUTS),
        ("type", glossary.TYPES),
    ],
)
def test_every_word_of_the_glossary_is_needed(
    schema: GraphQLSchema, kind: str, words: Mapping[str, str]
) -> None:
    said = {
        (each.name, each.item.description) for each in all_elements(schema) if each.kind == kind
    }
    assert [name for name, text in words.items() if (name, text) not in said] == []
