"""The domain subgraphs over the sandbox systems of record, all over HTTP, and who asks them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from subgraphs.registry import subgraph
from subgraphs.serving.app import Subgraph
from subgraphs.serving.backends import systems_of
from tests.kit.sandbox import (  # noqa: F401  (fixtures)
    IMPATIENT,
    RunningSandbox,
    sandbox,
    seeded_folder,
    shared_sandbox,
)
from tests.kit.subgraph_host import Graph, hosted

DOMAINS = ("contract", "project", "billing", "staffing")


def impatient(name: str) -> Subgraph:
    """A subgraph whose connectors give up early, as tests want them to."""
    return replace(subgraph(name), backends=lambda given: systems_of(given, IMPATIENT))


@pytest.fixture(scope="session")
def graph(shared_sandbox: RunningSandbox) -> Iterator[Graph]:  # noqa: F811
    """The four domain subgraphs over data that no test changes."""
    chosen = [impatient(name) for name in DOMAINS]
    with hosted(chosen, shared_sandbox.systems_file) as made:
        yield made


@pytest.fixture
def own_graph(sandbox: RunningSandbox) -> Iterator[Graph]:  # noqa: F811
    """The four domain subgraphs over systems that the test may break and change."""
    chosen = [impatient(name) for name in DOMAINS]
    with hosted(chosen, sandbox.systems_file) as made:
        yield made
