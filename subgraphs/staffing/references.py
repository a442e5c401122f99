"""Entities that other subgraphs own and staffing refers to."""

from __future__ import annotations

import strawberry

from subgraphs.serving.schema import REFERENCE_KEY


@strawberry.federation.type(keys=[REFERENCE_KEY])
class LegalEntity:
    id: strawberry.ID


@strawberry.federation.type(keys=[REFERENCE_KEY])
class Invoice:
    id: strawberry.ID
