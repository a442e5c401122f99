"""Schemas that went wrong on their way: cut, doubled, mixed up, huge, or no text at all."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from gateway.cli.main import build
from gateway.composition.compose import compose
from gateway.composition.source import DEFAULT_LIMITS, SubgraphSource
from tests.composition.corpus_files import corpus

_CASES = corpus()
_SCRAPS = st.sampled_from(["{", "}", "(", ")", "@", '"', "!", "type", " ", "\n", "é", "\x00", "$x"])


@st.composite
def _damaged(draw: st.DrawFn) -> list[SubgraphSource]:
    """A set of the corpus in which spans of one schema are cut out, doubled or written over."""
    subgraphs = list(draw(st.sampled_from(_CASES)).subgraphs)
    index = draw(st.integers(0, len(subgraphs) - 1))
    text = str(subgraphs[index].sdl)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        span = text[start:end]
        middle = draw(st.one_of(_SCRAPS, st.just(""), st.just(span * 2), st.just(span[::-1])))
        text = text[:start] + middle + text[end:]
    subgraphs[index] = SubgraphSource(subgraphs[index].name, "", text, "damaged.graphql")
    return subgraphs


@settings(max_examples=200, deadline=None)
@given(_damaged())
def test_damaged_schemas_compose_or_say_why(subgraphs: list[SubgraphSource]) -> None:
    result = compose(subgraphs)
    assert (result.supergraph_sdl is None) == bool(result.errors)
    for problem in result.errors:
        assert problem.message
        assert all(place.line >= 1 and place.column >= 1 for place in problem.locations)


@settings(max_examples=60, deadline=None)
@given(_damaged())
def test_damaged_schemas_give_the_same_in_any_order(subgraphs: list[SubgraphSource]) -> None:
    assert compose(subgraphs[::-1]) == compose(subgraphs)


def test_ten_megabytes_are_refused_unread() -> None:
    text = "type Query { q: Int }\n#" + "x" * 10_000_000
    assert len(text) > DEFAULT_LIMITS.source_bytes
    result = compose([SubgraphSource("a", "", text)])
    assert [problem.code.name for problem in result.errors] == ["INVALID_GRAPHQL"]


def test_bytes_that_are_no_text_are_told_by_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_bytes(b'type Query { q: Int }\n"\xff\xfe" type T { x: Int }')
    config = tmp_path / "supergraph.yaml"
    config.write_text(
        "subgraphs:\n  a:\n    routing_url: http://a.test\n    schema: {file: a.graphql}\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(build(["compose"]), ["compose", "--config", str(config)])
    assert result.exit_code == 1
    assert "INVALID_GRAPHQL" in result.stderr
    assert "UTF-8" in result.stderr
