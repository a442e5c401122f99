"""Fixtures for everything that stands on the systems of record."""

from __future__ import annotations

from tests.kit.sandbox import sandbox, seeded_folder, shared_sandbox

__all__ = ["sandbox", "seeded_folder", "shared_sandbox"]
