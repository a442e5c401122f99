"""Entities that other subgraphs own and billing refers to."""

from __future__ import annotations

import strawberry

from subgraphs.serving.schema import REFERENCE_KEY
from subgraphs.serving.values import Money


@strawberry.federation.type(keys=[REFERENCE_KEY])
class Contract:
    id: strawberry.ID

    @strawberry.federation.field(external=True)
    def total_value(self) -> Money:
        raise NotImplementedError("external: the contract subgraph resolves it")


@strawberry.federation.type(keys=[REFERENCE_KEY])
class Project:
    id: strawberry.ID
